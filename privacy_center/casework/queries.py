"""Queries: the desk's lists, each one index long, none with an offset."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, tuple_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from privacy_center.casework import vault
from privacy_center.casework.work import Work
from privacy_center.records.case import Case
from privacy_center.records.letter import Delivery, Letter
from privacy_center.records.people import Identifier

PAGE = 50
CAP = 1000
"""Counts stop here: "999+" is as good as the number, and costs the same at a million cases."""

FILTERS = ("state", "right", "regime")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page of the queue ended."""

    due: date
    id: UUID

    @classmethod
    def parse(cls, text: str) -> "Position | None":
        """From an address; a garbled one means the beginning."""
        day, _, rest = text.partition("_")
        try:
            return cls(date.fromisoformat(day), UUID(rest))
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.due.isoformat()}_{self.id}"


async def queue(
    work: Work, filters: Mapping[str, str], *, owner: UUID | None = None, after: Position | None = None, but: str = ""
) -> tuple[list[Case], Position | None]:
    """Open cases, nearest target first (L20), and where the next page begins; without those of the mailbox `but`,
    the reader's own (D21)."""
    query = select(Case).where(col(Case.closed_at).is_(None))
    for name in FILTERS:
        if filters.get(name):
            query = query.where(getattr(Case, name) == filters[name])
    if owner is not None:
        query = query.where(col(Case.owner_id) == owner)
    if but:
        own = select(Identifier.case_id).where(col(Identifier.index) == but)
        query = query.where(col(Case.id).not_in(own))
    if after is not None:
        query = query.where(tuple_(col(Case.target_due), col(Case.id)) > tuple_(after.due, after.id))
    query = query.order_by(col(Case.target_due), col(Case.id)).limit(PAGE + 1)
    rows = list(await work.session.exec(query))
    more = Position(rows[PAGE - 1].target_due, rows[PAGE - 1].id) if len(rows) > PAGE else None
    return rows[:PAGE], more


async def held(work: Work, *, but: str) -> list[Case]:
    """Open cases whose mailbox says “this was not me”, the nearest review first; without the reader's own."""
    own = select(Identifier.case_id).where(col(Identifier.index) == but)
    query = select(Case).where(col(Case.closed_at).is_(None), col(Case.held), col(Case.id).not_in(own))
    return list(await work.session.exec(query.order_by(col(Case.review_by), col(Case.id)).limit(PAGE)))


async def closed(work: Work, *, limit: int = PAGE) -> list[Case]:
    """Cases closed lately."""
    query = (
        select(Case).where(col(Case.closed_at).is_not(None)).order_by(col(Case.closed_at).desc(), col(Case.id).desc())
    )
    return list(await work.session.exec(query.limit(limit)))


LINKED = 20
"""Other requests of a mailbox that a case page names."""


async def linked(work: Work, case: Case) -> list[Case]:
    """Other cases of the same mailbox, and those that one is about, newest first: linked, never absorbed; none lends
    another its proof (S5). Those for whom one agent asks have nothing in common."""
    persons = col(Identifier.kind) != vault.AGENT
    own = select(Identifier.index).where(col(Identifier.case_id) == case.id, persons)
    ids = select(Identifier.case_id).where(col(Identifier.index).in_(own), col(Identifier.case_id) != case.id, persons)
    about = or_(col(Case.id) == case.earlier_id, col(Case.earlier_id) == case.id)
    query = select(Case).where(or_(col(Case.id).in_(ids), about)).order_by(col(Case.id).desc()).limit(LINKED)
    return list(await work.session.exec(query))


async def counts(work: Work, *, today: date, soon: date, owner: UUID | None) -> dict[str, str]:
    """How many are open, past the law's limit, due soon, and this person's own."""
    is_open = select(Case.id).where(col(Case.closed_at).is_(None))
    return {
        "open": await _capped(work, is_open),
        "overdue": await _capped(work, is_open.where(col(Case.answer_due) < today)),
        "soon": await _capped(work, is_open.where(col(Case.target_due) <= soon)),
        "mine": await _capped(work, is_open.where(col(Case.owner_id) == owner)) if owner else "0",
    }


async def _capped(work: Work, query: SelectOfScalar[UUID]) -> str:
    found = await work.session.exec(select(func.count()).select_from(query.limit(CAP).subquery()))
    number = found.one()
    return f"{CAP - 1}+" if number >= CAP else str(number)


UNTOLD = (
    col(Letter.delivery) != Delivery.accepted,
    col(Letter.delivery) != Delivery.posted,
    or_(col(Letter.attempts) > 0, col(Letter.delivery) == Delivery.paper),
)
"""Letters that failed at least once, were refused or came back, or are on paper, and that nobody has told yet."""


async def unsent(work: Work, *, limit: int = 200) -> list[Letter]:
    """Letters that have not got out, oldest first."""
    query = select(Letter).where(*UNTOLD)
    return list(await work.session.exec(query.order_by(col(Letter.created_at), col(Letter.id)).limit(limit)))


async def troubled(work: Work, case_ids: list[UUID]) -> set[UUID]:
    """Which of these cases have a letter that failed."""
    query = select(Letter.case_id).where(col(Letter.case_id).in_(case_ids), *UNTOLD)
    return {case_id for case_id in await work.session.exec(query) if case_id is not None}
