"""An upgrade that would move the date of an open case is seen before it does."""

from dataclasses import replace

from privacy_center.casework import drift
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.law.calendars import Calendars
from tests import builders


async def test_a_house_that_has_not_changed_has_moved_nothing(center: Center) -> None:
    await builders.file(center)
    async with center.reading(by=REQUESTER) as work:
        assert [line async for line in drift.moved(work)] == []


async def test_a_calendar_that_changed_names_the_case_and_both_dates(center: Center) -> None:
    reference = await builders.file(center, regime="eu-gdpr")  # due on Thursday, 24 December 2026
    definitions = dict(center.house.library.calendars.definitions)
    month_end = definitions["eu_member_state"]
    day = (await builders.seen(center, reference)).answer_due
    definitions["eu_member_state"] = replace(month_end, dates=frozenset({day}))
    changed = replace(center.house.library, calendars=Calendars(definitions))
    async with center.reading(by=REQUESTER) as work:
        work.house = replace(work.house, library=changed)
        (line,) = [line async for line in drift.moved(work)]
    assert reference in line
    assert day.isoformat() in line
