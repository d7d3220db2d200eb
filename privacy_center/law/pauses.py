"""Pauses: whole days of waiting that a law does not count."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time of waiting: from our asking to the answer, or still open."""

    asked_at: datetime
    answered_at: datetime | None
    why: str


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Days from `first` up to, but not including, `end`."""

    first: date
    end: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.end - self.first).days


def spans(pauses: Iterable[Pause], *, begins: date, timezone: str, inclusive: bool) -> tuple[Span, ...]:
    """The pauses as days, joined where they overlap, in order.

    The day of asking counts, the day of the answer only with `inclusive`. The first day of the clock is day 0 and
    never part of a pause. A question that still waits for its answer adds nothing yet.
    """
    joined: list[Span] = []
    for span in sorted(_span(p, begins, timezone, inclusive) for p in pauses if p.answered_at is not None):
        if joined and span.first < joined[-1].end:
            joined[-1] = Span(joined[-1].first, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(span for span in joined if span.days)


def _span(pause: Pause, begins: date, timezone: str, inclusive: bool) -> Span:
    zone = ZoneInfo(timezone)
    first = max(pause.asked_at.astimezone(zone).date(), begins + DAY)
    end = (pause.answered_at or pause.asked_at).astimezone(zone).date() + inclusive * DAY
    return Span(first, max(first, end))


def after(end: date, spans: Iterable[Span]) -> date:
    """The end of a period moved by its pauses; a question asked after the end pauses nothing."""
    for span in spans:
        if span.first > end:
            break
        end += timedelta(days=span.days)
    return end
