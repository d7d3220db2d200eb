"""Starts: the day on which a law's clock begins to run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from privacy_center.law.pauses import Pause
from privacy_center.law.terms import Start
from privacy_center.phrases import Phrase

REFLECTION = timedelta(days=10)
"""In which a person may withdraw once a share of the cost was announced (Swiss DPO Art. 19(3)-(4))."""


@dataclass(frozen=True, slots=True)
class History:
    """What has happened to a request, as far as a clock can care."""

    verified_at: datetime | None = None
    identity_asked_at: datetime | None = None
    identity_given_at: datetime | None = None
    fee_asked_at: datetime | None = None
    fee_paid_at: datetime | None = None
    fee_announced_at: datetime | None = None
    retrieved_at: datetime | None = None
    extension_noticed_at: datetime | None = None
    extended_until: date | None = None
    pauses: tuple[Pause, ...] = ()


Started = tuple[date | None, str]
"""The day, or None while the clock stands; and why, in words."""


def find(start: Start, history: History, *, received: date, timezone: str) -> Started:
    """The day 0 of the answer's clock."""
    zone = ZoneInfo(timezone)

    def day(moment: datetime | None) -> date | None:
        return moment.astimezone(zone).date() if moment is not None else None

    return STARTS[start](history, received, day)


Day = Callable[[datetime | None], date | None]


def _receipt(_history: History, received: date, _day: Day) -> Started:
    return received, Phrase("The clock starts with receipt.")


def _latest(history: History, received: date, day: Day) -> Started:
    """The latest of receipt, identity where it was asked for, and fee where it was charged (UK GDPR Art. 12A)."""
    if history.identity_asked_at is not None and history.identity_given_at is None:
        return None, Phrase("proof of identity was asked for and has not come.")
    if history.fee_asked_at is not None and history.fee_paid_at is None:
        return None, Phrase("a fee was asked for and has not been paid.")
    days = (received, day(history.identity_given_at), day(history.fee_paid_at))
    return max(d for d in days if d is not None), Phrase(
        "The clock starts once receipt, identity and fee are all there."
    )


def _reflection(history: History, received: date, day: Day) -> Started:
    announced = day(history.fee_announced_at)
    if announced is None:
        return received, Phrase("The clock starts with receipt.")
    return (
        announced + REFLECTION,
        Phrase("A share of the cost was announced: the clock starts after ten days to think it over."),
    )


def _authentication(history: History, _received: date, day: Day) -> Started:
    verified = day(history.verified_at)
    return (
        verified,
        Phrase("The clock starts once the person is authenticated.")
        if verified
        else Phrase("the person is not authenticated."),
    )


def _retrieval(history: History, _received: date, day: Day) -> Started:
    retrieved = day(history.retrieved_at)
    return (
        retrieved,
        Phrase("The clock starts when the request is picked up.")
        if retrieved
        else Phrase("the request is not picked up."),
    )


STARTS: Mapping[Start, Callable[[History, date, Day], Started]] = {
    Start.receipt: _receipt,
    Start.latest_of_receipt_identity_fee: _latest,
    Start.receipt_or_fee_reflection_expiry: _reflection,
    Start.authentication: _authentication,
    Start.drop_retrieval: _retrieval,
}
