"""Entered by staff: what came by phone, by letter or in person counts from its day and proves nothing (S4)."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from privacy_center.casework import (
    cases,
    deadlines,
    entered,
    fingerprints,
    intake,
    letters,
    lookups,
    proof,
    queries,
    returns,
    trail,
    vault,
)
from privacy_center.casework.entered import Entry, Made
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.intake import Filing
from privacy_center.casework.refusals import Invalid, Refused
from privacy_center.casework.work import CLOCK, REQUESTER, Actor
from privacy_center.center import Center
from privacy_center.law.terms import Disposition, Role
from privacy_center.records.event import Event
from privacy_center.records.letter import Delivery
from tests import builders
from tests.builders import ADA, ANSWER, HANA, LEA, MATCH, WORDS, take
from tests.casework.test_corrections import house_events
from tests.conftest import Clock
from tests.mailbox import ONLY_ADDRESS

STREET = "Ada Example, Long Lane 1, 20095 Hamburg"
PHONE = "+49 40 555 0100"
MAILED = Entry("phone", date(2026, 11, 20), Filing(("access",), "DE", ADA, note="They called."))
WRITTEN = Entry("post", date(2026, 11, 20), Filing(("access",), "DE", post=STREET))


async def enter(center: Center, entry: Entry, by: Actor) -> Made:
    """A member of staff writes a request down."""
    async with center.work(by=by) as work:
        return await entered.enter(work, entry)


async def one(center: Center, entry: Entry, by: Actor) -> str:
    """The same for one right; its reference."""
    (case,) = (await enter(center, entry, by)).cases
    return case.reference


async def happened(center: Center, reference: str) -> list[Event]:
    """The trail of a case, proved whole."""
    async with center.reading(by=REQUESTER) as work:
        case = await cases.seen(work, reference)
        events = await trail.events(work, case)
    assert proof.fault(case, events) is None
    return events


async def kinds(center: Center, reference: str) -> list[tuple[str, str]]:
    """What was written to the person, and where each letter is, in order."""
    async with center.reading(by=REQUESTER) as work:
        found = await letters.of_case(work, await cases.seen(work, reference))
    return [(letter.kind, letter.delivery) for letter in reversed(found)]


async def body(center: Center, reference: str) -> str:
    """The newest letter as said."""
    async with center.reading(by=REQUESTER) as work:
        return letters.words(work, (await letters.of_case(work, await cases.seen(work, reference)))[0])[1]


async def test_a_call_counts_from_its_day_and_its_mailbox_is_still_asked(center: Center) -> None:
    hana = await builders.member(center, HANA, Role.handler)
    reference = await one(center, MAILED, hana)
    case = await builders.seen(center, reference)
    assert (case.channel, case.state, case.received_at.date()) == ("phone", "unverified", date(2026, 11, 20))
    assert not await builders.mailbox_proved(center, reference)
    assert await kinds(center, reference) == [("acknowledgement", "queued")]
    opened = (await happened(center, reference))[0]
    assert (opened.step, opened.role, opened.actor) == ("open", "handler", str(hana.staff_id))
    assert ADA not in str(opened.facts)
    web = await builders.seen(center, await builders.file(center))
    assert case.answer_due < web.answer_due
    with pytest.raises(Refused, match="e-mail address"):
        await take(center, reference, "identify", WORDS, by=await builders.member(center, LEA, Role.lead))
    await builders.prove(center, reference)


async def test_without_a_mailbox_the_letter_waits_on_paper_until_somebody_sends_it(center: Center) -> None:
    hana = await builders.member(center, HANA, Role.handler)
    reference = await one(center, WRITTEN, hana)
    assert await kinds(center, reference) == [("acknowledgement", Delivery.paper)]
    said = await body(center, reference)
    assert "[[" not in said
    assert "Code:" not in said
    assert len(ONLY_ADDRESS.findall(said)) == 1
    async with center.work(by=hana) as work:
        (letter,) = await queries.unsent(work)
        assert letters.address(work, letter) == STREET
        with pytest.raises(Refused, match="on its way"):
            await letters.try_again(work, letter.id)
        await returns.tell_by_post(work, letter.id, evidence="Sent on 24 November, first class.")
        assert not await queries.unsent(work)
    assert (await happened(center, reference))[-1].step == returns.POSTED


async def test_who_wrote_it_down_does_not_say_whose_it_is(center: Center) -> None:
    staff = await builders.cast(center)
    reference = await one(center, WRITTEN, staff.hana)
    with pytest.raises(Refused, match="where this step is not open"):
        await take(center, reference, "match", MATCH, by=staff.lea)
    with pytest.raises(Refused, match="a colleague"):
        await take(center, reference, "identify", WORDS, by=staff.hana)
    with pytest.raises(Invalid):
        await take(center, reference, "identify", replace(WORDS, text=" "), by=staff.lea)
    await take(center, reference, "identify", WORDS, by=staff.lea)
    with pytest.raises(Refused, match="on file"):
        await take(center, reference, "fulfil", ANSWER, by=staff.hana)
    await take(center, reference, "ask", WORDS, by=staff.hana)
    await take(center, reference, "hear", WORDS, by=staff.hana)
    await take(center, reference, "match", MATCH, by=staff.hana)
    case = await take(center, reference, "fulfil", ANSWER, by=staff.hana)
    assert case.disposition == Disposition.fulfilled
    written = ["acknowledgement", "verified", "question", "fulfilment"]
    assert await kinds(center, reference) == [(kind, "paper") for kind in written]
    said = await body(center, reference)
    assert ANSWER.text in said
    assert "one enclosure" in said
    assert len(ONLY_ADDRESS.findall(said)) == 1


MAILBOX = r"\[\[|Code:|this (e-mail )?address[^.]*link|on (the|that|your) page|sign in"
SAID_BY_THE_PERSON = {"withdrawal", "resumed", "disputed", "dismissed"}
"""Letters that follow from what only the owner of a mailbox can do."""


@pytest.mark.parametrize("right", ["access", "optout_sale_sharing"])
async def test_no_letter_on_paper_speaks_of_a_mailbox_or_carries_a_code(center: Center, right: str) -> None:
    hana = await builders.member(center, HANA, Role.handler)
    filing = replace(WRITTEN.filing, rights=(right,), received_at=center.now())
    async with center.work(by=hana) as work:
        (case,) = await intake.open_cases(work, filing)
        steps = center.house.library.workflow_for(right).steps.values()
        names = {name for step in steps for name in step.mails} | {"place", "receipt_moved"}
        clock, way = await deadlines.clock(work, case), await vault.mailbox(work, case)
        for name in sorted(names - SAID_BY_THE_PERSON):
            case.extended_at, case.ground = work.now, "identity_not_verified"
            letter = await letters.write(work, case, name, clock=clock, mailbox=way, facts=WORDS)
            said = letters.words(work, letter)[1]
            assert letter.delivery == Delivery.paper
            assert not letter.challenges
            assert len(ONLY_ADDRESS.findall(said)) == 1, said
            assert not re.search(MAILBOX, said), said


async def test_a_house_of_one_lets_a_day_pass(center: Center, clock: Clock) -> None:
    object.__setattr__(center.house.installation, "solo", True)
    lea = await builders.member(center, LEA, Role.lead)
    reference = await one(center, WRITTEN, lea)
    with pytest.raises(Refused, match="a colleague"):
        await take(center, reference, "identify", WORDS, by=lea)
    clock.forward(hours=24)
    await take(center, reference, "identify", WORDS, by=lea)


async def test_nobody_shows_who_they_are_and_late_proof_still_counts(center: Center, clock: Clock) -> None:
    staff = await builders.cast(center)
    reference = await one(center, WRITTEN, staff.hana)
    clock.forward(days=40)
    await take(center, reference, "lapse", by=CLOCK)
    assert (await kinds(center, reference))[-1] == ("unverified", "paper")
    assert "Show us that it was you" in await body(center, reference)
    with pytest.raises(Refused, match="a colleague"):
        await take(center, reference, "readmit", WORDS, by=staff.hana)
    case = await take(center, reference, "readmit", WORDS, by=staff.lea)
    assert (case.state, case.received_at.date()) == ("reviewing", date(2026, 11, 20))
    assert (await kinds(center, reference))[-1] == ("reopened", "paper")


async def test_a_no_by_phone_stands_at_once_by_every_way_that_finds_the_person(center: Center) -> None:
    hana = await builders.member(center, HANA, Role.handler)
    entry = Entry("phone", date(2026, 11, 23), Filing((), "", ADA, phone=PHONE), purposes=("sale",))
    made = await enter(center, entry, hana)
    assert not made.cases
    assert len(made.presses) == 2
    async with center.reading(by=REQUESTER) as work:
        known = [Identity("email", ADA), Identity("phone", "+49405550100")]
        found = await fingerprints.find(work, [who.digest for who in known])
        answers = await lookups.answers(work, list(found.values()), ["sale"], place="US-CA")
    assert len(answers) == 2
    assert not any(answer["sale"].allowed for answer in answers)
    assert len(await house_events(center, "record_choice")) == 2


async def test_a_no_by_letter_that_finds_nobody_becomes_a_case(center: Center) -> None:
    hana = await builders.member(center, HANA, Role.handler)
    entry = Entry("post", date(2026, 11, 23), Filing((), "", post=STREET), purposes=("sale",))
    made = await enter(center, entry, hana)
    (case,) = made.cases
    assert (made.presses, case.right, case.state) == ([], "optout_sale_sharing", "applying")
    assert await kinds(center, case.reference) == [("receipt", "paper")]
    await take(center, case.reference, "ask", WORDS, by=hana)
    await take(center, case.reference, "hear", WORDS, by=hana)
    await take(center, case.reference, "apply", ANSWER, by=hana)
    assert (await kinds(center, case.reference))[-1] == ("applied", "paper")


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (replace(WRITTEN, channel="dove"), "channel"),
        (replace(WRITTEN, day=None), "received"),
        (replace(WRITTEN, day=date(2026, 11, 25)), "received"),
        (replace(WRITTEN, day=date(26, 11, 20)), "received"),
        (replace(WRITTEN, filing=Filing((), "DE", ADA)), "right"),
        (replace(WRITTEN, filing=Filing(("optout_sale",), "DE", ADA)), "right"),
        (replace(WRITTEN, filing=Filing(("appeal",), "DE", ADA)), "right"),
        (replace(WRITTEN, purposes=("salt",)), "purpose"),
        (replace(WRITTEN, filing=Filing(("access",), "", ADA)), "place"),
        (replace(WRITTEN, filing=Filing(("access",), "DE")), "email"),
        (replace(WRITTEN, filing=Filing(("access",), "DE", "ada@")), "email"),
        (replace(WRITTEN, filing=Filing(("access",), "DE", phone="555 0100")), "phone"),
        (replace(WRITTEN, filing=Filing(("access",), "DE", post="x" * 501)), "post"),
        (replace(WRITTEN, filing=Filing(("access",), "DE", post=STREET, note="x" * 2001)), "note"),
    ],
)
async def test_what_cannot_be_is_said_beside_its_field(center: Center, entry: Entry, field: str) -> None:
    hana = await builders.member(center, HANA, Role.handler)
    with pytest.raises(Invalid) as caught:
        await enter(center, entry, hana)
    assert list(caught.value.errors) == [field]


async def test_nobody_enters_their_own_and_an_auditor_enters_nothing(center: Center) -> None:
    hana = await builders.member(center, HANA, Role.handler)
    with pytest.raises(Refused, match="your own"):
        await enter(center, replace(MAILED, filing=replace(MAILED.filing, email=HANA)), hana)
    for role in (Role.auditor, Role.admin):
        other = await builders.member(center, f"{role}@northwind.example", role)
        with pytest.raises(Refused, match="handler or a lead"):
            await enter(center, MAILED, other)


async def test_a_double_click_opens_one_case_and_the_words_are_sealed(center: Center) -> None:
    hana = await builders.member(center, HANA, Role.handler)
    entry = replace(MAILED, filing=replace(MAILED.filing, form_key="once"))
    reference = await one(center, entry, hana)
    assert not (await enter(center, entry, hana)).cases
    async with center.reading(by=REQUESTER) as work:
        (text,) = await vault.texts(work, await cases.seen(work, reference))
        assert (text.kind, text.staff_id, vault.words(work, text)) == ("note", hana.staff_id, "They called.")


async def test_today_is_now_and_another_day_is_that_day(center: Center) -> None:
    async with center.reading(by=REQUESTER) as work:
        assert entered.moment(work, work.today) == work.now
        earlier = work.today - timedelta(days=3)
        assert entered.moment(work, earlier).isoformat() == "2026-11-21T12:00:00+00:00"


async def test_a_letter_of_weeks_ago_can_still_be_confirmed(center: Center, clock: Clock) -> None:
    staff = await builders.cast(center)
    reference = await one(center, replace(MAILED, day=date(2026, 10, 20)), staff.hana)
    case = await builders.seen(center, reference)
    assert case.answer_due < clock.now.date()  # it is late, and shows as late
    assert case.alarm_at is not None
    assert case.alarm_at.date() == date(2026, 12, 8)
    said = " ".join((await body(center, reference)).split())
    assert "If nobody confirms by 8 December 2026, we cannot tell who asked" in said
    for day in (1, 12):
        clock.forward(days=day)
        with pytest.raises(Refused, match="not reached"):
            await take(center, reference, "lapse", by=CLOCK)
    clock.forward(days=1)
    assert (await take(center, reference, "lapse", by=CLOCK)).disposition == Disposition.denied


async def test_what_came_in_good_time_keeps_its_target_as_the_last_day(center: Center) -> None:
    hana = await builders.member(center, HANA, Role.handler)
    reference = await one(center, MAILED, hana)
    async with center.reading(by=REQUESTER) as work:
        case = await cases.seen(work, reference)
        assert await deadlines.to_confirm(work, case) == (work.today, case.target_due)
