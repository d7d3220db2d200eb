"""Changes: what people have chosen since a recipient last asked, so that it can keep up by itself (D29)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from privacy_center.casework import aliases, fingerprints, settling
from privacy_center.casework.tokens import Bearer
from privacy_center.casework.work import Work
from privacy_center.records.preference import Fingerprint, Preference

MOST = 1000
"""Changes in one answer."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the history as one recipient may know it: about its own purposes, by its own hash."""

    number: int
    hash: str
    kind: str
    purpose: str
    choice: str
    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some changes in their order, and the number to ask after next time."""

    changes: tuple[Change, ...]
    next: int


async def since(work: Work, bearer: Bearer, after: int, *, limit: int) -> Page:
    """The next changes for this recipient. No change is ever skipped. Raises Unsettled.

    The last number is read first and then those who are writing are waited for: whatever has a number up to it can
    then be seen, or never will be. Numbers beyond it are for the next time.
    """
    last = (await work.session.exec(select(func.max(Preference.number)))).one() or 0
    if last <= after:
        return Page((), after)
    await settling.writers(work, str(Preference.__tablename__))
    rows = await _rows(work, bearer.purposes, after, last, limit)
    key = aliases.key(work.house, bearer.id)
    changes = tuple(_change(work, key, row, who) for row, who in rows)
    return Page(changes, changes[-1].number if len(changes) == limit else last)


async def _rows(work: Work, purposes: Collection[str], after: int, last: int, limit: int) -> list[Any]:
    """What was said of an identity; a choice of one browser alone concerns nobody elsewhere."""
    number = col(Preference.number)
    query: Any = (
        select_columns(Preference, Fingerprint)
        .join(Fingerprint, col(Fingerprint.id) == col(Preference.fingerprint_id))
        .where(number > after, number <= last)
        .order_by(number)
        .limit(limit)
    )
    if purposes:
        query = query.where(col(Preference.purpose).in_(sorted(purposes)))
    found: Any = await work.session.exec(query)
    return list(found)


def _change(work: Work, key: bytes, row: Preference, who: Fingerprint) -> Change:
    # Reckoned, not looked up: a change whose alias is missing must not be missing here.
    named = aliases.made(key, fingerprints.digest(work, who))
    return Change(row.number or 0, named, who.kind, row.purpose, row.choice, row.at, row.source)
