"""Telling: who was given the data hears of a choice, in batches, and nobody unproved is named (D7, D16, D25)."""

import hashlib
import hmac
import json
from uuid import UUID

from sqlmodel import col, select

from privacy_center.casework import announcements, by_mail, dues, fingerprints, outcomes, preferences, telling
from privacy_center.casework.dues import Nearness
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.preferences import Said
from privacy_center.casework.work import CLOCK, REQUESTER
from privacy_center.center import Center
from privacy_center.links import Purpose
from privacy_center.records.letter import Letter
from privacy_center.records.preference import Source
from privacy_center.records.telling import Answer, Delivery, Telling
from tests.builders import ADA, MALLORY, OTTO
from tests.conftest import Clock


async def no(center: Center, *purposes: str, who: str = ADA) -> str:
    """Somebody says no; returns the reference of the press."""
    async with center.work(by=REQUESTER) as work:
        said = Said(purposes, Source.button)
        return (await preferences.say_no(work, said, identity=Identity("email", who))).press


async def gathered(center: Center) -> list[Delivery]:
    """What the worker's sweep makes of it."""
    async with center.work(by=CLOCK) as work:
        await telling.gather(work)
    async with center.reading(by=CLOCK) as work:
        return list(await work.session.exec(select(Delivery).order_by(col(Delivery.id))))


async def ledger(center: Center, press: str) -> list[Telling]:
    """The ledger of one press."""
    async with center.reading(by=CLOCK) as work:
        return list(await telling.of_press(work, press))


async def test_only_recipients_that_had_it_for_this_purpose_are_told(center: Center) -> None:
    assert [t.recipient for t in await ledger(center, await no(center, "sale", "training"))] == ["adreach"]
    assert [t.recipient for t in await ledger(center, await no(center, "newsletter"))] == ["parcelpost"]
    assert not await ledger(center, await no(center, "training"))


async def test_a_recipient_finds_the_person_by_a_hash_that_only_it_can_make(center: Center) -> None:
    await no(center, "sale")
    (delivery,) = await gathered(center)
    async with center.reading(by=CLOCK) as work:
        each = telling.recipient(work.house, "adreach")
        assert each is not None
        first, second = [await announcements.body(work, each, delivery) for _ in range(2)]
        theirs = hmac.new(
            announcements.hash_key(work.house, "adreach"),
            hashlib.sha256(f"email:{ADA}".encode()).hexdigest().encode(),
            hashlib.sha256,
        ).hexdigest()
    assert first == second
    assert ADA.encode() not in first
    (change,) = json.loads(first)["data"]["changes"]
    assert change["identity"] == {"kind": "email", "hash": theirs}
    assert change["purposes"] == {"sale": "out"}


async def test_a_flood_of_choices_makes_few_deliveries(center: Center) -> None:
    for number in range(60):
        await no(center, "sale", who=f"p{number}@people.example")
    made = await gathered(center)
    assert len(made) == 1
    assert len(await gathered(center)) == 2
    assert len(await gathered(center)) == 2


async def test_what_was_confirmed_stays_confirmed(center: Center) -> None:
    press = await no(center, "sale")
    (delivery,) = await gathered(center)
    for said in (Answer.told, Answer.confirmed, Answer.refused, Answer.confirmed):
        async with center.work(by=CLOCK) as work:
            found = await work.session.get_one(Delivery, delivery.id)
            await outcomes.note_answer(work, found, said)
    (line,) = await ledger(center, press)
    assert line.answer == Answer.confirmed
    assert line.answered_at is not None
    assert line.mailbox is None


async def test_a_silent_recipient_turns_amber_and_then_late(center: Center, clock: Clock) -> None:
    press = await no(center, "sale")
    (line,) = await ledger(center, press)
    async with center.reading(by=CLOCK) as work:
        assert dues.nearness(line, work.today) is Nearness.waiting
        assert (line.due_by - work.today).days <= 24
        assert dues.nearness(line, line.due_by) is Nearness.amber
    clock.forward(days=30)
    async with center.reading(by=CLOCK) as work:
        assert dues.nearness(line, work.today) is Nearness.late


async def test_a_recipient_by_mail_learns_only_of_people_it_names_itself(center: Center) -> None:
    press = await no(center, "newsletter")
    (delivery,) = await gathered(center)
    async with center.work(by=CLOCK) as work:
        (letter,) = await work.session.exec(select(Letter).where(col(Letter.kind) == "recipient"))
        body = work.house.keys.open(letter.body, place=f"letter.body:{letter.id}")
        assert ADA not in body
        assert press not in body
        await by_mail.note_accepted(work, letter)
        token = work.house.links.sign(Purpose.recipient, str(delivery.challenge_id))
        found, each = await by_mail.opened(work, token)
        matches = await by_mail.match(work, found, each, [MALLORY, f" {ADA.upper()} ", OTTO])
    assert found.id == delivery.id
    assert matches == {ADA.upper(): {"newsletter": "out"}}
    (line,) = await ledger(center, press)
    assert line.answer == Answer.told
    assert line.told_at is not None


async def test_a_person_who_said_several_things_is_shown_all_of_them(center: Center) -> None:
    async with center.work(by=REQUESTER) as work:
        each = telling.recipient(work.house, "parcelpost")
        assert each is not None
        delivery = Delivery(recipient=each.id, created_at=work.now)
        work.session.add(delivery)
        await work.session.flush()
        person = await fingerprints.make(work, Identity("email", ADA))
        for what in ({"newsletter": "in"}, {"sale": "out"}, {"newsletter": "out"}):
            line = Telling(recipient=each.id, what=what, due_by=work.today, created_at=work.now)
            line.fingerprint_id, line.delivery_id = person.id, delivery.id
            work.session.add(line)
            await work.session.flush()
        matches = await by_mail.match(work, delivery, each, [ADA])
    assert matches == {ADA: {"newsletter": "out", "sale": "out"}}


async def test_a_forwarded_link_shows_nobody_before_the_code_from_the_mailbox(center: Center) -> None:
    await no(center, "newsletter")
    (delivery,) = await gathered(center)
    async with center.work(by=CLOCK) as work:
        token = work.house.links.sign(Purpose.recipient, str(delivery.challenge_id))
        assert await by_mail.enter(work, token, "000000") is None
        assert not by_mail.may_see(None, delivery)


def test_the_token_of_one_delivery_opens_no_other() -> None:
    from privacy_center.records.sealed import Keyring

    keys = Keyring([bytes(range(32))], bytes(range(1, 33)))
    made = {keys.derived(f"callback:{UUID(int=n)}") for n in range(3)}
    assert len(made) == 3
