"""Tallies: how each recipient stands, in numbers that stop counting early, however many lines there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from privacy_center.casework import probing
from privacy_center.casework.dues import AMBER
from privacy_center.casework.queries import CAP, PAGE
from privacy_center.casework.work import Work
from privacy_center.records.case import Case
from privacy_center.records.telling import Answer, Delivery, Silenced, Telling

UNANSWERED = (Answer.waiting, Answer.told, Answer.refused)
ANSWERED = (Answer.confirmed, Answer.no_data)

LATELY = 20
"""Deliveries in which the last answer is looked for."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One recipient's lines: how many wait, were told, are done, were refused; and of the open ones how many are amber
    or late. What the house's own probes caused is not in it (D28)."""

    waiting: str
    told: str
    done: str
    refused: str
    amber: str
    late: str
    last_answer: datetime | None
    silenced: Silenced | None


async def of(work: Work, name: str) -> Tally:
    """How one recipient stands today."""
    today = work.today
    return Tally(
        waiting=await _capped(work, _rows(name, (Answer.waiting,))),
        told=await _capped(work, _rows(name, (Answer.told,))),
        done=await _capped(work, _rows(name, ANSWERED)),
        refused=await _capped(work, _rows(name, (Answer.refused,))),
        amber=await _capped(work, _rows(name, UNANSWERED).where(*_amber(today))),
        late=await _capped(work, _rows(name, UNANSWERED).where(col(Telling.due_by) < today)),
        last_answer=await _last_answer(work, name),
        silenced=await work.session.get(Silenced, name),
    )


def _amber(today: date) -> tuple[Any, Any]:
    return col(Telling.due_by) >= today, col(Telling.due_by) <= today + AMBER


def _rows(name: str, answers: Sequence[Answer]) -> SelectOfScalar[UUID]:
    query = select(Telling.id).where(col(Telling.recipient) == name, col(Telling.answer).in_(answers))
    return query.where(probing.real(Telling.fingerprint_id))


async def _capped(work: Work, query: SelectOfScalar[UUID]) -> str:
    number = (await work.session.exec(select(func.count()).select_from(query.limit(CAP).subquery()))).one()
    return f"{CAP - 1}+" if number >= CAP else str(number)


async def _last_answer(work: Work, name: str) -> datetime | None:
    """When it last answered, as far as its newest deliveries know."""
    newest = select(Delivery.id).where(col(Delivery.recipient) == name).order_by(col(Delivery.id).desc()).limit(LATELY)
    query = select(func.max(Telling.answered_at)).where(col(Telling.delivery_id).in_(newest))
    return (await work.session.exec(query)).one()


async def pressing(work: Work) -> dict[str, str]:
    """Over all recipients: how many lines are amber and how many are late, for the first page of the desk."""
    today = work.today
    is_open = select(Telling.id).where(col(Telling.answered_at).is_(None), probing.real(Telling.fingerprint_id))
    return {
        "amber": await _capped(work, is_open.where(*_amber(today))),
        "late": await _capped(work, is_open.where(col(Telling.due_by) < today)),
    }


async def gone(work: Work) -> list[str]:
    """Recipients of the ledger that the installation no longer names."""
    ours, found, last = {each.id for each in work.house.installation.recipients}, list[str](), ""
    while True:
        query = select(Telling.recipient).where(col(Telling.recipient) > last).order_by(col(Telling.recipient))
        name = (await work.session.exec(query.limit(1))).first()
        if name is None:
            return [name for name in found if name not in ours]
        found.append(last := name)


async def deliveries(work: Work, name: str) -> list[Delivery]:
    """A recipient's newest deliveries."""
    query = select(Delivery).where(col(Delivery.recipient) == name).order_by(col(Delivery.id).desc())
    return list(await work.session.exec(query.limit(PAGE)))


async def open_lines(work: Work, name: str) -> list[Telling]:
    """A recipient's unanswered lines, the longest late first."""
    found: list[Telling] = []
    for answer in UNANSWERED:  # one walk along the index for each, instead of sorting all of them
        query = select(Telling).where(col(Telling.recipient) == name, col(Telling.answer) == answer)
        query = query.where(probing.real(Telling.fingerprint_id))
        found += await work.session.exec(query.order_by(col(Telling.due_by), col(Telling.id)).limit(PAGE))
    return sorted(found, key=lambda line: (line.due_by, line.id))[:PAGE]


async def references(work: Work, lines: Sequence[Telling]) -> dict[UUID, str]:
    """The cases that these lines are about, or have become, by their references."""
    ids = {each for line in lines for each in (line.case_id, line.late_case_id) if each is not None}
    if not ids:
        return {}
    return dict((await work.session.exec(select(Case.id, Case.reference).where(col(Case.id).in_(ids)))).all())
