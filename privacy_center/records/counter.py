"""How often something happened in a window of time: budgets and limits that every process shares."""

from datetime import datetime, timedelta
from functools import cache
from math import floor

from sqlalchemy import BigInteger, Integer, TextClause, text
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from privacy_center.records.rows import Row


class Counter(Row, table=True):
    """A count in one fixed window; `window` is its number since 1970."""

    __tablename__ = "pc_counter"

    key: str = Field(primary_key=True, max_length=120)
    window: int = Field(primary_key=True, sa_type=BigInteger().with_variant(Integer, "sqlite"))
    count: int = 0


async def count(session: AsyncSession, key: str, *, now: datetime, per: timedelta, by: int = 1) -> int:
    """Count one more (or `by` more) under this key and return how many the window now holds. One statement."""
    (number,) = await counts(session, (key, per), now=now, by=by)
    return number


async def counts(session: AsyncSession, *windows: tuple[str, timedelta], now: datetime, by: int = 1) -> tuple[int, ...]:
    """The same for several keys and lengths at once, in their order. One statement."""
    values: dict[str, str | int] = {"by": by}
    for number, (key, per) in enumerate(windows):
        values |= {f"key{number}": _named(key, per), f"window{number}": floor(now.timestamp() / _seconds(per))}
    statement = _statement(len(windows))
    rows = await session.run_sync(lambda s: s.connection().execute(statement, values).all())
    found = {row.key: row.number for row in rows}
    return tuple(int(found[_named(key, per)]) for key, per in windows)


async def forget(session: AsyncSession, key: str, *, per: timedelta) -> None:
    """Begin anew under this key, for windows of this length."""
    connection = await session.connection()
    await connection.execute(text("DELETE FROM pc_counter WHERE key = :key"), {"key": _named(key, per)})


def _named(key: str, per: timedelta) -> str:
    return f"{key}/{_seconds(per)}"


def _seconds(per: timedelta) -> int:
    return int(per.total_seconds())


@cache
def _statement(rows: int) -> TextClause:
    """Written out, for it runs with every post: what both databases understand, and nothing to compile."""
    values = ", ".join(f"(:key{number}, :window{number}, :by)" for number in range(rows))
    return text(
        f'INSERT INTO pc_counter (key, "window", count) VALUES {values} '  # noqa: S608 (only names of parameters)
        'ON CONFLICT (key, "window") DO UPDATE SET count = pc_counter.count + :by RETURNING key, count AS number'
    )
