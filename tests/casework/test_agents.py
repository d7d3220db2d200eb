"""Agents: a no counts at once on a signed permission alone, the person is told, staff see what was shown."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, func, select

from privacy_center import settings as settings_module
from privacy_center.casework import (
    agents,
    cases,
    corrections,
    digests,
    letters,
    mandates,
    permissions,
    preferences,
    queries,
    retention,
    rotation,
    sessions,
    sign_in,
    story,
    trail,
    vault,
)
from privacy_center.casework.facts import Facts, Upload
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.mandates import Shown
from privacy_center.casework.refusals import Invalid, NotFound, Refused
from privacy_center.casework.work import CLOCK, REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.records.letter import Delivery, Letter
from privacy_center.records.mandate import Mandate
from privacy_center.records.package import PackageFile
from privacy_center.records.preference import Preference
from tests import builders
from tests.agents import FILE, PDF, WORDS, act, agents_cases
from tests.builders import ADA, MALLORY, OTTO
from tests.conftest import Clock

ALL = ("sale", "sharing", "profiling", "sensitive", "training", "newsletter")


async def said(center: Center, kind: str = "email", value: str = ADA) -> dict[str, tuple[str, str]]:
    """What stands for somebody, by purpose: the choice and its source."""
    async with center.reading(by=REQUESTER) as work:
        found = await preferences.said_by(work, Identity(kind, value))
        return {name: (row.choice, row.source) for name, row in found.items()}


async def posted(center: Center, to: str) -> list[tuple[str, str, str]]:
    """Every letter to an address, the oldest first: its kind, its words, what became of it."""
    async with center.reading(by=REQUESTER) as work:
        rows = await work.session.exec(select(Letter).order_by(col(Letter.id)))
        return [
            (row.kind, "\n".join(letters.words(work, row)), row.delivery)
            for row in rows
            if letters.address(work, row) == to
        ]


async def refused(center: Center, **other: Any) -> dict[str, str]:
    """What is wrong with an act."""
    with pytest.raises(Invalid) as error:
        await act(center, **other)
    return error.value.errors


async def count(center: Center, table: Any) -> int:
    """How many rows a table has."""
    async with center.reading(by=REQUESTER) as work:
        return (await work.session.exec(select(func.count()).select_from(table))).one()


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


async def test_opening_the_permission_leaves_a_trace(center: Center) -> None:
    staff = await builders.cast(center)
    await act(center, shown=FILE)
    await act(center, value=MALLORY, shown=WORDS)
    first, second = await agents_cases(center)
    async with center.work(by=staff.hana) as work:
        (made,) = await mandates.of_case(work, first)
        _, shown = await permissions.look(work, first.reference, made.id)
        assert shown.file == Upload("permission.pdf", PDF)
        assert (made.agent, made.value, made.purposes) == ("Otto & Partners", ADA, ALL)
        with pytest.raises(NotFound):
            await permissions.look(work, second.reference, made.id)
        (other,) = await mandates.of_case(work, second)
        _, typed = await permissions.look(work, second.reference, other.id)
        assert typed == WORDS
    async with center.reading(by=REQUESTER) as work:
        looks = [event for event in await trail.events(work, first) if event.step == "look"]
    assert [(event.facts["at"], event.actor) for event in looks] == [("permission", str(staff.hana.staff_id))]
    admin = await builders.member(center, "admin@northwind.example", Role.admin)
    with pytest.raises(Refused):
        async with center.work(by=admin) as work:
            await permissions.look(work, first.reference, made.id)


async def test_nobody_on_the_staff_handles_what_was_said_for_themselves(center: Center) -> None:
    staff = await builders.cast(center)
    await act(center, value=builders.HANA)
    (case,) = await agents_cases(center)
    with pytest.raises(Refused):
        await builders.take(center, case.reference, "apply", by=staff.hana)
    async with center.reading(by=staff.hana) as work:
        rows, _ = await queries.queue(work, {}, but=staff.hana.mailbox or "")
        assert rows == []


async def test_the_case_is_the_agents_and_the_undoing_is_the_persons(center: Center) -> None:
    await act(center)
    (case,) = await agents_cases(center)
    async with center.work(by=REQUESTER) as work:
        index = work.house.keys.index("email", ADA)
        cookie = sessions.open_requester(work, index=index)
        await work.session.flush()
        ada = await sessions.visitor(work, cookie)
        assert ada is not None
        assert await sign_in.mine(work, ada) == []
        assert not ada.may_see(case, await vault.mailbox(work, case))
        who = await sessions.own_identity(work, ada)
        assert who == Identity("email", ADA, proved=True)
        cookie = sessions.open_requester(work, index=work.house.keys.index("email", OTTO))
        await work.session.flush()
        otto = await sessions.visitor(work, cookie)
        assert otto is not None
        (his,) = await sign_in.mine(work, otto)
        assert his.reference == case.reference
        assert otto.may_see(case, await vault.mailbox(work, case))
        assert await sessions.own_identity(work, otto) == Identity("email", OTTO, proved=True)
        assert [letter.kind for letter in await letters.to_requester(work, case)] == ["receipt"]


async def test_what_becomes_of_the_letter_to_the_person_is_nothing_of_the_agents(center: Center) -> None:
    await act(center)
    (case,) = await agents_cases(center)
    async with center.work(by=CLOCK) as work:
        for letter in await letters.of_case(work, case):
            await letters.note_refused(work, letter, "no such mailbox")
    async with center.reading(by=REQUESTER) as work:
        workflow = work.house.library.workflow_for(case.right)
        told = story.told(work, workflow, await trail.events(work, case), [])
    assert [chapter.title for chapter in told].count("Our letter could not be delivered to you") == 1


async def test_a_mailbox_is_not_flooded_and_everything_counts(center: Center, clock: Clock) -> None:
    for number in range(8):
        await act(center, email=f"otto{number}@agents.example", purposes=(ALL[number % 6],))
    assert await said(center) == dict.fromkeys(ALL, ("out", "agent"))
    told = await posted(center, ADA)
    assert [kind for kind, _, _ in told] == ["agent_told"] * 8
    assert [state for _, _, state in told].count(Delivery.queued) == 2  # D11
    clock.forward(minutes=11)
    async with center.work(by=CLOCK) as work:
        (index,) = await digests.due(work)
        assert await digests.fold(work, index) == 6
    kind, words, _ = (await posted(center, ADA))[-1]
    assert kind == "digest"
    assert words.count("from somebody who acts for you and showed a permission") == 6


async def test_what_one_agent_says_in_a_flood_counts_at_once_and_is_gathered(center: Center) -> None:
    for number in range(agents.FEW + 12):
        await act(center, value=f"person{number}@people.example", purposes=("sale",))
    found = await agents_cases(center)
    assert len(found) == agents.FEW
    async with center.reading(by=REQUESTER) as work:
        made = [len(await mandates.of_case(work, case)) for case in found]
    assert made == [1] * (agents.FEW - 1) + [13]
    assert await said(center, value=f"person{agents.FEW + 11}@people.example") == {"sale": ("out", "agent")}
    staff = await builders.cast(center)
    await builders.take(center, found[-1].reference, "doubt", Facts(text="A machine."), by=staff.hana)
    why = Facts(text="We asked thirteen of them.", ground="suspected_fraud")
    await builders.take(center, found[-1].reference, "refuse", why, by=staff.lea)
    assert (await posted(center, "person30@people.example"))[-1][0] == "agent_ended"
    assert [kind for kind, _, _ in await posted(center, OTTO)].count("denial") == 1


async def test_a_full_case_takes_no_more(center: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents, "FEW", 0)
    monkeypatch.setattr(agents, "FULL", 2)
    for number in range(5):
        await act(center, value=f"person{number}@people.example", purposes=("sale",))
    assert len(await agents_cases(center)) == 3


async def test_the_permission_is_forgotten_with_the_case_and_the_choice_outlives_it(
    center: Center, clock: Clock
) -> None:
    staff = await builders.cast(center)
    await act(center, shown=FILE)
    await act(center, shown=WORDS)
    (case,) = await agents_cases(center)
    await builders.take(center, case.reference, "apply", by=staff.hana)
    async with center.work(by=CLOCK) as work:
        await retention.set_dates(work)
    clock.forward(days=60)
    async with center.work(by=CLOCK) as work:
        assert await retention.with_expired_files(work) == []  # it has no end of its own
    clock.forward(days=30 * 366)
    async with center.work(by=CLOCK) as work:
        destroyed = await retention.forget(work, await cases.locked(work, case.reference))
    assert destroyed is not None
    assert (destroyed["mandates"], destroyed["files"], destroyed["identifiers"]) == (2, 1, 2)
    assert await count(center, Mandate) == await count(center, PackageFile) == 0
    assert await said(center) == dict.fromkeys(ALL, ("out", "agent"))
    async with center.reading(by=staff.hana) as work:
        assert await mandates.of_case(work, case) == []


async def test_a_permission_lies_sealed_in_the_folder_where_there_is_one(
    environ: dict[str, str], clock: Clock, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    settings = settings_module.read({**environ, "PRIVACY_CENTER_FILES": str(folder)})
    center = await Center.open(settings, now=clock)
    try:
        staff = await builders.cast(center)
        await act(center, shown=FILE)
        (path,) = folder.iterdir()
        assert PDF not in path.read_bytes()
        (case,) = await agents_cases(center)
        async with center.work(by=staff.hana) as work:
            (made,) = await mandates.of_case(work, case)
            _, shown = await permissions.look(work, case.reference, made.id)
            assert shown.file == Upload("permission.pdf", PDF)
            assert (await rotation.in_folder(work, None)).values
    finally:
        await center.close()


async def test_what_the_agent_typed_is_sealed(center: Center) -> None:
    await act(center, agent="Otto <b>& Partners</b>")
    async with center.reading(by=REQUESTER) as work:
        (row,) = await work.session.exec(select(Mandate))
    assert b"Otto" not in row.said
    assert b"sale" not in row.said


async def test_a_case_counts_from_the_shortest_period_of_all_laws(center: Center) -> None:
    await act(center)
    (case,) = await agents_cases(center)
    assert case.place == "other"
    assert case.answer_due <= center.now().date() + timedelta(days=31)
