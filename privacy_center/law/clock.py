"""The clock of a request: its dates, the choices they rest on, and the reason for each."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from privacy_center.law.periods import DAY
from privacy_center.law.regimes import Regime
from privacy_center.law.terms import Count


@dataclass(frozen=True, slots=True)
class Choices:
    """How an installation reads the law where the law leaves it open; the defaults are the careful ones.

    `country` fills in calendars of "the member state"; `calendar` replaces every list of holidays.
    """

    country: str = ""
    calendar: str | None = None
    timezone: str | None = None
    rolls: bool = True
    statutory_roll: bool = False
    day_one: bool = False
    stepwise: bool = False
    guidance_tolls: bool = False
    count: Count | None = None


PROFILES: dict[str, Choices] = {
    "default": Choices(),
    "no_roll": Choices(rolls=False),
    "statutory_roll": Choices(statutory_roll=True),
    "day_one_included": Choices(day_one=True),
    "stepwise_extension": Choices(stepwise=True),
    "edpb_suspension": Choices(guidance_tolls=True),
    "statute_inclusive": Choices(count=Count.inclusive),
}
"""Named readings, so that two people can talk about the same one."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the reckoning: the date it led to, in words, with its source."""

    date: date
    text: str
    citation: str


@dataclass(frozen=True, slots=True)
class Due:
    """The law's last day (None where it sets none or its clock stands), and the earlier one that we aim for."""

    legal: date
    target: date
    citation: str


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


def choices_for(regime: Regime, *, country: str, timezone: str, profile: str = "default") -> Choices:
    """The reading of a controller established in this country.

    Where the law looks to "the Member State in which the action is to be taken" (Reg 1182/71 Art. 2(1)), the
    controller's zone and holidays count; a law of one place keeps its own.
    """
    at_home = country in regime.places
    zone = timezone if at_home or not regime.places else None
    return replace(PROFILES[profile], country=country if at_home else "", timezone=zone)


def no_later_than(own: Clock, others: Iterable[Clock]) -> Clock:
    """The same request at the shortest period among several laws, where the place is not known yet (D20)."""
    for other in others:
        if other.current.target < own.current.target:
            reason = Reason(
                other.current.target,
                "We do not know where you live: the shortest period counts.",
                other.current.citation,
            )
            own = replace(
                own,
                answer=_earlier(own.answer, other.answer),
                current=_earlier(own.current, other.current),
                reasons=(*own.reasons[:-1], reason),
            )
        if other.acknowledge is not None:
            own = replace(own, acknowledge=_earlier(own.acknowledge or other.acknowledge, other.acknowledge))
    return own


def _earlier(own: Due, other: Due) -> Due:
    return replace(own, legal=min(own.legal, other.legal), target=min(own.target, other.target))
