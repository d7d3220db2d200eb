"""Cases: finding one, and holding it while it changes."""

from uuid import UUID

from sqlmodel import col, select

from privacy_center.casework.refusals import NotFound
from privacy_center.casework.work import Work
from privacy_center.links import REFERENCE
from privacy_center.records.case import Case


async def locked(work: Work, reference: str) -> Case:
    """The case, held until the transaction ends: its chain of events has one writer. Raises NotFound."""
    return _found(await _first(work, reference=reference, lock=True))


async def locked_by_id(work: Work, case_id: UUID) -> Case:
    """The same by the row's id."""
    query = select(Case).where(col(Case.id) == case_id).with_for_update()
    return _found((await work.session.exec(query)).first())


async def seen(work: Work, reference: str) -> Case:
    """The case, to be read only. Raises NotFound."""
    return _found(await _first(work, reference=reference, lock=False))


async def seen_by_id(work: Work, case_id: UUID) -> Case:
    """The same by the row's id."""
    return _found(await work.session.get(Case, case_id))


async def _first(work: Work, *, reference: str, lock: bool) -> Case | None:
    if not REFERENCE.fullmatch(reference):
        return None  # not even asked for: a database takes no NUL
    query = select(Case).where(col(Case.reference) == reference)
    if lock:
        query = query.with_for_update()
    return (await work.session.exec(query)).first()


def _found(case: Case | None) -> Case:
    if case is None:
        raise NotFound
    return case
