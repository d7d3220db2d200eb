"""An appeal or a complaint by phone, by letter or in person: about an earlier request, and proved anew."""

from dataclasses import replace
from datetime import date

import pytest

from privacy_center.casework import appeals, cases, entered, letters, second_looks, trail
from privacy_center.casework.entered import Entry
from privacy_center.casework.facts import Facts
from privacy_center.casework.intake import Filing
from privacy_center.casework.refusals import Invalid, Refused
from privacy_center.casework.work import CLOCK, REQUESTER, Actor
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.records.letter import Delivery
from tests import builders
from tests.agents import act, agents_cases
from tests.appealing import BRITAIN, DECISION, VIRGINIA, denied, virginian
from tests.builders import ADA, HANA, MALLORY, OTTO, WORDS, take
from tests.casework.test_appeals import OTHER, appeal
from tests.conftest import Clock
from tests.trust import doors

__all__ = ["virginian"]
TODAY = date(2026, 11, 24)
STREET = "Ada Example, Long Lane 1, Richmond VA"


def about(first: str, asked: str = "appeal", *, email: str = ADA, post: str = "") -> Entry:
    """What came by letter about an earlier request."""
    return Entry("post", TODAY, Filing((), VIRGINIA, email, post=post), (), asked, first)


async def enter(center: Center, entry: Entry, email: str = HANA) -> str:
    """Hana, or another, writes it down; the reference of the new case."""
    hana = await builders.member(center, email, Role.handler)
    async with center.work(by=hana) as work:
        (case,) = (await entered.enter(work, entry)).cases
    return case.reference


async def wrong(center: Center, entry: Entry) -> dict[str, str]:
    """What Hana is told is wrong with it."""
    with pytest.raises(Invalid) as found:
        await enter(center, entry)
    return found.value.errors


async def olga(center: Center) -> Actor:
    """A lead who had no part in the first decision."""
    return await builders.member(center, OTHER, Role.lead)


async def test_an_appeal_by_letter_begins_with_nothing_proved(virginian: Center) -> None:
    first = await denied(virginian)
    second = await enter(virginian, about(first.lower()))
    case, earlier = await builders.seen(virginian, second), await builders.seen(virginian, first)
    assert (case.right, case.earlier_id, case.state, case.channel) == ("appeal", earlier.id, "unverified", "post")
    assert not await builders.mailbox_proved(virginian, second)
    with pytest.raises(Refused, match="Waiting for confirmation"):
        await take(virginian, second, "fulfil", DECISION, by=await olga(virginian))
    async with virginian.reading(by=REQUESTER) as work:
        event = (await trail.events(work, earlier))[-1]
    assert (event.step, event.facts["case"], event.facts["channel"]) == ("appeal_entered", second, "post")


async def test_it_counts_from_its_day_and_who_had_a_part_does_not_decide_it(virginian: Center, clock: Clock) -> None:
    first = await denied(virginian)
    clock.forward(days=10)
    second = await enter(virginian, about(first), "gus@northwind.example")
    case = await builders.seen(virginian, second)
    assert (case.answer_due - TODAY).days == 60  # Va. Code 59.1-577(C), from the day on which it came
    await builders.prove(virginian, second)
    staff = await builders.cast(virginian)
    with pytest.raises(Refused, match="had a part"):
        await take(virginian, second, "fulfil", DECISION, by=staff.lea)
    await take(virginian, second, "fulfil", DECISION, by=await olga(virginian))
    assert (await take(virginian, first, "reconsider", by=staff.lea)).state == "reviewing"


async def test_on_paper_a_colleague_says_whose_it_is(virginian: Center) -> None:
    second = await enter(virginian, about(await denied(virginian), email="", post=STREET))
    async with virginian.reading(by=REQUESTER) as work:
        (letter,) = await letters.of_case(work, await cases.seen(work, second))
    assert letter.delivery == Delivery.paper
    other = await olga(virginian)
    await take(virginian, second, "identify", WORDS, by=other)
    await take(virginian, second, "fulfil", DECISION, by=other)


async def test_a_stranger_s_call_takes_nobody_s_appeal_away_and_shows_nothing(virginian: Center) -> None:
    first = await denied(virginian)
    second = await enter(virginian, about(first, email=MALLORY))
    await builders.prove(virginian, second)
    mallory, ada = await doors.requester(virginian, second), await doors.requester(virginian, first)
    assert first not in (await mallory.get(f"/requests/{second}")).text.replace(f"/requests/{second}", "")
    assert second not in (await ada.get(f"/requests/{first}")).text
    lea = await doors.staff(virginian, Role.lead)
    assert "another address" in (await lea.get(f"/desk/cases/{second}")).text
    assert await appeal(virginian, first) != second


async def test_once_it_is_proved_it_is_the_appeal(virginian: Center) -> None:
    first = await denied(virginian)
    second = await enter(virginian, about(first))
    await builders.prove(virginian, second)
    with pytest.raises(Refused, match="already"):
        await appeal(virginian, first)
    assert "already" in (await wrong(virginian, about(first)))["earlier"]
    ada = await doors.requester(virginian, first)
    assert second in (await ada.get(f"/requests/{first}")).text


async def test_what_cannot_be_looked_at_again_is_said_beside_its_field(virginian: Center, clock: Clock) -> None:
    assert "no request" in (await wrong(virginian, about("PR-0000-0000-0000")))["earlier"]
    first = await builders.file(virginian, regime=VIRGINIA)
    assert "no decision" in (await wrong(virginian, about(first)))["earlier"]
    second = await denied(virginian)
    early = replace(about(second), day=date(2026, 11, 20))
    assert "before the request" in (await wrong(virginian, early))["earlier"]
    assert "Choose" in (await wrong(virginian, about(second, "")))["earlier"]
    assert "list" in (await wrong(virginian, about(second, "revenge")))["again"]
    british = await denied(virginian, BRITAIN)
    assert "No law" in (await wrong(virginian, about(british)))["earlier"]


async def test_a_complaint_is_bound_to_its_request_as_well(virginian: Center) -> None:
    first = await denied(virginian, BRITAIN)
    entry = about(first, "complaint")
    second = await enter(virginian, replace(entry, filing=replace(entry.filing, place="GB")))
    case = await builders.seen(virginian, second)
    assert (case.right, case.earlier_id) == ("complaint", (await builders.seen(virginian, first)).id)
    async with virginian.reading(by=REQUESTER) as work:
        assert await appeals.why_no_complaint(work, await cases.seen(work, first)) is None, "nobody has proved it"


async def test_a_person_behind_an_agent_appeals_by_letter(virginian: Center) -> None:
    await act(virginian, purposes=("sale",))
    (first,) = await agents_cases(virginian)
    staff = await builders.cast(virginian)
    await take(virginian, first.reference, "doubt", WORDS, by=staff.hana)
    fraud = Facts(text="The signature is somebody else's.", ground="suspected_fraud")
    await take(virginian, first.reference, "refuse", fraud, by=staff.lea)
    async with virginian.reading(by=REQUESTER) as work:
        assert await appeals.why_no_appeal(work, await cases.seen(work, first.reference)) == appeals.BY_AGENT
    theirs, otto_s = [await enter(virginian, about(first.reference, email=each)) for each in (ADA, OTTO)]
    async with virginian.reading(by=REQUESTER) as work:
        earlier = await cases.seen(work, first.reference)
        for second, known in ((theirs, True), (otto_s, False)):  # the mailbox of the agent is nobody's
            assert await second_looks.is_same_person(work, await cases.seen(work, second), earlier) is known


async def test_nobody_enters_an_appeal_of_their_own(virginian: Center) -> None:
    first = await builders.file(virginian, regime=VIRGINIA, email=HANA)
    with pytest.raises(Refused, match="your own"):
        await enter(virginian, about(first))


async def test_whoever_was_taken_up_again_and_then_met_silence_appeals_again(virginian: Center, clock: Clock) -> None:
    first = await denied(virginian)
    second = await appeal(virginian, first)
    other = await olga(virginian)
    await take(virginian, second, "fulfil", DECISION, by=other)
    clock.forward(days=50)
    await take(virginian, first, "reconsider", by=other)
    with pytest.raises(Refused, match="no decision"):
        await appeal(virginian, first)
    clock.forward(days=45)  # as long again as the law gave for the answer, Va. Code 59.1-577(B)(1)
    with pytest.raises(Refused, match="no decision"):
        await appeal(virginian, first)
    clock.forward(days=1)
    third = await appeal(virginian, first)
    with pytest.raises(Refused, match="already"):
        await appeal(virginian, first)
    assert third != second
    async with virginian.reading(by=CLOCK) as work:
        assert len(await second_looks.later(work, await cases.seen(work, first))) == 2
