"""How often something happened in a window of time: budgets and limits that every process shares."""

from datetime import datetime, timedelta
from math import floor

from sqlalchemy import BigInteger, Integer
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession


class Counter(SQLModel, table=True):
    """A count in one fixed window; `window` is its number since 1970."""

    __tablename__ = "pc_counter"

    key: str = Field(primary_key=True, max_length=120)
    window: int = Field(primary_key=True, sa_type=BigInteger().with_variant(Integer, "sqlite"))
    count: int = 0


async def count(session: AsyncSession, key: str, *, now: datetime, per: timedelta) -> int:
    """Count one more under this key and return how many the window now holds. One statement."""
    (number,) = await counts(session, key, now=now, pers=(per,))
    return number


async def counts(session: AsyncSession, key: str, *, now: datetime, pers: tuple[timedelta, ...]) -> tuple[int, ...]:
    """The same in windows of several lengths at once, in their order. One statement."""
    lengths = [int(per.total_seconds()) for per in pers]
    rows = [{"key": f"{key}/{length}", "window": floor(now.timestamp() / length), "count": 1} for length in lengths]
    make = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    table = Counter.__table__  # type: ignore[attr-defined]
    statement = (
        make(table)
        .values(rows)
        .on_conflict_do_update(index_elements=["key", "window"], set_={"count": table.c.count + 1})
        .returning(table.c.key, table.c.count)
    )
    found = dict((await session.exec(statement)).all())
    return tuple(int(found[f"{key}/{length}"]) for length in lengths)
