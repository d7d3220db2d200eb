"""Readings: one way to count a period, all its choices made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from privacy_center.law import pauses, periods
from privacy_center.law.calendars import Calendar
from privacy_center.law.pauses import DAY, Span
from privacy_center.law.periods import Period


@dataclass(frozen=True, slots=True)
class Reading:
    """Counts from a day to the last day of a period.

    `calendar` says which days are business days; `roll` is the calendar that moves an end off a day off, or None.
    """

    calendar: Calendar
    roll: Calendar | None = None
    roll_citation: str = ""
    day_one: bool = False
    stepwise: bool = False
    pauses: tuple[Span, ...] = ()
    pause_citation: str = ""

    def end(self, begins: date, first: Period, further: Period | None = None) -> date:
        """The last day of the period: counted, then paused, then rolled once."""
        return self.rolled(self.unrolled(begins, first, further))

    def unrolled(self, begins: date, first: Period, further: Period | None = None) -> date:
        """Counted and paused. An extension counts from the start of the clock, never from a date that rolled."""
        return pauses.after(self.counted(begins, first, further), self.pauses)

    def counted(self, begins: date, first: Period, further: Period | None = None) -> date:
        """Counted only."""
        if further is None:
            return first.after(begins, self.calendar, day_one=self.day_one)
        if self.stepwise or first.unit is not further.unit:
            return further.after(first.after(begins, self.calendar, day_one=self.day_one), self.calendar)
        return (first + further).after(begins, self.calendar, day_one=self.day_one)

    def rolled(self, day: date) -> date:
        """The next working day, where this reading rolls."""
        return periods.roll(day, self.roll) if self.roll is not None else day

    def story(
        self, begins: date, first: Period, further: Period | None, citation: str
    ) -> Iterator[tuple[date, str, str]]:
        """How this reading came to its end: each date, in words, with its citation."""
        zero = "the day of receipt is day 1" if self.day_one else "the first day is day 0"
        length = f"{first} and {further}" if further else str(first)
        day = self.counted(begins, first, further)
        yield day, f"{length} from {begins.isoformat()} ({zero}).", citation
        paused = day
        for span in self.pauses:
            if span.first > paused:
                break
            paused = pauses.after(paused, [span])
            count = f"{span.days} {'day' if span.days == 1 else 'days'}"
            since = f"{span.first.isoformat()} to {(span.end - DAY).isoformat()}"
            yield paused, f"We waited for you from {since}; {count} do not count.", self.pause_citation or citation
        if (rolled := self.rolled(paused)) != paused:
            yield (
                rolled,
                f"{paused:%A}, {paused.isoformat()}, is no working day: the period ends on the next.",
                self.roll_citation,
            )
