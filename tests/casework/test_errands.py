"""Errands: an agent asks, the person confirms, and the answer is the person's alone."""

import asyncio
from typing import Any

import pytest

from privacy_center.casework import (
    cases,
    details,
    errands,
    letters,
    mandates,
    permissions,
    sessions,
    sign_in,
    story,
    trail,
    vault,
    verification,
)
from privacy_center.casework.facts import Facts, Upload
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.mandates import Shown
from privacy_center.casework.refusals import Invalid, Refused, TooMany
from privacy_center.casework.work import REQUESTER, Actor
from privacy_center.center import Center
from privacy_center.records.case import Case
from privacy_center.records.mandate import Mandate
from privacy_center.records.package import PackageFile
from tests import builders
from tests.agents import FILE, PDF, WORDS, count, posted
from tests.builders import ADA, MALLORY, OTTO
from tests.conftest import Clock
from tests.errands import NAME, NOTE, TYPED, ask, in_session


async def test_the_case_is_the_persons_and_both_are_told(center: Center) -> None:
    access, delete = await ask(center, rights=("access", "delete"))
    assert (access.channel, access.state, access.place) == ("agent_request", "unverified", "US-CA")
    ada, otto = await posted(center, ADA), await posted(center, OTTO)
    assert [kind for kind, _, _ in ada] == ["acknowledgement", "acknowledgement"]
    ((kind, his, _),) = otto
    assert kind == "agent_asked"
    for reference in (access.reference, delete.reference):
        assert reference in his
    assert "Get a copy of my data" in his
    assert "Delete my data" in his
    for _, words, _ in ada:
        assert "Somebody who says that they act for you" in words
        assert "IF YOU GAVE THAT PERMISSION: PLEASE CONFIRM IT" in words
        assert "IF YOU DID NOT GIVE IT" in words
    for _, words, _ in ada + otto:
        assert not [typed for typed in (*TYPED, OTTO, ADA) if typed in words.replace("PCR1", "")]  # D12


async def test_the_trail_names_nobody_and_what_was_typed_is_sealed(center: Center) -> None:
    (case,) = await ask(center, shown=FILE)
    async with center.reading(by=REQUESTER) as work:
        events = await trail.events(work, case)
        assert [event.step for event in events] == ["open", "errand"]
        assert set(events[1].facts) == {"by", "agent", "file", "state"}
        said = str([event.facts for event in events])
        assert not [typed for typed in (*TYPED, OTTO, ADA) if typed in said]
        assert {text.kind: vault.words(work, text) for text in await vault.texts(work, case)} == {
            "name": NAME,
            "note": NOTE,
        }


async def test_what_a_right_asks_beside_the_note_is_kept_with_its_case(center: Center) -> None:
    access, correct = await ask(center, rights=("access", "correct"), details={"correct-wrong": "My street"})
    async with center.reading(by=REQUESTER) as work:
        lines = details.lines(work, correct, await vault.texts(work, correct))
        assert "My street" in [line.said for line in lines]
        assert "My street" not in str(details.lines(work, access, await vault.texts(work, access)))


@pytest.mark.parametrize(
    ("other", "fields"),
    [
        ({"shown": Shown()}, {"permission"}),
        ({"shown": Shown(signer="Ada")}, {"words", "signed_on"}),
        ({"shown": Shown(file=Upload("permission.pdf", b"MZ"))}, {"permission"}),
        ({"rights": ()}, {"right"}),
        ({"rights": ("breathe",)}, {"right"}),
        ({"rights": ("optout_sale_sharing",)}, {"right"}),
        ({"rights": ("appeal",)}, {"right"}),
        ({"email": "ada@"}, {"email"}),
        ({"place": ""}, {"place"}),
        ({"place": "Atlantis"}, {"place"}),
        ({"mailbox": "otto"}, {"agent_email"}),
        ({"mailbox": " ADA@people.example"}, {"agent_email"}),
        ({"agent": "x" * 201}, {"agent"}),
        ({"name": "x" * 201, "note": "x" * 2001}, {"name", "note"}),
        ({"details": {"access-since": "yesterday"}}, {"access-since"}),
    ],
)
async def test_what_is_missing_is_said_and_nothing_is_written(
    center: Center, other: dict[str, Any], fields: set[str]
) -> None:
    with pytest.raises(Invalid) as wrong:
        await ask(center, **other)
    assert set(wrong.value.errors) == fields
    assert "your e-mail" not in str(wrong.value.errors).casefold().replace("your own e-mail", "")
    assert await count(center, Mandate) == 0
    assert not await posted(center, ADA)


async def test_the_same_sending_opens_one_case_and_another_permission_another(center: Center) -> None:
    done = await asyncio.gather(*(ask(center, form_key="k") for _ in range(4)))
    assert sum(map(len, done)) == 1
    assert len(await posted(center, OTTO)) == len(await posted(center, ADA)) == 1
    assert len(await ask(center, form_key="k", shown=FILE)) == 1
    assert len(await ask(center, form_key="k", rights=("access", "delete"))) == 1  # the right that was added
    assert await ask(center, form_key="k", rights=("access", "delete")) == []


async def test_her_press_is_her_proof_and_her_word_for_the_agent(center: Center) -> None:
    (case,) = await ask(center)
    async with center.reading(by=REQUESTER) as work:
        assert not (await vault.mailbox(work, case)).proved_at
    await builders.prove(center, case.reference)
    async with center.reading(by=REQUESTER) as work:
        case = await cases.seen(work, case.reference)
        assert case.state == "reviewing"
        assert {row.kind: bool(row.proved_at) for row in await vault.identifiers(work, case)} == {
            "email": True,
            "by_email": False,  # S33
        }
        agent = await errands.agent(work, case)
        assert agent is not None
        assert (agent.name, agent.mailbox) == ("Otto & Partners", OTTO)
        workflow = work.house.library.workflow_for(case.right)
        told = story.told(work, workflow, await trail.events(work, case), [])
    assert [(chapter.title, chapter.by) for chapter in told] == [
        ("You confirmed that you gave the permission", "you"),
        ("Somebody who says that they act for you asked for this, and showed a signed permission", "agent"),
    ]


async def test_neither_reads_what_is_the_others(center: Center) -> None:
    (case,) = await ask(center)
    await builders.prove(center, case.reference)
    async with center.work(by=REQUESTER) as work:
        mailbox = await vault.mailbox(work, case)
        otto, ada = await in_session(work, OTTO), await in_session(work, ADA)
        assert await sign_in.mine(work, otto) == []
        assert not otto.may_see(case, mailbox)
        assert not await verification.may_confirm_here(work, otto, case)
        assert await sessions.own_identity(work, otto) == Identity("email", OTTO, proved=True)
        assert [each.reference for each in await sign_in.mine(work, ada)] == [case.reference]
        assert await sessions.own_identity(work, ada) == Identity("email", ADA, proved=True)
        kinds = [letter.kind for letter in await letters.to_requester(work, case)]
        assert kinds == ["verified", "acknowledgement"]


async def test_the_agent_cannot_have_the_code_sent_to_them(center: Center, clock: Clock) -> None:
    (case,) = await ask(center)
    clock.forward(minutes=5)
    before = await posted(center, OTTO)
    async with center.work(by=REQUESTER) as work:
        await verification.send_again(work, case.reference, OTTO)
    assert await posted(center, OTTO) == before
    async with center.work(by=REQUESTER) as work:
        await verification.send_again(work, case.reference, ADA)
    kind, words, _ = (await posted(center, ADA))[-1]
    assert kind == "verification_again"
    assert "Somebody who says that they act for you" in words
    assert not [typed for typed in (*TYPED, OTTO) if typed in words]


async def test_staff_open_the_permission_with_a_trace(center: Center) -> None:
    staff = await builders.cast(center)
    access, delete = await ask(center, rights=("access", "delete"), shown=FILE)
    assert await count(center, PackageFile) == 1
    for case in (access, delete):
        async with center.work(by=staff.hana) as work:
            (made,) = await mandates.of_case(work, case)
            assert (made.value, made.press, made.purposes, made.file) == (ADA, None, (), True)
            _, shown = await permissions.look(work, case.reference, made.id)
            assert shown.file == Upload("permission.pdf", PDF)
        async with center.reading(by=REQUESTER) as work:
            assert [event.facts["at"] for event in await trail.events(work, case) if event.step == "look"] == [
                "permission"
            ]


async def look(center: Center, case: Case, *, by: Actor) -> None:
    """Open what the agent showed."""
    async with center.work(by=by) as work:
        (made,) = await mandates.of_case(work, case)
        await permissions.look(work, case.reference, made.id)


@pytest.mark.parametrize("member", [{"email": builders.HANA}, {"mailbox": builders.HANA}])
async def test_nobody_on_the_staff_handles_a_case_in_which_they_are_the_person_or_the_agent(
    center: Center, member: dict[str, str]
) -> None:
    staff = await builders.cast(center)
    (case,) = await ask(center, **member)
    await builders.prove(center, case.reference)
    with pytest.raises(Refused, match="your own request"):
        await builders.take(center, case.reference, "match", builders.MATCH, by=staff.hana)
    with pytest.raises(Refused, match="your own request"):
        await look(center, case, by=staff.hana)
    await builders.take(center, case.reference, "match", builders.MATCH, by=staff.lea)


async def test_past_what_a_network_may_post_it_is_turned_away(center: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privacy_center.casework.budget.POSTS_PER_HOUR", 2)
    for number in range(2):
        await ask(center, network="192.0.2.7", email=f"p{number}@people.example")
    with pytest.raises(TooMany):
        await ask(center, network="192.0.2.7", email=MALLORY)
    assert not await posted(center, MALLORY)
    assert await ask(center, network="198.51.100.9", email=MALLORY)


async def test_a_question_of_staff_goes_to_the_person(center: Center) -> None:
    staff = await builders.cast(center)
    (case,) = await ask(center, shown=WORDS)
    await builders.prove(center, case.reference)
    await builders.take(center, case.reference, "ask", Facts(text="Which account?"), by=staff.hana)
    assert (await posted(center, ADA))[-1][0] == "question"
    assert [kind for kind, _, _ in await posted(center, OTTO)] == ["agent_asked"]
