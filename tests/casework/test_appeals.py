"""Appeals and complaints: a case of its own, about an earlier one, decided by somebody who had no part in that."""

import pytest

from privacy_center.casework import appeals, cases, letters, second_looks, trail
from privacy_center.casework.refusals import Invalid, NotFound, Refused
from privacy_center.casework.work import CLOCK, REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Disposition, Role
from tests import builders
from tests.appealing import BRITAIN, DECISION, REFUSAL, denied, virginian
from tests.builders import ANSWER, MATCH, WORDS, take
from tests.conftest import Clock

__all__ = ["virginian"]
OTHER = "olga@northwind.example"
WHY = "You never asked me which account I meant."


async def appeal(center: Center, reference: str, words: str = WHY) -> str:
    """Ada appeals; the appeal's reference."""
    async with center.work(by=REQUESTER) as work:
        return (await appeals.appeal(work, await cases.locked(work, reference), words)).reference


async def complain(center: Center, reference: str) -> str:
    """Ada complains; the complaint's reference."""
    async with center.work(by=REQUESTER) as work:
        return (await appeals.complain(work, await cases.locked(work, reference), WHY)).reference


async def written(center: Center, reference: str) -> dict[str, str]:
    """The letters of a case by their kind."""
    async with center.reading(by=REQUESTER) as work:
        found = await letters.of_case(work, await cases.seen(work, reference))
        return {letter.kind: letters.words(work, letter)[1] for letter in found}


async def test_an_appeal_has_its_own_clock_and_needs_no_second_proof(virginian: Center, clock: Clock) -> None:
    first = await denied(virginian)
    clock.forward(days=100)
    second = await appeal(virginian, first)
    case, earlier = await builders.seen(virginian, second), await builders.seen(virginian, first)
    assert (case.right, case.earlier_id, case.state, case.regime) == ("appeal", earlier.id, "reviewing", "us-va-vcdpa")
    assert (case.answer_due - clock.now.date()).days == 60  # Va. Code 59.1-577(C)
    assert await builders.mailbox_proved(virginian, second)
    said = await written(virginian, second)
    assert set(said) == {"acknowledgement", "verified"}
    assert "Code:" not in said["acknowledgement"]
    assert "[[" not in said["acknowledgement"]
    assert f"About your earlier request: {first}" in said["acknowledgement"]
    async with virginian.reading(by=REQUESTER) as work:
        events = await trail.events(work, await cases.seen(work, first))
    assert (events[-1].step, events[-1].facts["case"]) == ("appealed", second)
    assert WHY not in str(events[-1].facts)


async def test_only_somebody_without_a_part_in_the_first_decides(virginian: Center) -> None:
    second = await appeal(virginian, await denied(virginian))
    staff = await builders.cast(virginian)
    other = await builders.member(virginian, OTHER, Role.lead)
    hana = await builders.member(virginian, builders.HANA, Role.lead)
    for actor in (staff.lea, hana):
        for step, facts in (("fulfil", DECISION), ("fulfil_partly", DECISION), ("deny", REFUSAL)):
            with pytest.raises(Refused, match="had a part"):
                await take(virginian, second, step, facts, by=actor)
    case = await take(virginian, second, "deny", REFUSAL, by=other)
    assert case.disposition == Disposition.denied
    assert "the decision on your appeal" in (await written(virginian, second))["denial"]


async def test_whoever_only_looked_may_decide(virginian: Center) -> None:
    first = await denied(virginian)
    other = await builders.member(virginian, OTHER, Role.lead)
    async with virginian.work(by=other) as work:
        await trail.record(work, await cases.locked(work, first), "look", {"at": "case"})
    second = await appeal(virginian, first)
    await take(virginian, second, "deny", REFUSAL, by=other)


async def test_on_its_last_day_whoever_is_there_decides(virginian: Center, clock: Clock) -> None:
    second = await appeal(virginian, await denied(virginian))
    staff = await builders.cast(virginian)
    due = (await builders.seen(virginian, second)).target_due
    clock.forward(days=(due - clock.now.date()).days - 1)
    with pytest.raises(Refused, match="had a part"):
        await take(virginian, second, "deny", REFUSAL, by=staff.lea)
    clock.forward(days=1)
    await take(virginian, second, "deny", REFUSAL, by=staff.lea)


async def test_a_granted_appeal_takes_the_first_case_up_again(virginian: Center) -> None:
    first = await denied(virginian)
    staff = await builders.cast(virginian)
    with pytest.raises(Refused, match="was granted"):
        await take(virginian, first, "reconsider", by=staff.lea)
    second = await appeal(virginian, first)
    other = await builders.member(virginian, OTHER, Role.lead)
    await take(virginian, second, "fulfil", DECISION, by=other)
    before = await builders.seen(virginian, first)
    case = await take(virginian, first, "reconsider", by=other)
    assert (case.state, case.closed_at, case.received_at) == ("reviewing", None, before.received_at)
    await take(virginian, first, "match", MATCH, by=staff.hana)
    case = await take(virginian, first, "fulfil", ANSWER, by=staff.hana)
    assert case.disposition == Disposition.fulfilled


async def test_there_is_one_appeal_and_only_against_a_decision(virginian: Center, clock: Clock) -> None:
    first = await builders.file(virginian, regime="US-VA")
    with pytest.raises(Refused, match="no decision"):
        await appeal(virginian, first)
    await builders.prove(virginian, first)
    clock.forward(days=60)
    second = await appeal(virginian, first)  # no answer in time is a decision, too
    with pytest.raises(Refused, match="already"):
        await appeal(virginian, first)
    async with virginian.reading(by=REQUESTER) as work:
        (found,) = await second_looks.later(work, await cases.seen(work, first))
        assert (await second_looks.earlier(work, found)).reference == first  # type: ignore[union-attr]
    assert found.reference == second


async def test_a_withdrawn_request_and_a_law_without_appeal_have_none(virginian: Center, center: Center) -> None:
    first = await builders.file(virginian, regime="US-VA")
    await take(virginian, first, "withdraw", by=await builders.fresh(virginian, first))
    with pytest.raises(Refused, match="withdrawn"):
        await appeal(virginian, first)
    with pytest.raises(Refused, match="No law"):
        await appeal(center, await builders.a_case(center, "denied"))


async def test_what_is_too_long_opens_nothing(virginian: Center) -> None:
    first = await denied(virginian)
    with pytest.raises(Invalid):
        await appeal(virginian, first, "x" * 2001)
    with pytest.raises(NotFound):
        await builders.seen(virginian, "PR-0000-0000-0000")
    await appeal(virginian, first, "")


async def test_a_refusal_for_lack_of_proof_is_appealed_by_who_signs_in(virginian: Center, clock: Clock) -> None:
    first = await builders.file(virginian, regime="US-VA")
    clock.forward(days=44)
    await take(virginian, first, "lapse", by=CLOCK)
    assert (await builders.seen(virginian, await appeal(virginian, first))).state == "reviewing"


async def test_a_briton_complains_about_a_case_as_often_as_one_is_answered(virginian: Center) -> None:
    first = await denied(virginian, BRITAIN)
    with pytest.raises(Refused, match="No law"):
        await appeal(virginian, first)
    second = await complain(virginian, first)
    case = await builders.seen(virginian, second)
    assert (case.right, case.regime, case.state) == ("complaint", "uk-gdpr", "reviewing")
    with pytest.raises(Refused, match="already"):
        await complain(virginian, first)
    other = await builders.member(virginian, OTHER, Role.lead)
    await take(virginian, second, "fulfil", DECISION, by=other)
    assert await complain(virginian, first) != second
    await take(virginian, first, "reconsider", by=other)


async def test_where_no_law_gives_a_complaint_there_is_no_form(virginian: Center) -> None:
    with pytest.raises(Refused, match="No law"):
        await complain(virginian, await denied(virginian))


async def test_the_letter_of_denial_names_the_door(virginian: Center) -> None:
    first = await denied(virginian)
    said = (await written(virginian, first))["denial"]
    assert f"http://localhost:8000/requests/{first} and press “Appeal”" in said
    second = await appeal(virginian, first)
    other = await builders.member(virginian, OTHER, Role.lead)
    await take(virginian, second, "inform", WORDS, by=other)
    assert "on the page of this request" in (await written(virginian, await denied(virginian, BRITAIN)))["denial"]
