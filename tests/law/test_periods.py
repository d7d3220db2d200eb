"""Adding periods: what is true of every law."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from privacy_center.law.calendars import Calendar
from privacy_center.law.periods import Period, add_months, add_working_days, roll
from privacy_center.law.terms import Unit

DAYS = some.dates(date(2020, 1, 1), date(2040, 12, 31))
UNITS = some.sampled_from(Unit)


def calendar(*off: date) -> Calendar:
    return Calendar("test", frozenset({5, 6}), lambda year: frozenset(day for day in off if day.year == year))


def test_a_month_from_the_last_of_january_ends_with_february() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)


def test_three_months_are_counted_from_the_start_and_not_month_by_month() -> None:
    assert add_months(date(2026, 1, 31), 3) == date(2026, 4, 30)


def test_a_business_day_is_neither_a_weekend_nor_a_day_off() -> None:
    friday = date(2026, 11, 20)
    assert add_working_days(friday, 1, calendar()) == date(2026, 11, 23)
    assert add_working_days(friday, 1, calendar(date(2026, 11, 23))) == date(2026, 11, 24)


@given(DAYS, some.integers(1, 24))
def test_a_month_never_ends_on_a_later_day_number(day: date, count: int) -> None:
    assert add_months(day, count).day <= day.day


@given(DAYS, some.integers(1, 120), UNITS)
def test_a_later_receipt_is_never_due_earlier(day: date, count: int, unit: Unit) -> None:
    period = Period(count, unit)
    assert period.after(day, calendar()) <= period.after(day + timedelta(days=1), calendar())


@given(DAYS, some.integers(1, 60), some.integers(1, 90))
def test_a_day_off_never_makes_a_deadline_earlier(day: date, count: int, gap: int) -> None:
    period = Period(count, Unit.business_days)
    assert period.after(day, calendar()) <= period.after(day, calendar(day + timedelta(days=gap)))


@given(DAYS, some.integers(1, 60))
def test_business_days_end_on_a_business_day(day: date, count: int) -> None:
    assert calendar().is_working(Period(count, Unit.business_days).after(day, calendar()))


@given(DAYS)
def test_a_roll_reaches_a_working_day_within_a_weekend(day: date) -> None:
    rolled = roll(day, calendar())
    assert calendar().is_working(rolled)
    assert rolled - day <= timedelta(days=2)
