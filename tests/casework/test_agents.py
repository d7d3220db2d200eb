"""Agents: a no counts at once on a signed permission alone, the person is told, staff see what was shown."""

import asyncio
from typing import Any

import pytest
from sqlmodel import select

from privacy_center.casework import (
    corrections,
    preferences,
    trail,
)
from privacy_center.casework.facts import Facts, Upload
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.mandates import Shown
from privacy_center.casework.refusals import Invalid, Refused
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.records.letter import Letter
from privacy_center.records.mandate import Mandate
from privacy_center.records.package import PackageFile
from privacy_center.records.preference import Preference
from tests import builders
from tests.agents import ALL, FILE, PDF, WORDS, act, agents_cases, count, posted, refused, said
from tests.builders import ADA, MALLORY, OTTO


async def test_it_counts_at_once_and_both_are_told(center: Center) -> None:
    done = await act(center)
    assert await said(center) == dict.fromkeys(ALL, ("out", "agent"))
    (case,) = await agents_cases(center)
    assert (case.state, case.channel, case.right) == ("applying", "agent", "optout_sale_sharing")
    ((to_otto, otto, _),) = await posted(center, OTTO)
    ((to_ada, ada, _),) = await posted(center, ADA)
    assert (to_otto, to_ada) == ("receipt", "agent_told")
    assert "- Selling my data" in ada
    assert "Selling my data; Sharing my data" in otto
    assert case.reference in ada
    assert case.reference in otto
    for typed in ("Otto", "Partners", OTTO, WORDS.words, WORDS.signer):
        assert typed not in ada  # D12
    for typed in (ADA, "Ada", "Partners", WORDS.words):
        assert typed not in otto
    assert done.pressed.press.startswith("PC-")
    assert done.receipt.said["way"] == "agent"
    assert done.receipt.proof
    assert "confirm" not in ada.casefold()


async def test_the_history_keeps_where_it_came_from_and_the_trail_names_nobody(center: Center) -> None:
    done = await act(center, purposes=("sale",), shown=FILE)
    (case,) = await agents_cases(center)
    async with center.reading(by=REQUESTER) as work:
        (row,) = await work.session.exec(select(Preference))
        assert (row.press, row.purpose, row.facts) == (done.pressed.press, "sale", {"case": case.reference})
        events = await trail.events(work, case)
    assert [event.step for event in events] == ["open", "permission"]
    assert set(events[1].facts) == {"press", "person", "agent", "file", "state"}
    assert ADA not in str([event.facts for event in events])


@pytest.mark.parametrize(
    ("other", "fields"),
    [
        ({"shown": Shown()}, {"permission"}),
        ({"shown": Shown(signer="Ada")}, {"words", "signed_on"}),
        ({"shown": Shown(words="Yes, Otto may.")}, {"signer", "signed_on"}),
        ({"shown": Shown("Otto may.", "Ada", "yesterday")}, {"signed_on"}),
        ({"shown": Shown("Otto may.", "Ada", "2031-01-01")}, {"signed_on"}),
        ({"shown": Shown("x" * 20_001, "Ada", "2026-11-20")}, {"words"}),
        ({"shown": Shown(file=Upload("permission.pdf", b"MZ\x90 I am a program"))}, {"permission"}),
        ({"shown": Shown(file=Upload("permission.pdf", b"<html>%PDF-"))}, {"permission"}),
        ({"shown": Shown(file=Upload("permission.pdf", b""))}, {"permission"}),
        ({"shown": Shown(file=Upload("permission.png", b"\x89PNG\r\n\x1a\n" + b"x" * 8_000_000))}, {"permission"}),
        ({"email": "otto"}, {"email"}),
        ({"email": "otto@agents.example\r\nBcc: all@people.example"}, {"email"}),
        ({"value": "ada@"}, {"value"}),
        ({"kind": "phone", "value": "555 0100"}, {"value"}),
        ({"kind": "passport", "value": "X1"}, {"kind"}),
        ({"purposes": ("sale", "breathing")}, {"purpose"}),
        ({"agent": "x" * 201}, {"agent"}),
        ({"yes": True}, {"choice"}),
    ],
)
async def test_what_is_missing_is_said_and_nothing_is_written(
    center: Center, other: dict[str, Any], fields: set[str]
) -> None:
    assert set(await refused(center, **other)) == fields
    assert await said(center) == {}
    assert not await agents_cases(center)
    assert not await posted(center, ADA)


async def test_without_a_permission_it_is_said_exactly_what_is_missing(center: Center) -> None:
    words = (await refused(center, shown=Shown()))["permission"]
    assert "written permission, signed by the person you act for" in words
    assert "nothing is asked of the person" in words


@pytest.mark.parametrize(
    ("name", "content"), [("a.pdf", PDF), ("a.png", b"\x89PNG\r\n\x1a\n..."), ("a.exe", b"\xff\xd8\xff\xe0...")]
)
async def test_a_file_is_known_by_its_first_bytes(center: Center, name: str, content: bytes) -> None:
    await act(center, shown=Shown(file=Upload(name, content)))
    assert await count(center, PackageFile) == 1


async def test_a_person_known_by_a_number_cannot_be_written_to(center: Center) -> None:
    await act(center, kind="phone", value="+353 1 555 0100", purposes=("sale",))
    assert await said(center, "phone", "+35315550100") == {"sale": ("out", "agent")}
    assert await said(center) == {}
    assert [kind for kind, _, _ in await posted(center, OTTO)] == ["receipt"]
    assert await count(center, Letter) == 1


async def test_the_same_sending_twice_counts_once(center: Center) -> None:
    first = await act(center, form_key="k")
    again = await act(center, form_key="k")
    assert again.pressed == first.pressed
    assert again.receipt.said["ref"] == first.receipt.said["ref"]
    assert await count(center, Mandate) == 1
    assert len(await agents_cases(center)) == 1
    assert len(await posted(center, ADA)) == 1
    await act(center, form_key="k", value=MALLORY)  # the same form, sent anew for somebody else
    assert await count(center, Mandate) == 2


async def test_two_clicks_at_the_same_moment_count_once(center: Center) -> None:
    done = await asyncio.gather(*(act(center, form_key="k") for _ in range(4)))
    assert len({each.pressed.press for each in done}) == 1
    assert await count(center, Mandate) == 1
    assert len(await agents_cases(center)) == 1


async def test_a_better_copy_for_the_same_person_joins_the_case_and_answers_the_question(center: Center) -> None:
    staff = await builders.cast(center)
    await act(center, purposes=("sale",))
    (case,) = await agents_cases(center)
    await builders.take(center, case.reference, "ask", Facts(text="We cannot read it."), by=staff.hana)
    assert [kind for kind, _, _ in await posted(center, OTTO)] == ["receipt", "question"]
    await act(center, purposes=("sale",), shown=FILE)
    (same,) = await agents_cases(center)
    assert (same.id, same.state) == (case.id, "applying")
    assert await count(center, Mandate) == 2
    assert [kind for kind, _, _ in await posted(center, ADA)] == ["agent_told"]  # nothing new for her
    await act(center, purposes=("sale", "sharing"))
    assert [kind for kind, _, _ in await posted(center, ADA)] == ["agent_told", "agent_told"]


async def test_staff_end_it_with_a_letter_to_both(center: Center) -> None:
    staff = await builders.cast(center)
    await act(center, purposes=("sale",))
    (case,) = await agents_cases(center)
    await builders.take(center, case.reference, "apply", Facts(text="Stopped in shop and app."), by=staff.hana)
    kind, otto, _ = (await posted(center, OTTO))[-1]
    assert kind == "applied"
    assert "The choice that you made for somebody else is applied." in otto
    kind, ada, _ = (await posted(center, ADA))[-1]
    assert kind == "agent_ended"
    for letter in (otto, ada):
        assert "Stopped in shop and app." in letter
        assert "Selling my data" in letter
    assert "told" not in otto.split("WHAT WE HAVE DONE")[1].split("You find")[0]  # who was told is hers alone
    assert await said(center) == {"sale": ("out", "agent")}


@pytest.mark.parametrize("ground", ["suspected_fraud", "agent_not_authorised"])
async def test_a_lead_refuses_after_a_documented_doubt_and_two_people_put_the_choice_right(
    center: Center, ground: str
) -> None:
    staff = await builders.cast(center)
    await act(center, purposes=("sale",))
    (case,) = await agents_cases(center)
    why = Facts(text="The signature is that of somebody else.", ground=ground)
    with pytest.raises(Invalid):
        await builders.take(center, case.reference, "refuse", why, by=staff.lea)
    with pytest.raises(Refused):
        await builders.take(center, case.reference, "refuse", why, by=staff.hana)
    await builders.take(center, case.reference, "doubt", Facts(text="Her name is misspelt."), by=staff.hana)
    await builders.take(center, case.reference, "refuse", why, by=staff.lea)
    assert [kind for kind, _, _ in await posted(center, OTTO)] == ["receipt", "denial"]
    _, ada, _ = (await posted(center, ADA))[-1]
    assert "do not accept it as made for you" in ada
    assert "The signature is that of somebody else." in ada
    assert await said(center) == {"sale": ("out", "agent")}  # a refusal alone changes no choice
    async with center.work(by=staff.hana) as work:
        row = (await preferences.said_by(work, Identity("email", ADA)))["sale"]
        assert row.person is not None
        (written,) = await preferences.history(work, row.person)
        doubted = await corrections.doubt(work, written.number or 0, "The permission is forged.", person=row.person)
    async with center.work(by=staff.lea) as work:
        await corrections.decide(work, doubted.id, agree=True)
    assert (await said(center))["sale"] == ("undone", "correction")


async def test_only_an_agents_case_is_refused_for_a_missing_permission(center: Center) -> None:
    staff = await builders.cast(center)
    reference = await builders.file(center, right="optout_sale_sharing", regime="us-ca-ccpa")
    await builders.take(center, reference, "doubt", Facts(text="Odd."), by=staff.hana)
    with pytest.raises(Invalid):
        await builders.take(center, reference, "refuse", Facts(text="No.", ground="agent_not_authorised"), by=staff.lea)
