"""Drift: open cases whose dates would come out differently today, because a calendar or our code has changed."""

from collections.abc import AsyncIterator
from uuid import UUID

from sqlmodel import col, select

from privacy_center.casework import deadlines
from privacy_center.casework.work import Work
from privacy_center.records.case import Case

BATCH = 500
"""Cases read at a time: memory stays flat at a million cases."""


async def moved(work: Work) -> AsyncIterator[str]:
    """One line for each open case that has moved: what is stored, and what would be stored now."""
    last: UUID | None = None
    while batch := await _open(work, last):
        for case in batch:
            clock = await deadlines.clock(work, case)
            stored, now = (case.answer_due, case.target_due), (clock.current.legal, clock.current.target)
            if stored != now:
                yield f"{case.reference}: {stored[0]} (aim {stored[1]}) would now be {now[0]} (aim {now[1]})"
        last = batch[-1].id
        work.session.expunge_all()


async def _open(work: Work, last: UUID | None) -> list[Case]:
    query = select(Case).where(col(Case.closed_at).is_(None)).order_by(col(Case.id)).limit(BATCH)
    if last is not None:
        query = query.where(col(Case.id) > last)
    return list(await work.session.exec(query))
