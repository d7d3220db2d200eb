"""A recipient that lets its day pass: one case for each choice, for who can still be written to, and no flood (D11)."""

import asyncio

import pytest
from sqlmodel import col, select

from privacy_center.casework import lateness, ledger, outcomes, preferences, retention, telling, trail, vault
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.preferences import Consent, Said
from privacy_center.casework.work import CLOCK, REQUESTER
from privacy_center.center import Center
from privacy_center.records.case import Case
from privacy_center.records.letter import Letter
from privacy_center.records.preference import Source
from privacy_center.records.telling import Answer, Delivery, Telling
from privacy_center.worker.sweep import Sweep
from tests import builders
from tests.builders import ADA
from tests.conftest import A_TUESDAY, Clock
from tests.trust import doors

SALE = ("sale", "newsletter")


async def no(center: Center, *purposes: str, who: Identity | None = None) -> str:
    """Somebody says no; returns the reference of the press."""
    async with center.work(by=REQUESTER) as work:
        said = Said(purposes or SALE, Source.button)
        return (await preferences.say_no(work, said, identity=who or Identity("email", ADA))).press


async def opened(center: Center) -> list[Case]:
    """What a sweep makes of it, and every case there is after it."""
    await Sweep(center).see_to_late()
    async with center.reading(by=CLOCK) as work:
        return list(await work.session.exec(select(Case).order_by(col(Case.id))))


async def rows(center: Center) -> list[Telling]:
    """Every line of every ledger."""
    async with center.reading(by=CLOCK) as work:
        return list(await work.session.exec(select(Telling).order_by(col(Telling.id))))


async def answered(center: Center, answer: Answer, recipient: str = "adreach") -> None:
    """A recipient answers for all that it was sent."""
    async with center.work(by=CLOCK) as work:
        await telling.gather(work)
    async with center.work(by=CLOCK) as work:
        for delivery in await work.session.exec(select(Delivery).where(col(Delivery.recipient) == recipient)):
            await outcomes.note_answer(work, delivery, answer)


async def test_nothing_happens_before_the_day_is_over(center: Center, clock: Clock) -> None:
    await no(center)
    first = min(line.due_by for line in await rows(center))
    clock.now = clock.now.replace(month=first.month, day=first.day)
    assert await opened(center) == []
    clock.forward(days=1)
    assert len(await opened(center)) == 1


async def test_a_late_choice_becomes_one_case_that_was_received_when_it_was_made(center: Center, clock: Clock) -> None:
    press = await no(center)
    clock.forward(days=30)
    (case,) = await opened(center)
    assert (case.right, case.channel, case.place, case.state) == (
        "optout_sale_sharing",
        "recipient",
        "other",
        "applying",
    )
    assert case.received_at == A_TUESDAY
    assert {line.late_case_id for line in await rows(center)} == {case.id}
    assert [line.mailbox for line in await rows(center)] == [None, None]
    async with center.reading(by=CLOCK) as work:
        assert vault.address(work, await vault.mailbox(work, case)) == ADA
        (words,) = await vault.texts(work, case)
        assert "AdReach Limited (adreach): not reached" in vault.words(work, words)
        assert "Parcel Post Limited (parcelpost)" in vault.words(work, words)
        assert [event.step for event in await trail.events(work, case)] == ["open", "late"]
        assert (await trail.events(work, case))[1].facts["press"] == press
    assert await opened(center) == [case]


async def test_its_letter_names_no_recipient_and_promises_no_day_that_is_over(center: Center, clock: Clock) -> None:
    await no(center)
    clock.forward(days=30)
    await opened(center)
    async with center.reading(by=CLOCK) as work:
        (letter,) = await work.session.exec(select(Letter).where(col(Letter.kind) == "receipt"))
        body = work.house.keys.open(letter.body, place=f"letter.body:{letter.id}")
    assert "has not confirmed in time" in body
    assert "We are sorry that it is late" in body
    assert "We aim" not in body
    assert "aim to be done" not in body
    assert "AdReach" not in body
    assert "Parcel" not in body


async def test_what_was_answered_is_not_late_and_keeps_no_mailbox(center: Center, clock: Clock) -> None:
    await no(center, "sale")
    await answered(center, Answer.confirmed)
    clock.forward(days=30)
    assert await opened(center) == []
    (line,) = await rows(center)
    assert line.mailbox is None


async def test_a_refusal_is_no_confirmation(center: Center, clock: Clock) -> None:
    await no(center, "sale")
    await answered(center, Answer.refused)
    clock.forward(days=30)
    (case,) = await opened(center)
    assert case.right == "optout_sale_sharing"


async def test_without_a_mailbox_the_line_stays_late_in_sight_of_staff(center: Center, clock: Clock) -> None:
    await no(center, "newsletter", who=Identity("phone", "+35315550100"))
    clock.forward(days=30)
    assert await opened(center) == []
    (line,) = await rows(center)
    assert line.late_case_id is None
    assert line.answered_at is None


async def test_a_person_who_has_said_yes_since_needs_no_case(center: Center, clock: Clock) -> None:
    await no(center, "sale")
    clock.forward(days=3)
    async with center.work(by=REQUESTER) as work:
        consent = Consent("2026-11-01", shown_at=work.now, given_at=work.now)
        who = Identity("email", ADA, proved=True)
        await preferences.say_yes(work, Said(("sale",), Source.button), consent, identity=who)
    clock.forward(days=60)
    assert await opened(center) == []
    assert [line.mailbox for line in await rows(center)] == [None, None]


async def test_two_workers_open_one_case_between_them(center: Center, clock: Clock) -> None:
    await no(center)
    clock.forward(days=30)
    await asyncio.gather(*(Sweep(center).see_to_late() for _ in range(3)))
    assert len(await opened(center)) == 1


async def test_an_address_no_letter_can_reach_holds_up_nobody(center: Center, clock: Clock) -> None:
    await no(center, "sale", who=Identity("email", "ada@localhost"))
    await no(center, "sale")
    clock.forward(days=30)
    (case,) = await opened(center)
    assert [line.mailbox for line in await rows(center)] == [None, None]
    assert [line.late_case_id for line in await rows(center)] == [None, case.id]


async def test_a_dead_recipient_opens_so_many_cases_a_day_and_holds_up_no_other(
    center: Center, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lateness, "PER_DAY", 3)
    for number in range(5):
        await no(center, "sale", who=Identity("email", f"p{number}@people.example"))
    await no(center, "newsletter")
    clock.forward(days=30)
    monkeypatch.setattr(lateness, "FEW", 3)
    assert len(await opened(center)) == 4
    assert len(await opened(center)) == 4
    clock.forward(days=1)
    assert len(await opened(center)) == 6


async def test_many_presses_for_one_mailbox_send_it_few_letters(center: Center, clock: Clock) -> None:
    for _ in range(6):
        await no(center, "sale")
    clock.forward(days=30)
    assert len(await opened(center)) == 6
    async with center.reading(by=CLOCK) as work:
        letters = await work.session.exec(select(Letter).where(col(Letter.kind) == "receipt"))
        assert [letter.delivery for letter in letters].count("held") == 4


async def test_forgetting_a_case_leaves_the_ledger_which_names_nobody(center: Center, clock: Clock) -> None:
    await no(center)
    clock.forward(days=30)
    (case,) = await opened(center)
    hana = (await builders.cast(center)).hana
    await builders.take(center, case.reference, "apply", builders.ANSWER, by=hana)
    async with center.work(by=CLOCK) as work:
        await retention.set_dates(work)
    before = await rows(center)
    clock.forward(days=30 * 366)
    async with center.work(by=CLOCK) as work:
        found = await work.session.get_one(Case, case.id, with_for_update=True)
        assert await retention.forget(work, found) is not None
    assert [(row.id, row.late_case_id, row.due_by) for row in await rows(center)] == [
        (row.id, case.id, row.due_by) for row in before
    ]
    async with center.reading(by=CLOCK) as work:
        kept = await ledger.of_case(work, await work.session.get_one(Case, case.id))
    assert kept is not None
    assert len(kept.lines) == 2
    assert ADA not in str(await doors.rows(center))


async def test_the_mailboxes_of_lines_that_may_still_be_needed_are_kept(center: Center, clock: Clock) -> None:
    await no(center, "sale")
    await no(center, "newsletter", who=Identity("email", "eve@people.example"))
    await answered(center, Answer.confirmed)
    clock.forward(days=2)
    async with center.work(by=CLOCK) as work:
        await retention.forget_loose(work)
    kept = {line.recipient: line.mailbox is not None for line in await rows(center)}
    assert kept == {"adreach": False, "parcelpost": True}


@pytest.mark.parametrize(
    ("purposes", "expected"),
    [
        (["newsletter"], "object_direct_marketing"),
        (["training"], "withdraw_consent"),
        (["sensitive"], "limit_sensitive"),
        (["left the installation"], "withdraw_consent"),
    ],
)
async def test_the_right_is_the_first_that_a_law_of_the_house_gives(
    center: Center, purposes: list[str], expected: str
) -> None:
    assert lateness.right(center.house, purposes, A_TUESDAY) == expected


async def test_no_form_sets_the_day_of_receipt(center: Center, clock: Clock) -> None:
    client = doors.visitor(center)
    fields = {"right": "access", "place": "DE", "email": ADA, "received_at": "2020-01-01T00:00:00Z"}
    assert (await client.post("/requests/new", data=fields)).status_code == 303
    (case,) = await opened(center)
    assert case.received_at == clock.now
