"""Rotation: everything sealed is sealed anew under the newest data key, a few values at a time.

Web and workers go on meanwhile. A value is written only where it is still the one that was read, so nothing that
changed or was forgotten in between comes back; a run that was cut short is simply run again.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Select, func, update
from sqlalchemy import select as select_columns
from sqlmodel import SQLModel, col, select

from privacy_center.casework import sealed_files
from privacy_center.casework.work import Work
from privacy_center.records.case import Case
from privacy_center.records.letter import Letter
from privacy_center.records.mandate import Mandate
from privacy_center.records.package import PackageFile
from privacy_center.records.people import Identifier, Text
from privacy_center.records.preference import Correction, Fingerprint
from privacy_center.records.sealed import Unsealable
from privacy_center.records.staff import Staff
from privacy_center.records.telling import Delivery, Telling

BATCH = 200
"""Short values that one transaction changes."""

FEW = 4
"""The same for the contents of files, which may be large."""

UNREADABLE = -1
"""In place of a key's number: no listed key opens the value."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of sealed values; `place` is what each value is bound to, with its row's id."""

    table: type[SQLModel]
    name: str
    place: str
    batch: int = BATCH


COLUMNS = (
    Column(Identifier, "value", "identifier.value"),
    Column(Text, "value", "text.value"),
    Column(Letter, "address", "letter.address"),
    Column(Letter, "subject", "letter.subject"),
    Column(Letter, "body", "letter.body"),
    Column(Staff, "email", "staff.email"),
    Column(Case, "salt", "case.salt"),
    Column(Fingerprint, "digest", "fingerprint.digest"),
    Column(Correction, "reason", "correction.reason"),
    Column(Telling, "mailbox", "telling.mailbox"),
    Column(Delivery, "answered_by", "delivery.answered_by"),
    Column(Mandate, "said", "mandate.said"),
    Column(PackageFile, "name", "package.name"),
    Column(PackageFile, "content", "package.content", FEW),
)
"""Every sealed column of the database; a test finds one that is missing here."""


@dataclass(slots=True)
class Page:
    """A few values, and where the next page begins; None where there is none."""

    values: list[tuple[UUID, bytes]] = field(repr=False)
    after: UUID | None


async def page(work: Work, column: Column, after: UUID | None, *, stale: bool) -> Page:
    """The next values of a column; with `stale` only those that may be under an older key."""
    rows = list(await work.session.exec(_query(work, column, after, stale=stale)))  # type: ignore[call-overload]
    return Page([(row[0], row[1]) for row in rows], rows[-1][0] if len(rows) == column.batch else None)


def _query(work: Work, column: Column, after: UUID | None, *, stale: bool) -> Select[Any]:
    key, value = _parts(column)
    query = select_columns(key, value).where(value.is_not(None), func.length(value) > 0)
    if after is not None:
        query = query.where(key > after)
    if stale and (newest := work.house.keys.newest_id) is not None:
        query = query.where(func.substr(value, 1, 1, type_=LargeBinary) != newest)
    return query.order_by(key).limit(column.batch)


def _parts(column: Column) -> tuple[Any, Any]:
    columns = column.table.__table__.c  # type: ignore[attr-defined]
    return columns.id, columns[column.name]


async def reseal(work: Work, column: Column, values: Sequence[tuple[UUID, bytes]]) -> int:
    """Seal these values anew; returns how many were still as they had been read."""
    key, value = _parts(column)
    changed = 0
    for row_id, old in values:
        if (new := _resealed(work, old, f"{column.place}:{row_id}")) is None:
            continue
        statement = update(column.table).where(key == row_id, value == old).values({column.name: new})
        options = {"synchronize_session": False}
        changed += (await work.session.exec(statement, execution_options=options)).rowcount
    return changed


def _resealed(work: Work, old: bytes, place: str) -> bytes | None:
    """The value under the newest key; None where it is under it already, or where no key opens it."""
    keys = work.house.keys
    try:
        number, plain = keys.open_with(old, place=place)
    except Unsealable:
        return None
    return keys.seal_bytes(plain, place=place) if number > 0 else None


async def in_folder(work: Work, after: UUID | None) -> Page:
    """The next files whose bytes lie in the folder; their values are read one by one."""
    query = select(PackageFile.id).where(col(PackageFile.content).is_(None), col(PackageFile.destroyed_at).is_(None))
    if after is not None:
        query = query.where(col(PackageFile.id) > after)
    ids = list(await work.session.exec(query.order_by(col(PackageFile.id)).limit(BATCH)))
    return Page([(file_id, b"") for file_id in ids], ids[-1] if len(ids) == BATCH else None)


async def reseal_file(work: Work, file_id: UUID) -> int:
    """Seal one file of the folder anew. Its row is held meanwhile, so that it cannot be destroyed and come back."""
    held = select(PackageFile.id).where(col(PackageFile.id) == file_id, col(PackageFile.destroyed_at).is_(None))
    if (await work.session.exec(held.with_for_update())).first() is None:
        return 0
    old = await sealed_files.read(work, file_id)
    new = _resealed(work, old, f"package.content:{file_id}") if old is not None else None
    if new is None:
        return 0
    await sealed_files.replace(work, file_id, new)
    return 1


def tally(work: Work, column: Column, values: Sequence[tuple[UUID, bytes]]) -> Counter[int]:
    """Open these values and count them by the key that opened them: the proof that nothing is unreadable."""
    return Counter(_key_of(work, value, f"{column.place}:{row_id}") for row_id, value in values)


async def tally_file(work: Work, file_id: UUID) -> Counter[int]:
    """The same for one file of the folder."""
    sealed = await sealed_files.read(work, file_id)
    return Counter([UNREADABLE if sealed is None else _key_of(work, sealed, f"package.content:{file_id}")])


def _key_of(work: Work, value: bytes, place: str) -> int:
    try:
        return work.house.keys.open_with(value, place=place)[0]
    except Unsealable:
        return UNREADABLE
