"""How often something happened in a window of time: budgets and limits that every process shares."""

from datetime import datetime, timedelta
from functools import cache
from math import floor

from sqlalchemy import BigInteger, Integer, TextClause, text
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession


class Counter(SQLModel, table=True):
    """A count in one fixed window; `window` is its number since 1970."""

    __tablename__ = "pc_counter"

    key: str = Field(primary_key=True, max_length=120)
    window: int = Field(primary_key=True, sa_type=BigInteger().with_variant(Integer, "sqlite"))
    count: int = 0


async def count(session: AsyncSession, key: str, *, now: datetime, per: timedelta, by: int = 1) -> int:
    """Count one more (or `by` more) under this key and return how many the window now holds. One statement."""
    (number,) = await counts(session, key, now=now, pers=(per,), by=by)
    return number


async def counts(
    session: AsyncSession, key: str, *, now: datetime, pers: tuple[timedelta, ...], by: int = 1
) -> tuple[int, ...]:
    """The same in windows of several lengths at once, in their order. One statement."""
    lengths = [int(per.total_seconds()) for per in pers]
    values: dict[str, str | int] = {"by": by}
    for number, length in enumerate(lengths):
        values |= {f"key{number}": f"{key}/{length}", f"window{number}": floor(now.timestamp() / length)}
    statement = _statement(len(lengths))
    rows = await session.run_sync(lambda s: s.connection().execute(statement, values).all())
    found = {row.key: row.number for row in rows}
    return tuple(int(found[f"{key}/{length}"]) for length in lengths)


async def forget(session: AsyncSession, key: str, *, per: timedelta) -> None:
    """Begin anew under this key, for windows of this length."""
    connection = await session.connection()
    named = {"key": f"{key}/{int(per.total_seconds())}"}
    await connection.execute(text("DELETE FROM pc_counter WHERE key = :key"), named)


@cache
def _statement(rows: int) -> TextClause:
    """Written out, for it runs twice with every post: what both databases understand, and nothing to compile."""
    values = ", ".join(f"(:key{number}, :window{number}, :by)" for number in range(rows))
    return text(
        f'INSERT INTO pc_counter (key, "window", count) VALUES {values} '  # noqa: S608 (only names of parameters)
        'ON CONFLICT (key, "window") DO UPDATE SET count = pc_counter.count + :by RETURNING key, count AS number'
    )
