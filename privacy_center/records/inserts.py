"""Inserts: rows that are new, written by one statement a table, or one in all. Reception does this with every post.

The unit of work compares, sorts and watches each row before it writes it; a row that is only added needs none of that.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Table, bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from privacy_center.records.rows import METADATA


async def unless_there(session: AsyncSession, row: SQLModel, *, unique: str) -> bool:
    """Insert one row, unless another has its value in this unique column; whether it was inserted.

    Whoever writes the same value at the same moment is waited for, so of two exactly one is told yes. The row that was
    inserted belongs to the session, as after a flush.
    """
    return await session.run_sync(_unless_there, row, unique)


def _unless_there(session: Session, row: SQLModel, unique: str) -> bool:
    session.flush()  # what was added before is not for `added` to let go of
    statement = _insert(_table(row), _dialect(session), unique)
    if session.connection().execute(statement, _values(row)).first() is None:
        return False
    make_transient_to_detached(row)
    session.add(row)
    return True


async def all_unless_there(session: AsyncSession, rows: Sequence[SQLModel], *, unique: str) -> None:
    """Insert rows of one table, each unless another has its value in this unique column; the session knows none."""
    if rows:
        table, values = _table(rows[0]), [_values(row) for row in rows]
        await session.run_sync(lambda s: s.connection().execute(_insert_all(table, _dialect(s), unique), values))


async def added(session: AsyncSession) -> None:
    """Insert every row that was added to the session and not yet flushed, parents first, and let go of it.

    On PostgreSQL one statement does it all; its foreign keys are looked at when it ends.

    Whoever needs one of them again in this transaction loads it.
    """
    await session.run_sync(_added)


def _added(session: Session) -> None:
    rows: dict[Table, list[dict[str, Any]]] = {}
    for row in session.new:
        rows.setdefault(_table(row), []).append(_values(row))
    _let_go(session)
    tables = sorted(rows, key=_places().__getitem__)
    connection = session.connection()
    if _dialect(session) == "sqlite":
        for table in tables:
            connection.execute(_plain(table), rows[table])
    elif tables:
        shape = tuple(table for table in tables for _ in rows[table])
        values = chain.from_iterable(row.values() for table in tables for row in rows[table])
        connection.execute(_together(shape), dict(zip(_names(shape), values, strict=True)))


def _let_go(session: Session) -> None:
    """Of every new row, by letting go of all and taking up the others again: one by one costs a walk for each."""
    known = list(session.identity_map.values())
    session.expunge_all()
    session.add_all(known)


def _table(row: SQLModel) -> Table:
    table: Table = row.__table__  # type: ignore[attr-defined]
    return table


def _values(row: SQLModel) -> dict[str, Any]:
    given = vars(row)
    return {column.name: given[column.name] for column in _table(row).columns}


def _dialect(session: Session) -> str:
    return session.connection().dialect.name


@cache
def _insert(table: Table, dialect: str, unique: str) -> Any:
    """The same for one row, which says whether it was inserted."""
    return _insert_all(table, dialect, unique).returning(table.c[unique])


@cache
def _insert_all(table: Table, dialect: str, unique: str) -> Any:
    """Built once for each table; both databases spell it alike, only SQLAlchemy has it in two modules."""
    built = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return built.on_conflict_do_nothing(index_elements=[unique])


@cache
def _plain(table: Table) -> Any:
    """Built once: with every post, building costs as much as asking."""
    return insert(table)


@lru_cache(maxsize=256)
def _together(shape: tuple[Table, ...]) -> Any:
    """A row of each of these tables by one statement: PostgreSQL is a process of its own, and each trip to it costs."""
    names = iter(_names(shape))
    *others, last = [insert(table).values({c.name: bindparam(next(names)) for c in table.columns}) for table in shape]
    return last.add_cte(*(each.cte(f"added_{place}") for place, each in enumerate(others)))


@lru_cache(maxsize=256)
def _names(shape: tuple[Table, ...]) -> tuple[str, ...]:
    return tuple(f"{table.name}_{place}_{c.name}" for place, table in enumerate(shape) for c in table.columns)


@cache
def _places() -> dict[Table, int]:
    """The place of each table in an order in which every parent comes before its children."""
    return {table: place for place, table in enumerate(METADATA.sorted_tables)}
