"""What comes after an errand: how it ends for both, which grounds are open, floods, links, and forgetting."""

import asyncio
from datetime import timedelta

import pytest

from privacy_center.casework import (
    alarms,
    cases,
    challenges,
    digests,
    grounds,
    intake,
    mandates,
    proof,
    queries,
    retention,
    second_looks,
    verification,
)
from privacy_center.casework.facts import Facts
from privacy_center.casework.intake import Filing
from privacy_center.casework.refusals import Refused
from privacy_center.casework.work import CLOCK, REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.links import Purpose
from privacy_center.records.case import Case
from privacy_center.records.letter import Delivery
from privacy_center.records.mandate import Mandate
from privacy_center.records.package import PackageFile
from tests import builders
from tests.agents import FILE, act, agents_cases, count, posted
from tests.builders import ADA, MALLORY, OTTO
from tests.conftest import Clock
from tests.errands import TYPED, ask
from tests.trust import doors

FORGED = Facts(text="The mailbox is on no file of ours, and the name is misspelt.", ground="agent_not_authorised")


async def granted(center: Center, case: Case) -> Case:
    """She confirms, staff find her and answer."""
    staff = await builders.cast(center)
    await builders.prove(center, case.reference)
    await builders.take(center, case.reference, "match", builders.MATCH, by=staff.hana)
    return await builders.take(center, case.reference, "fulfil", builders.ANSWER, by=staff.hana)


async def test_the_answer_is_hers_and_the_agent_hears_that_it_was_granted(center: Center) -> None:
    (case,) = await ask(center)
    await granted(center, case)
    assert [kind for kind, _, _ in await posted(center, ADA)] == ["acknowledgement", "verified", "fulfilment"]
    async with center.reading(by=REQUESTER) as work:
        assert not [fault async for _, fault in proof.verify(work, case.reference) if fault]
    kind, words, _ = (await posted(center, OTTO))[-1]
    assert kind == "agent_request_ended"
    assert "It was granted. The answer went to the person." in words
    for content in (builders.ANSWER.text, *builders.ANSWER.contents.values(), ADA, *TYPED):
        assert content not in words


async def test_a_forged_permission_is_refused_with_letters_to_both(center: Center) -> None:
    staff = await builders.cast(center)
    (case,) = await ask(center)
    await builders.prove(center, case.reference)  # whoever forged it reads the mailbox that they gave as hers
    await builders.take(center, case.reference, "deny", FORGED, by=staff.lea)
    kind, hers, _ = (await posted(center, ADA))[-1]
    assert kind == "denial"
    assert FORGED.text in hers
    kind, his, _ = (await posted(center, OTTO))[-1]
    assert kind == "agent_request_ended"
    assert "does not prove that you may act for this person" in his
    assert "HOW TO SHOW US THAT YOU MAY ACT" in his
    assert FORGED.text not in his


@pytest.mark.parametrize(
    ("ground", "said"),
    [("no_data_held", "We refused it. Our reasons"), ("identity_not_verified", "Nobody confirmed it")],
)
async def test_another_refusal_tells_the_agent_no_reason(center: Center, ground: str, said: str) -> None:
    staff = await builders.cast(center)
    (case,) = await ask(center)
    await builders.prove(center, case.reference)
    why = Facts(text="We searched the shop.", ground=ground)
    await builders.take(center, case.reference, "deny", why, by=staff.lea)
    _, his, _ = (await posted(center, OTTO))[-1]
    assert said in his
    assert "HOW TO SHOW US" not in his
    assert "shop" not in his
    assert "No data held" not in his


async def test_silence_ends_with_a_letter_to_both_and_late_proof_takes_it_up_again(
    center: Center, clock: Clock
) -> None:
    (case,) = await ask(center)
    clock.forward(days=(case.target_due - clock.now.date()).days + 1)
    async with center.work(by=CLOCK) as work:
        await alarms.catch_up(work, await cases.locked(work, case.reference))
    ended = await builders.seen(center, case.reference)
    assert (ended.disposition, ended.ground) == ("denied", "identity_not_verified")
    kind, hers, _ = (await posted(center, ADA))[-1]
    assert kind == "unverified"
    assert "from somebody who says that they act for you" in hers
    assert not [typed for typed in (*TYPED, OTTO) if typed in hers]
    assert "Nobody confirmed it from the person’s mailbox" in (await posted(center, OTTO))[-1][1]
    async with center.work(by=REQUESTER) as work:
        await verification.send_again(work, case.reference, ADA)
    await doors.mailed(center, case.reference)
    async with center.work(by=REQUESTER) as work:
        asked = await challenges.latest(work, Purpose.verify, case_id=case.id)
        assert asked is not None
        await verification.confirm_link(work, work.house.links.sign(Purpose.verify, str(asked.id)))
    assert (await builders.seen(center, case.reference)).state == "reviewing"


async def test_taking_it_back_ends_the_mandate_and_the_agent_hears_of_it(center: Center) -> None:
    (case,) = await ask(center)
    await builders.prove(center, case.reference)
    await builders.take(center, case.reference, "withdraw", by=await builders.fresh(center, case.reference))
    assert (await posted(center, ADA))[-1][0] == "withdrawal"
    assert "The person took it back" in (await posted(center, OTTO))[-1][1]


async def test_this_was_not_me_holds_and_ends_with_letters_to_both(center: Center) -> None:
    staff = await builders.cast(center)
    (case,) = await ask(center)
    await doors.mailed(center, case.reference)
    async with center.work(by=REQUESTER) as work:
        asked = await builders.challenge(work, case.reference)
        token = work.house.links.sign(Purpose.not_me, str(asked.id))
        assert await verification.dispute(work, token, work.house.links.code(str(asked.id), asked.attempt))
    assert (await builders.seen(center, case.reference)).held
    await builders.take(center, case.reference, "doubt", Facts(text="She called us."), by=staff.hana)
    why = Facts(text="You told us so.", ground="not_requested")
    await builders.take(center, case.reference, "deny", why, by=staff.lea)
    assert (await posted(center, ADA))[-1][0] == "denial"
    _, his, _ = (await posted(center, OTTO))[-1]
    assert "We refused it. Our reasons" in his
    assert "You told us so." not in his


async def test_the_ground_is_shut_once_a_mailbox_on_file_has_confirmed(center: Center) -> None:
    staff = await builders.cast(center)
    (case,) = await ask(center)
    await builders.prove(center, case.reference)
    await builders.take(center, case.reference, "match", builders.MATCH, by=staff.hana)
    with pytest.raises(Refused, match="from a mailbox that was on file"):
        await builders.take(center, case.reference, "deny", FORGED, by=staff.lea)


async def test_what_came_by_letter_may_be_an_agents(center: Center) -> None:
    async with center.work(by=REQUESTER) as work:
        filing = Filing(("access",), "US-CA", post="Otto, for Ada, 1 Long Street", channel="post")
        (case,) = await intake.open_cases(work, filing)
        assert await grounds.why_not(work, case, grounds.NOT_AUTHORISED) is None


async def test_where_no_agent_came_the_ground_opens_by_a_doubt_on_record(center: Center) -> None:
    staff = await builders.cast(center)
    reference = await builders.a_case(center)
    with pytest.raises(Refused, match="Nobody asked here as an agent"):
        await builders.take(center, reference, "deny", FORGED, by=staff.lea)
    lea = await doors.staff(center, Role.lead)
    assert "agent_not_authorised" not in (await lea.get(f"/desk/cases/{reference}")).text
    await builders.take(center, reference, "doubt", Facts(text="A lawyer signs the note."), by=staff.hana)
    assert '<option value="agent_not_authorised">' in (await lea.get(f"/desk/cases/{reference}")).text
    await builders.take(center, reference, "deny", FORGED, by=staff.lea)


async def test_neither_mailbox_is_flooded_and_a_digest_tells_of_all(center: Center, clock: Clock) -> None:
    asked = [await ask(center, mailbox=f"otto{number}@agents.example", form_key=f"{number}") for number in range(8)]
    for number in range(8):
        asked.append(await ask(center, email=f"p{number}@people.example", rights=("access", "delete")))
    for mailbox, others in ((ADA, 6), (OTTO, 6)):
        states = [state for _, _, state in await posted(center, mailbox)]
        assert (states.count(Delivery.queued), states.count(Delivery.held)) == (2, others)  # D11, S8
    clock.forward(minutes=11)
    async with center.work(by=CLOCK) as work:
        for index in await digests.due(work):
            await digests.fold(work, index)
    kind, hers, _ = (await posted(center, ADA))[-1]
    assert kind == "digest"
    assert hers.count("asked by somebody who says that they act for you and showed a permission") == 6
    _, his, _ = (await posted(center, OTTO))[-1]
    assert his.count("It waits for the person's confirmation.") == 12
    for access, delete in (each for each in asked[10:]):
        assert access.reference in his
        assert delete.reference in his
    for words in (hers, his):
        assert not [typed for typed in (*TYPED, OTTO, ADA) if typed in words]


async def test_no_ending_for_an_agent_is_only_counted(
    center: Center, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "NAMED", 1)
    staff = await builders.cast(center)
    asked = [(await ask(center, email=f"p{number}@people.example"))[0] for number in range(5)]
    for case in asked:
        await builders.prove(center, case.reference)
        await builders.take(center, case.reference, "deny", FORGED, by=staff.lea)
    clock.forward(minutes=11)
    async with center.work(by=CLOCK) as work:
        for index in await digests.due(work):
            await digests.fold(work, index)
    _, his, _ = (await posted(center, OTTO))[-1]
    assert his.count("It has ended. We refused it, because what you showed us does not prove") == 5
    assert "more of the same kind" not in his


async def test_people_who_have_the_same_agent_have_nothing_else_in_common(center: Center) -> None:
    (hers,), (other,) = await ask(center), await ask(center, email=MALLORY)
    own = await builders.seen(center, await builders.file(center))
    await act(center, value="p@people.example")
    async with center.reading(by=REQUESTER) as work:
        assert [case.id for case in await queries.linked(work, hers)] == [own.id]
        assert await queries.linked(work, other) == []
        (agents,) = await agents_cases(center)
        assert await queries.linked(work, agents) == []
        assert not await second_looks.is_same_person(work, hers, other)
        assert await second_looks.is_same_person(work, hers, own)


async def test_crosswise_errands_and_endings_wait_for_each_other(center: Center) -> None:
    pairs = [(ADA, OTTO), (OTTO, ADA)]
    for number in range(6):
        asked = await asyncio.gather(
            *(ask(center, mailbox=agent, email=person, form_key=f"{number}") for agent, person in pairs)
        )
        assert [len(each) for each in asked] == [1, 1]
        ids = [case.id for (case,) in asked]

        async def lapse(case_id: object, at: timedelta) -> None:
            async with center.work(by=CLOCK) as work:
                case = await cases.locked_by_id(work, case_id)  # type: ignore[arg-type]
                work.now += at
                await alarms.catch_up(work, case)

        await asyncio.gather(*(lapse(each, timedelta(days=60 + number)) for each in ids))
    async with center.reading(by=REQUESTER) as work:
        for each in ids:
            assert (await cases.seen_by_id(work, each)).disposition == "denied"


async def test_a_shared_permission_is_forgotten_with_the_last_case_that_shows_it(center: Center, clock: Clock) -> None:
    access, delete = await ask(center, rights=("access", "delete"), shown=FILE)
    clock.forward(days=60)
    for case in (access, delete):
        async with center.work(by=CLOCK) as work:
            await alarms.catch_up(work, await cases.locked(work, case.reference))
    clock.forward(days=30 * 366)
    for case, left in ((access, 1), (delete, 0)):
        async with center.work(by=CLOCK) as work:
            destroyed = await retention.forget(work, await cases.locked(work, case.reference))
        assert destroyed is not None
        assert (destroyed["mandates"], destroyed["identifiers"], destroyed["files"]) == (1, 2, 1 - left)
        assert await count(center, PackageFile) == await count(center, Mandate) == left
    async with center.reading(by=REQUESTER) as work:
        assert await mandates.of_case(work, access) == []
        assert await mandates.agent(work, access) is None


async def test_of_two_cases_forgotten_at_once_the_last_takes_the_file_along(center: Center, clock: Clock) -> None:
    both = await ask(center, rights=("access", "delete"), shown=FILE)
    clock.forward(days=60)
    for case in both:
        async with center.work(by=CLOCK) as work:
            await alarms.catch_up(work, await cases.locked(work, case.reference))
    clock.forward(days=30 * 366)

    async def forget(reference: str) -> None:
        async with center.work(by=CLOCK) as work:
            assert await retention.forget(work, await cases.locked(work, reference)) is not None

    await asyncio.gather(*(forget(case.reference) for case in both))
    assert await count(center, PackageFile) == 0
