"""Periods: a number and its unit, and how they are added to a day. Numbers are never converted between units."""

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta

from privacy_center.law.calendars import Calendar
from privacy_center.law.terms import Unit
from privacy_center.phrases import Phrase, counted

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time as the law writes it: 1 calendar month, 45 calendar days, 10 business days."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> Phrase:
        """As people say it."""
        if self.unit is Unit.calendar_months:
            return counted("{number} calendar month", "{number} calendar months", self.count)
        if self.unit is Unit.business_days:
            return counted("{number} business day", "{number} business days", self.count)
        return counted("{number} calendar day", "{number} calendar days", self.count)

    @property
    def plain(self) -> Phrase:
        """The same in a letter, where only business days need their adjective."""
        if self.unit is Unit.calendar_months:
            return counted("{number} month", "{number} months", self.count)
        if self.unit is Unit.calendar_days:
            return counted("{number} day", "{number} days", self.count)
        return self.said

    def __add__(self, other: "Period") -> "Period":
        if other.unit is not self.unit:
            raise ValueError(f"{self.unit} and {other.unit} do not add up")
        return Period(self.count + other.count, self.unit)

    def after(self, day: date, calendar: Calendar, *, day_one: bool = False) -> date:
        """The last day of the period. The day itself is day 0 (Reg 1182/71 Art. 3(1); Civ. Code 10).

        With `day_one` it is day 1 of a period in calendar days, the stricter reading.
        """
        if self.unit is Unit.calendar_months:
            return add_months(day, self.count)
        if self.unit is Unit.business_days:
            return add_working_days(day, self.count, calendar)
        return day + timedelta(days=max(0, self.count - day_one))


def add_months(day: date, count: int) -> date:
    """The same day of a later month, or that month's last day (Reg 1182/71 Art. 3(2)(c))."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_working_days(day: date, count: int, calendar: Calendar) -> date:
    """The day on which that many working days have passed."""
    while count > 0:
        day += DAY
        count -= calendar.is_working(day)
    return day


def roll(day: date, calendar: Calendar) -> date:
    """The day itself, or the next working day (Reg 1182/71 Art. 3(4))."""
    while not calendar.is_working(day):
        day += DAY
    return day
