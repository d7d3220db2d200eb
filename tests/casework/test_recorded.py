"""Recorded: opt-outs that came by phone or letter stand at once, and every look into choices leaves a trace."""

from dataclasses import replace
from datetime import timedelta

import pytest

from privacy_center.casework import lookups, recorded
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.recorded import Came
from privacy_center.casework.refusals import Invalid
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.records.preference import Choice, Source
from tests import builders
from tests.builders import ADA, HANA
from tests.casework.test_corrections import LETTER, SALE, WHO, house_events, no, person, rows


async def test_an_opt_out_by_letter_stands_at_once_and_says_how_it_came(center: Center) -> None:
    hana = await builders.member(center, HANA, Role.handler)
    async with center.work(by=hana) as work:
        await recorded.say_no(work, WHO, replace(LETTER, day=work.today - timedelta(days=3)))
    (row,) = await rows(center)
    assert (row.source, row.choice) == (Source.staff, Choice.out)
    assert row.facts == {"channel": "letter", "received": "2026-11-21", "actor": str(hana.staff_id)}
    async with center.reading(by=REQUESTER) as work:
        (found,) = await lookups.answers(work, [await person(work)], SALE, place="US-CA")
    assert not found["sale"].allowed
    (event,) = await house_events(center, recorded.NOTED)
    assert event.facts["press"] == row.press
    assert ADA not in str(event.facts)


@pytest.mark.parametrize(
    ("came", "field"),
    [
        (replace(LETTER, purposes=()), "purpose"),
        (replace(LETTER, purposes=("salt",)), "purpose"),
        (replace(LETTER, channel="rumour"), "channel"),
        (LETTER, "received"),
    ],
)
async def test_an_opt_out_that_cannot_be_is_not_written_down(center: Center, came: Came, field: str) -> None:
    hana = await builders.member(center, HANA, Role.handler)
    with pytest.raises(Invalid) as caught:
        async with center.work(by=hana) as work:
            await recorded.say_no(work, WHO, came)
    assert field in caught.value.errors


async def test_nothing_ever_came_tomorrow(center: Center) -> None:
    hana = await builders.member(center, HANA, Role.handler)
    with pytest.raises(Invalid, match="future"):
        async with center.work(by=hana) as work:
            await recorded.say_no(work, WHO, replace(LETTER, day=work.today + timedelta(days=1)))


async def test_a_look_is_in_the_trail_of_the_house_whoever_is_found(center: Center) -> None:
    hana = await builders.member(center, HANA, Role.handler)
    await no(center)
    async with center.work(by=hana) as work:
        known = await recorded.look(work, WHO)
        assert await recorded.look(work, Identity("phone", "+35315550100")) is None
    events = await house_events(center, recorded.LOOK)
    assert [event.facts for event in events] == [{"fingerprint": str(known)}, {"fingerprint": None}]
    assert {event.actor for event in events} == {str(hana.staff_id)}
