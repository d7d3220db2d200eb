"""The desk's list of closed cases that will soon be forgotten."""

from datetime import timedelta

from privacy_center.casework import cases, retention, trail
from privacy_center.casework.facts import Facts
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.worker.upkeep import Upkeep
from tests import builders
from tests.conftest import Clock
from tests.trust import doors

NOTHING = "No closed request is near its end."


async def near_its_end(center: Center, clock: Clock, email: str = builders.ADA) -> str:
    """A case whose period has just ended; returns its reference."""
    reference = await builders.file(center, email=email)
    await builders.prove(center, reference)
    lea = await builders.member(center, "lou@northwind.example", Role.lead)
    refusal = Facts(text="We looked.", ground="no_data_held")
    await builders.take(center, reference, "deny", refusal, by=lea)
    await Upkeep(center).once()
    case = await builders.seen(center, reference)
    assert case.review_at is not None
    clock.now = case.review_at
    return reference


async def test_it_lists_what_is_due_with_the_day_on_which_it_is_forgotten(center: Center, clock: Clock) -> None:
    reference = await near_its_end(center, clock)
    clock.forward(seconds=-1)
    lea = await doors.staff(center, Role.lead)
    assert NOTHING in (await lea.get("/desk/review")).text
    clock.forward(seconds=1)
    page = await lea.get("/desk/review")
    assert f'href="/desk/cases/{reference}"' in page.text
    assert "24 Nov 2026" in page.text
    assert "9 Dec 2028" in page.text
    assert "Kept by a legal hold" not in page.text
    assert 'href="/desk/review" aria-current="page"' in page.text


async def test_a_legal_hold_moves_a_case_to_those_that_are_kept(center: Center, clock: Clock) -> None:
    reference = await near_its_end(center, clock)
    lea = await doors.staff(center, Role.lead)
    await lea.post(f"/desk/cases/{reference}/legal-hold", data={"reason": "A court has asked."})
    page = (await lea.get("/desk/review")).text
    assert NOTHING in page
    assert "Held since" in page
    assert reference in page
    await lea.post(f"/desk/cases/{reference}/legal-hold", data={"reason": "Over.", "hold": "lift"})
    assert "Held since" not in (await lea.get("/desk/review")).text


async def test_it_names_nobody_and_opening_it_writes_nothing(center: Center, clock: Clock) -> None:
    reference = await near_its_end(center, clock)
    hana = await doors.staff(center, Role.handler)
    before = await doors.rows(center)
    page = await hana.get("/desk/review")
    assert page.status_code == 200
    assert builders.ADA not in page.text
    assert await doors.rows(center) == before
    async with center.reading(by=REQUESTER) as work:
        events = await trail.events(work, await cases.seen(work, reference))
    assert "look" not in {event.step for event in events}


async def test_nobody_sees_a_case_of_their_own(center: Center, clock: Clock) -> None:
    reference = await near_its_end(center, clock, email=builders.HANA)
    hana = await doors.staff(center, Role.handler, builders.HANA)
    assert reference not in (await hana.get("/desk/review")).text


async def test_what_was_opened_again_is_not_due_by_its_first_closing(center: Center, clock: Clock) -> None:
    reference = await builders.file(center)
    await builders.prove(center, reference)
    await builders.take(center, reference, "withdraw", by=await builders.fresh(center, reference))
    await Upkeep(center).once()
    assert (await builders.seen(center, reference)).forget_at is not None
    await builders.take(center, reference, "resume", by=await builders.fresh(center, reference))
    assert (await builders.seen(center, reference)).forget_at is None
    clock.now += timedelta(days=800)
    async with center.reading(by=REQUESTER) as work:
        assert not await retention.to_review(work)
