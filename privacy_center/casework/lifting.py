"""Lifting: the end of a restriction. The person is told before, has time to answer, and is answered (D25).

GDPR Art. 18(3): “informed by the controller before the restriction of processing is lifted”.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import col, func, select

from privacy_center.casework import trail
from privacy_center.casework.work import Work
from privacy_center.law.clock import local_day
from privacy_center.phrases import Phrase
from privacy_center.records.case import Case
from privacy_center.records.event import Event
from privacy_center.records.letter import Delivery, Letter
from privacy_center.records.people import Identifier

LETTER = "lifting"
"""The letter that goes before."""

ANNOUNCED = "announce_lifting"
SAID = frozenset({"write", "hear_out"})
"""Steps by which the person answers it, themselves or through staff."""

BATCH = 100


@dataclass(frozen=True, slots=True)
class Announced:
    """An announcement that stands: from which day the restriction may be lifted, and whether the person waits for us.

    `told` is the day on which the letter was on its way for sure; `first_day` is never earlier than the one it names.
    """

    told: date | None
    first_day: date
    unanswered: bool


def earliest(work: Work) -> date:
    """The first day that a letter of today can name."""
    return work.today + _notice(work)


def _notice(work: Work) -> timedelta:
    return timedelta(days=work.house.installation.lifting_days)


async def announced(work: Work, case: Case) -> Announced | None:
    """What was announced and not taken back, read from the trail and from what became of the letter (rule 5)."""
    events = await trail.events(work, case)
    at = next((place for place, event in enumerate(events[::-1], 1) if "first_day" in event.facts), None)
    if case.restricted_at is None or case.state != LETTER or at is None:
        return None
    since = events[-at:]
    told = await _told(work, case, since)
    named = date.fromisoformat(str(since[0].facts["first_day"]))
    return Announced(
        told=told,
        first_day=max(named, told + _notice(work)) if told is not None else named,
        unanswered=_unanswered(since),
    )


def _unanswered(since: Sequence[Event]) -> bool:
    last = next((event.step for event in reversed(since) if event.step in SAID | {"inform"}), "inform")
    return last != "inform"


async def _told(work: Work, case: Case, since: Sequence[Event]) -> date | None:
    """The day on which the mail server took the letter, and it has not come back, or on which it went by post (D24)."""
    query = select(Letter).where(col(Letter.case_id) == case.id, col(Letter.kind) == LETTER)
    letter = (await work.session.exec(query.order_by(col(Letter.id).desc()).limit(1))).first()
    if letter is None:
        return None
    at = {Delivery.accepted: letter.accepted_at, Delivery.posted: _posted(letter, since)}.get(Delivery(letter.delivery))
    return local_day(at, timezone=work.house.installation.controller.timezone) if at is not None else None


def _posted(letter: Letter, since: Sequence[Event]) -> datetime | None:
    of_it = (event for event in reversed(since) if event.facts.get("letter_id") == str(letter.id))
    return next((event.at for event in of_it if event.step == "told_by_post"), None)


async def standing(work: Work, *, but: str = "") -> list[Case]:
    """Closed cases whose restriction stands, those about to end first; without those of the mailbox `but` (D21)."""
    own = select(Identifier.case_id).where(col(Identifier.index) == but)
    query = select(Case).where(col(Case.restricted_at).is_not(None), col(Case.id).not_in(own))
    first = query.order_by((col(Case.state) != LETTER), col(Case.restricted_at), col(Case.id))
    return list(await work.session.exec(first.limit(BATCH)))


async def under_way(work: Work) -> int:
    """How many liftings are announced and not decided yet."""
    query = select(func.count()).where(col(Case.restricted_at).is_not(None), col(Case.state) == LETTER)
    return (await work.session.exec(query)).one()


# ---- guards ----


async def not_restricted(work: Work, case: Case) -> str | None:
    """Nothing but a lifting ends a restriction: neither a later refusal nor a withdrawal, which tell nobody before."""
    if case.restricted_at is None:
        return None
    return Phrase("The use of these data is restricted, and that ends only after a letter that says so before.")


async def lifting_told(work: Work, case: Case) -> str | None:
    """The letter has gone and its days have passed, counted from when it went (Art. 18(3))."""
    found = await announced(work, case)
    if found is None or found.told is None:
        return "The letter that announces it has not reached the person yet, or it came back: they must be told before."
    if work.today < found.first_day:
        return f"Not before {found.first_day.isoformat()}: until then the person can answer."
    return None


async def answered(work: Work, case: Case) -> str | None:
    """Who has answered an announcement is answered before anything ends."""
    found = await announced(work, case)
    waits = found is not None and found.unanswered
    return "The person has answered: send them a message first, or let the restriction stand." if waits else None
