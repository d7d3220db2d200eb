"""A letter that came back counts as not told, until staff tell the person in another way (D24)."""

import pytest
from sqlmodel import col, select

from privacy_center.casework import cases, digests, letters, mailed, proof, queries, returns, trail, vault
from privacy_center.casework.refusals import Invalid, NotFound, Refused
from privacy_center.casework.work import CLOCK, REQUESTER, Actor
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.records.event import Event
from privacy_center.records.letter import Delivery, Letter
from tests import builders
from tests.conftest import Clock
from tests.trust import doors

NOTICE = "550 5.1.1 <ada@people.example>: no such user"
EVIDENCE = "Registered letter RR 123, 25 November"


async def of_kind(center: Center, reference: str, kind: str) -> Letter:
    """A case's newest letter of one kind."""
    async with center.reading(by=REQUESTER) as work:
        found = await letters.of_case(work, await cases.seen(work, reference))
    return next(letter for letter in found if letter.kind == kind)


async def to_staff(center: Center) -> list[Letter]:
    """What was written to staff about answers that did not arrive."""
    async with center.reading(by=REQUESTER) as work:
        query = select(Letter).where(col(Letter.kind) == returns.ALARM)
        return list(await work.session.exec(query))


async def happened(center: Center, reference: str) -> list[Event]:
    """The trail of a case, proved whole."""
    async with center.reading(by=REQUESTER) as work:
        case = await cases.seen(work, reference)
        events = await trail.events(work, case)
    assert proof.fault(case, events) is None
    return events


async def come_back(center: Center, letter: Letter, by: Actor, *, reason: str = "no_mailbox", words: str = "") -> None:
    """Staff note that a letter came back."""
    async with center.work(by=by) as work:
        await returns.come_back(work, letter.id, reason=reason, words=words)


async def by_post(center: Center, letter: Letter, by: Actor, evidence: str = EVIDENCE) -> None:
    """Staff note that it went by post."""
    async with center.work(by=by) as work:
        await returns.tell_by_post(work, letter.id, evidence=evidence)


async def failed(center: Center) -> list[str]:
    """The kinds of the letters that wait for staff."""
    async with center.reading(by=REQUESTER) as work:
        return [letter.kind for letter in await queries.unsent(work)]


async def test_a_letter_that_came_back_stands_among_those_that_failed(center: Center) -> None:
    reference = await builders.a_case(center)
    await doors.mailed(center, reference)
    staff = await builders.cast(center)
    letter = await of_kind(center, reference, "verified")
    assert await failed(center) == []
    await come_back(center, letter, staff.hana, words=NOTICE)
    letter = await of_kind(center, reference, "verified")
    assert (letter.delivery, letter.accepted_at) == (Delivery.refused, None)
    assert letter.error == "it came back: there is no such mailbox"
    assert await failed(center) == ["verified"]
    event = (await happened(center, reference))[-1]
    assert (event.step, event.role, event.facts["reason"]) == ("letter_returned", "handler", "no_mailbox")
    assert NOTICE not in str(event.facts)
    async with center.reading(by=REQUESTER) as work:
        texts = await vault.texts(work, await cases.seen(work, reference))
        assert [vault.words(work, text) for text in texts if text.kind == "letter_returned"] == [NOTICE]
    assert await to_staff(center) == [], "the case is open: its dates remind of it"


async def test_an_ending_that_came_back_alarms_staff_and_is_told_by_post(center: Center) -> None:
    reference = await builders.a_case(center, "denied")
    await doors.mailed(center, reference)
    staff = await builders.cast(center)
    letter = await of_kind(center, reference, "denial")
    await come_back(center, letter, staff.lea)
    (alarm,) = await to_staff(center)
    async with center.reading(by=REQUESTER) as work:
        assert letters.address(work, alarm) == builders.LEA
        subject, body = letters.words(work, alarm)
    assert reference in subject
    assert builders.ADA not in subject + body
    await by_post(center, letter, staff.hana)
    assert (await of_kind(center, reference, "denial")).delivery == Delivery.posted
    assert await failed(center) == []
    events = await happened(center, reference)
    assert [event.step for event in events[-3:]] == ["letter_returned", "remind", "told_by_post"]
    assert EVIDENCE not in str(events[-1].facts)


async def test_it_can_be_sent_once_more_and_come_back_once_more(center: Center) -> None:
    reference = await builders.a_case(center, "denied")
    await doors.mailed(center, reference)
    staff = await builders.cast(center)
    letter = await of_kind(center, reference, "denial")
    await come_back(center, letter, staff.hana)
    async with center.work(by=staff.hana) as work:
        await letters.try_again(work, letter.id)
    letter = await of_kind(center, reference, "denial")
    assert mailed.awaits(letter, 2)
    await doors.mailed(center, reference)
    await come_back(center, letter, staff.hana)
    assert [event.step for event in await happened(center, reference)].count("letter_returned") == 2


async def test_a_digest_that_came_back_told_nobody_of_anything(center: Center, clock: Clock) -> None:
    references = [await builders.file(center) for _ in range(5)]
    clock.forward(minutes=11)
    async with center.work(by=CLOCK) as work:
        (index,) = await digests.due(work)
        assert await digests.fold(work, index) == 3
    async with center.work(by=CLOCK) as work:
        query = select(Letter).where(col(Letter.kind) == "digest")
        await mailed.note_accepted(work, (await work.session.exec(query)).one())
    staff = await builders.cast(center)
    await come_back(center, await of_kind(center, references[-1], "acknowledgement"), staff.hana, words=NOTICE)
    assert len(await failed(center)) == 3
    for reference in references[2:]:
        assert (await happened(center, reference))[-1].step == "letter_returned"
    assert (await happened(center, references[0]))[-1].step == "open"


async def test_only_what_was_taken_comes_back_and_only_what_failed_goes_by_post(center: Center) -> None:
    reference = await builders.a_case(center)
    staff = await builders.cast(center)
    letter = await of_kind(center, reference, "verified")
    with pytest.raises(Refused, match="has taken"):
        await come_back(center, letter, staff.hana)
    with pytest.raises(Refused, match="could not be delivered"):
        await by_post(center, letter, staff.hana)
    await doors.mailed(center, reference)
    with pytest.raises(Invalid):
        await come_back(center, letter, staff.hana, reason="no such reason")
    await come_back(center, letter, staff.hana)
    with pytest.raises(Invalid):
        await by_post(center, letter, staff.hana, evidence=" ")


async def test_nobody_notes_it_who_may_not(center: Center) -> None:
    reference = await builders.file(center, email=builders.HANA)
    await doors.mailed(center, reference)
    staff = await builders.cast(center)
    letter = await of_kind(center, reference, "acknowledgement")
    with pytest.raises(Refused, match="own request"):
        await come_back(center, letter, staff.hana)
    for actor in (Actor(Role.auditor), Actor(Role.admin), REQUESTER):
        with pytest.raises(Refused):
            await come_back(center, letter, actor)
    with pytest.raises(NotFound):
        await come_back(center, await a_letter_of_no_case(center), staff.lea)


async def a_letter_of_no_case(center: Center) -> Letter:
    """One to whoever keeps the anchors."""
    said = {"number": 1, "day": "today", "chains": 1, "digest": "0" * 64, "lines": ["babab"]}
    async with center.work(by=CLOCK) as work:
        await letters.write_to_house(work, "anchor", "notary@northwind.example", said)
        return (await work.session.exec(select(Letter).where(col(Letter.case_id).is_(None)))).one()


async def test_an_ending_that_the_mail_server_refuses_alarms_staff_too(center: Center) -> None:
    reference = await builders.a_case(center, "denied")
    letter = await of_kind(center, reference, "denial")
    async with center.work(by=CLOCK) as work:
        found = await work.session.get(Letter, letter.id)
        assert found is not None
        await mailed.note_refused(work, found, "550 no such mailbox")
        await returns.alarm(work, found)
    assert len(await to_staff(center)) == 1


async def test_an_invented_mailbox_that_nobody_ever_answered_from_alarms_nobody(center: Center, clock: Clock) -> None:
    reference = await builders.file(center)
    await builders.cast(center)
    clock.forward(days=31)
    await builders.take(center, reference, "lapse", by=CLOCK)
    letter = await of_kind(center, reference, "unverified")
    async with center.work(by=CLOCK) as work:
        found = await work.session.get(Letter, letter.id)
        assert found is not None
        await mailed.note_refused(work, found, "550 no such mailbox")
        await returns.alarm(work, found)
    assert await failed(center) == ["unverified"]
    assert await to_staff(center) == []
