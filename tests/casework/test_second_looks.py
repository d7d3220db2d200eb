"""What a second look leads to: which decision it is about, who takes it up again, and who may not."""

import pytest

from privacy_center.casework import appeals, cases
from privacy_center.casework.refusals import Refused
from privacy_center.casework.work import CLOCK, REQUESTER, Actor
from privacy_center.center import Center
from privacy_center.law.terms import Disposition, Role
from tests import builders
from tests.agents import act, agents_cases
from tests.appealing import BRITAIN, DECISION, REFUSAL, VIRGINIA, denied, virginian
from tests.builders import ANSWER, take
from tests.casework.test_appeals import OTHER, appeal, complain, written
from tests.conftest import Clock

__all__ = ["virginian"]


async def granted(center: Center, reference: str, by: Actor) -> str:
    """An appeal against a case, decided for the person; its reference."""
    second = await appeal(center, reference)
    await take(center, second, "fulfil", DECISION, by=by)
    return second


async def test_who_never_confirmed_is_not_taken_up_again_unproved(virginian: Center, clock: Clock) -> None:
    first = await builders.file(virginian, regime=VIRGINIA)
    clock.forward(days=44)
    await take(virginian, first, "lapse", by=CLOCK)
    other = await builders.member(virginian, OTHER, Role.lead)
    await granted(virginian, first, other)
    with pytest.raises(Refused, match="has not confirmed"):
        await take(virginian, first, "reconsider", by=other)
    case = await take(virginian, first, "reopen", by=REQUESTER)
    assert (case.state, await builders.mailbox_proved(virginian, first)) == ("reviewing", True)


async def test_a_second_refusal_is_appealed_like_the_first(virginian: Center, clock: Clock) -> None:
    first = await denied(virginian)
    other = await builders.member(virginian, OTHER, Role.lead)
    second = await granted(virginian, first, other)
    with pytest.raises(Refused, match="already"):
        await appeal(virginian, first)
    clock.forward(minutes=1)
    await take(virginian, first, "reconsider", by=other)
    with pytest.raises(Refused, match="no decision"):
        await appeal(virginian, first)
    await take(virginian, first, "deny", REFUSAL, by=await builders.member(virginian, builders.LEA, Role.lead))
    assert "press “Appeal”" in (await written(virginian, first))["denial"]
    third = await appeal(virginian, first)
    assert third not in (first, second)
    with pytest.raises(Refused, match="already"):
        await appeal(virginian, first)


async def test_a_refusal_after_an_appeal_against_silence_is_appealed(virginian: Center, clock: Clock) -> None:
    first = await builders.file(virginian, regime=VIRGINIA)
    await builders.prove(virginian, first)
    clock.forward(days=60)
    second = await appeal(virginian, first)
    with pytest.raises(Refused, match="already"):
        await appeal(virginian, first)
    await take(virginian, first, "deny", REFUSAL, by=await builders.member(virginian, builders.LEA, Role.lead))
    assert await appeal(virginian, first) != second
    with pytest.raises(Refused, match="already"):
        await appeal(virginian, first)


async def test_one_grant_takes_a_case_up_once(virginian: Center, clock: Clock) -> None:
    first = await denied(virginian)
    other = await builders.member(virginian, OTHER, Role.lead)
    await granted(virginian, first, other)
    await take(virginian, first, "reconsider", by=other)
    clock.forward(minutes=1)
    await take(virginian, first, "deny", REFUSAL, by=other)
    with pytest.raises(Refused, match="was granted"):
        await take(virginian, first, "reconsider", by=other)


async def test_what_was_withdrawn_is_only_its_requesters_to_take_up(virginian: Center) -> None:
    first = await builders.file(virginian, regime=BRITAIN)
    await builders.prove(virginian, first)
    await take(virginian, first, "withdraw", by=await builders.fresh(virginian, first))
    other = await builders.member(virginian, OTHER, Role.lead)
    await take(virginian, await complain(virginian, first), "fulfil", DECISION, by=other)
    with pytest.raises(Refused, match="only its requester"):
        await take(virginian, first, "reconsider", by=other)


async def test_a_complaint_is_decided_by_somebody_without_a_part_in_it(virginian: Center) -> None:
    second = await complain(virginian, await denied(virginian, BRITAIN))
    staff = await builders.cast(virginian)
    for step, facts in (("fulfil", DECISION), ("fulfil_partly", REFUSAL), ("deny", REFUSAL)):
        with pytest.raises(Refused, match="had a part"):
            await take(virginian, second, step, facts, by=staff.lea)
    other = await builders.member(virginian, OTHER, Role.lead)
    assert (await take(virginian, second, "fulfil", DECISION, by=other)).disposition == Disposition.fulfilled


async def test_a_no_that_was_not_applied_is_applied_after_an_appeal(virginian: Center, clock: Clock) -> None:
    first = await builders.file(virginian, regime=VIRGINIA, right="optout_targeted_ads")
    clock.forward(days=60)
    second = await appeal(virginian, first)
    staff = await builders.cast(virginian)
    await take(virginian, first, "apply", ANSWER, by=staff.hana)
    other = await builders.member(virginian, OTHER, Role.lead)
    await take(virginian, second, "fulfil", DECISION, by=other)
    case = await take(virginian, first, "reconsider", by=other)
    assert (case.state, case.closed_at, case.disposition) == ("applying", None, None)
    case = await take(virginian, first, "apply", ANSWER, by=staff.hana)
    assert case.disposition == Disposition.fulfilled


async def test_an_agent_neither_appeals_nor_complains_as_the_person(virginian: Center) -> None:
    await act(virginian)
    (case,) = await agents_cases(virginian)
    staff = await builders.cast(virginian)
    await take(virginian, case.reference, "apply", ANSWER, by=staff.hana)
    for ask in (appeals.appeal, appeals.complain):
        with pytest.raises(Refused, match="An agent made this request"):
            async with virginian.work(by=REQUESTER) as work:
                await ask(work, await cases.locked(work, case.reference), "Look again.")
    async with virginian.reading(by=REQUESTER) as work:
        assert await appeals.offered(work, await cases.seen(work, case.reference)) is None
    said = (await written(virginian, case.reference))["applied"]
    assert "press “Appeal”" not in said
    assert "on the page of this request, or" not in said
