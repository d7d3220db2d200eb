"""The clock of a request: its dates, and the reason for each."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from privacy_center.law.periods import DAY


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the reckoning: the date it led to, in words, with its source."""

    date: date
    text: str
    citation: str


@dataclass(frozen=True, slots=True)
class Due:
    """The law's last day, and the earlier one that we aim for.

    `promised` is True where no law that protects this person sets the day, but we keep it because we told them of
    it, or because their place is unknown; then nothing is cited.
    """

    legal: date
    target: date
    citation: str
    promised: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """Every date of one request.

    `start` is None while the law's clock has not started; dates then count from receipt. `extended` is what an
    extension gives, announced or not; `current` is the answer's date as things stand; until `extend_until` an
    extension can still be announced (the un-rolled first date, D24). `limited` is False where the law sets no period.
    """

    timezone: str
    start: date | None
    acknowledge: Due | None
    answer: Due
    extended: Due | None
    extension_invalid: bool
    current: Due
    extend_until: date | None
    limited: bool
    in_force: bool
    reasons: tuple[Reason, ...]
    warnings: tuple[str, ...]

    @property
    def is_extended(self) -> bool:
        """Whether an extension was announced in time."""
        return self.extended is not None and self.current == self.extended

    @property
    def expires(self) -> datetime:
        """The moment at which the answer's first legal day has passed, in UTC."""
        return end_of(self.answer.legal, timezone=self.timezone)


def local_day(moment: datetime, *, timezone: str) -> date:
    """The day on which a moment falls in a place."""
    return moment.astimezone(ZoneInfo(timezone)).date()


def end_of(day: date, *, timezone: str) -> datetime:
    """The end of a local day: the next local midnight, which clock changes make earlier or later."""
    return datetime.combine(day + DAY, time(), ZoneInfo(timezone)).astimezone(UTC)
