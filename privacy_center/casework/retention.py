"""Retention: what is closed is kept as long as the law asks, then reviewed, then forgotten. What happened stays.

A case whose restriction stands is no matter of the past: its period begins when the restriction is lifted.
Retain, review, destroy: the longest period of the laws of a case and of the installation runs from its closing; then
staff have `REVIEW` to put a legal hold on it; then the requester, the words, the letters and the files go.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, delete, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from privacy_center.casework import editions, guards, mandates, sealed_files, trail, vault
from privacy_center.casework.facts import Facts
from privacy_center.casework.refusals import Invalid, Refused
from privacy_center.casework.work import Work
from privacy_center.law.clock import local_day
from privacy_center.law.periods import DAY, add_months
from privacy_center.law.terms import Role
from privacy_center.records.case import Case
from privacy_center.records.challenge import Challenge
from privacy_center.records.letter import Letter
from privacy_center.records.mandate import Mandate
from privacy_center.records.package import PackageFile
from privacy_center.records.people import Identifier, Text
from privacy_center.records.session import Session

REVIEW = timedelta(days=14)
"""Between the end of the period and the destruction: time for staff to see that a dispute is not over."""

LOOSE = timedelta(days=90)
"""How long letters and questions that belong to no case are kept: sign-ins, mails to staff."""

BATCH = 100
"""Rows that one transaction changes at most."""

PERSONAL: Mapping[str, Any] = {
    "mandates": Mandate,
    "identifiers": Identifier,
    "texts": Text,
    "letters": Letter,
    "challenges": Challenge,
    "sessions": Session,
}
"""What is destroyed with a case, beside the files of its answer."""

WAITING = (
    col(Case.closed_at).is_not(None),
    col(Case.forget_at).is_not(None),
    col(Case.forgotten_at).is_(None),
    col(Case.legal_hold_at).is_(None),
    col(Case.restricted_at).is_(None),
)
"""Cases that will be forgotten, as their index says it."""

Counts = Counter[str]


@dataclass(frozen=True, slots=True)
class Dates:
    """When a closed case is due for review, and when it is forgotten."""

    review_at: datetime
    forget_at: datetime


async def months(work: Work, case: Case) -> int:
    """How long a closed case is kept: the longest of its laws' periods and the installation's own."""
    rules = [(await editions.edition(work, law)).rules[case.right] for law in case.laws]
    periods = [rule.retention.months for rule in rules if rule.retention is not None]
    return max([work.house.installation.retention_months, *periods])


async def dates(work: Work, case: Case, closed_at: datetime) -> Dates:
    """Reckoned in whole days of the controller's zone; the last day of the period is kept to its end."""
    zone = ZoneInfo(work.house.installation.controller.timezone)
    closed = local_day(closed_at, timezone=zone.key)
    review = add_months(closed, await months(work, case)) + DAY
    return Dates(*(datetime.combine(day, time.min, zone) for day in (review, review + REVIEW)))


async def set_dates(work: Work) -> int:
    """Reckon the dates of cases that were closed since the last look; returns how many there were."""
    query = (
        select(Case)
        .where(col(Case.closed_at).is_not(None), col(Case.forget_at).is_(None), col(Case.forgotten_at).is_(None))
        .where(col(Case.restricted_at).is_(None))
        .order_by(col(Case.closed_at))
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    found = list(await work.session.exec(query))
    for case in found:
        await _set(work, case)
    return len(found)


async def _set(work: Work, case: Case) -> None:
    """A case that was opened again has no dates until it is closed again, nor has one whose restriction stands."""
    over = case.closed_at is not None and case.restricted_at is None
    ends = [at for at in (case.closed_at, case.lifted_at) if at is not None]
    reckoned = await dates(work, case, max(ends)) if over else None
    case.review_at = reckoned.review_at if reckoned else None
    case.forget_at = reckoned.forget_at if reckoned else None


async def due(work: Work) -> list[str]:
    """References of cases that are to be forgotten now, the longest overdue first."""
    query = select(Case.reference).where(*WAITING, col(Case.forget_at) <= work.now)
    return list(await work.session.exec(query.order_by(col(Case.forget_at)).limit(BATCH)))


async def to_review(work: Work, *, but: str = "") -> list[Case]:
    """Cases whose period is over and that will be forgotten unless a lead holds them, the next one first; without
    those of the mailbox `but`, the reader's own (D21)."""
    query = select(Case).where(*WAITING, col(Case.forget_at) <= work.now + REVIEW, col(Case.review_at) <= work.now)
    return list(await work.session.exec(_without(query, but).order_by(col(Case.forget_at)).limit(BATCH)))


async def kept_on(work: Work, *, but: str = "") -> list[Case]:
    """Cases that would have been forgotten, or soon will, but for a legal hold, the longest overdue first; without
    those of the mailbox `but`."""
    held = (col(Case.legal_hold_at).is_not(None), col(Case.closed_at).is_not(None), col(Case.review_at) <= work.now)
    query = _without(select(Case).where(*held), but)
    return list(await work.session.exec(query.order_by(col(Case.review_at)).limit(BATCH)))


def _without(query: SelectOfScalar[Case], mailbox: str) -> SelectOfScalar[Case]:
    own = select(Identifier.case_id).where(col(Identifier.index) == mailbox)
    return query.where(col(Case.id).not_in(own)) if mailbox else query


async def forget(work: Work, case: Case) -> Counts | None:
    """Destroy all that is personal in a case whose time has come, once; None where it has not.

    The dates are reckoned again here: a case that was opened and closed again begins its period anew.
    """
    if case.closed_at is None or case.forgotten_at is not None or case.legal_hold_at is not None:
        return None
    await _set(work, case)
    if case.forget_at is None or case.forget_at > work.now:
        return None
    destroyed = await _destroy(work, case)
    case.salt = case.form_key = None  # without the salt the commitments in the trail say nothing (D19)
    case.forgotten_at = work.now
    await trail.record(work, case, "forget", {**destroyed, "salt": 1, "months": await months(work, case)})
    return destroyed


async def _destroy(work: Work, case: Case) -> Counts:
    gone: Counts = Counter()
    shown, shared = await mandates.files(work, case)
    for name, table in PERSONAL.items():
        gone[name] = (await work.session.exec(delete(table).where(table.__table__.c.case_id == case.id))).rowcount
    ours = or_(col(PackageFile.case_id) == case.id, col(PackageFile.id).in_(shown))
    removed = delete(PackageFile).where(ours, col(PackageFile.id).not_in(shared)).returning(col(PackageFile.id))
    ids = list((await work.session.exec(removed)).scalars())
    await sealed_files.destroy(work, ids)
    gone["files"] = len(ids)
    return gone


async def with_expired_files(work: Work) -> list[str]:
    """References of cases whose answer can no longer be fetched, though its files are still there and nothing holds
    them."""
    query = (
        select(Case.reference)
        .join(PackageFile, col(PackageFile.case_id) == col(Case.id))
        .where(col(PackageFile.destroyed_at).is_(None), col(PackageFile.expires_at) <= work.now)
        .where(col(Case.legal_hold_at).is_(None))
        .order_by(col(PackageFile.expires_at))
        .limit(BATCH)
    )
    return list(dict.fromkeys(await work.session.exec(query)))


async def destroy_expired_files(work: Work, case: Case) -> Counts | None:
    """Destroy the files of an answer at their own end: content, name and digest; that there were some stays known."""
    if case.legal_hold_at is not None:
        return None
    query = select(PackageFile).where(
        col(PackageFile.case_id) == case.id,
        col(PackageFile.destroyed_at).is_(None),
        col(PackageFile.expires_at) <= work.now,
    )
    rows = list(await work.session.exec(query.with_for_update()))
    if not rows:
        return None
    for row in rows:
        row.name, row.content, row.sha256, row.destroyed_at = b"", None, "", work.now
    await work.session.flush()  # the rows are ours from here on, and so are their files
    await sealed_files.destroy(work, [row.id for row in rows])
    await trail.record(work, case, "files_destroyed", {"files": len(rows)})
    return Counter(files=len(rows))


async def forget_loose(work: Work) -> Counts:
    """Destroy what belongs to no case and has served: letters of sign-ins and to staff, and their questions."""
    before = work.now - LOOSE
    letters = select(Letter.id).where(col(Letter.case_id).is_(None), col(Letter.created_at) <= before).limit(BATCH)
    ended = (col(Challenge.case_id).is_(None), col(Challenge.expires_at) <= before)
    asked = select(Challenge.id).where(*ended).limit(BATCH)
    return Counter(
        letters=(await work.session.exec(delete(Letter).where(col(Letter.id).in_(letters)))).rowcount,
        challenges=(await work.session.exec(delete(Challenge).where(col(Challenge.id).in_(asked)))).rowcount,
    )


async def report(work: Work, destroyed: Counts) -> None:
    """What was destroyed, in the house's own trail: how many of each kind, nothing else."""
    if counted := {name: number for name, number in destroyed.items() if number}:
        await trail.record_house(work, "retention", counted)


async def hold(work: Work, case: Case, reason: str) -> None:
    """Keep a case beyond its period, because a court or an authority may still ask. Raises Refused or Invalid."""
    await _check(work, case, reason)
    if case.legal_hold_at is not None:
        raise Refused("There is a legal hold on this case already.")
    case.legal_hold_at = work.now
    await trail.record(work, case, "legal_hold", {"text": vault.keep(work, case, "legal_hold", reason)})


async def lift(work: Work, case: Case, reason: str) -> None:
    """End a legal hold; what was due meanwhile is forgotten with the next sweep. Raises Refused or Invalid."""
    await _check(work, case, reason)
    if case.legal_hold_at is None:
        raise Refused("There is no legal hold on this case.")
    case.legal_hold_at = None
    await trail.record(work, case, "legal_hold_lifted", {"text": vault.keep(work, case, "legal_hold_lifted", reason)})


async def _check(work: Work, case: Case, reason: str) -> None:
    if Role.lead not in work.by.roles:
        raise Refused("Only a lead may decide about a legal hold.")
    if await guards.is_own(work, case):
        raise Refused("This is your own request: a colleague must handle it.")
    if case.forgotten_at is not None:
        raise Refused("This case has been forgotten: nothing is left that could be kept.")
    if errors := await guards.text_given(work, case, Facts(text=reason)):
        raise Invalid({"reason": errors["text"]})
