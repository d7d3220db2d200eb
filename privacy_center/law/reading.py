"""Readings: one way to count a period, all its choices made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from privacy_center.law import pauses, periods
from privacy_center.law.calendars import Calendar
from privacy_center.law.pauses import DAY, Span
from privacy_center.law.periods import Period
from privacy_center.phrases import Phrase, counted

WEEKDAYS = (
    Phrase("Monday"),
    Phrase("Tuesday"),
    Phrase("Wednesday"),
    Phrase("Thursday"),
    Phrase("Friday"),
    Phrase("Saturday"),
    Phrase("Sunday"),
)


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
        zero = Phrase("the day of receipt is day 1") if self.day_one else Phrase("the first day is day 0")
        length = Phrase("{first} and {further}", first=first.said, further=further.said) if further else first.said
        day = self.counted(begins, first, further)
        yield day, Phrase("{length} from {day} ({zero}).", length=length, day=begins, zero=zero), citation
        paused = day
        for span in self.pauses:
            if span.first > paused:
                break
            paused = pauses.after(paused, [span])
            waited = Phrase(
                "We waited for you from {first} to {last}; {count} do not count.",
                first=span.first,
                last=span.end - DAY,
                count=counted("{number} day", "{number} days", span.days),
            )
            yield paused, waited, self.pause_citation or citation
        if (rolled := self.rolled(paused)) != paused:
            yield (
                rolled,
                Phrase(
                    "{weekday}, {day}, is no working day: the period ends on the next.",
                    weekday=WEEKDAYS[paused.weekday()],
                    day=paused,
                ),
                self.roll_citation,
            )
