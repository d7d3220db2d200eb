"""The database: one engine that writes, one that reads, on SQLite or PostgreSQL."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

WRITERS, READERS = 8, 4
"""Connections of one web process to PostgreSQL; SQLite has one writer by nature."""

IDLE = 1.0
"""Seconds after which a connection is asked whether it still lives before it is used again."""


class Database:
    """Opens transactions; only doors ask for one."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._writer = _sqlite_writer(url) if self.is_sqlite else _postgresql_writer(url)
        self._reader = _sqlite_reader(url) if self.is_sqlite else _postgresql_reader(url)
        self._write = async_sessionmaker(self._writer, class_=AsyncSession, expire_on_commit=False)
        self._read = async_sessionmaker(self._reader, class_=AsyncSession, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends well, rolled back when it does not."""
        async with self._write() as session, session.begin():
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that only reads: the database refuses it a write. Each statement sees what is committed by then."""
        async with self._read() as session:
            yield session

    async def ping(self) -> None:
        """Raise when the database cannot be reached."""
        async with self._reader.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def dispose(self) -> None:
        """Close all connections."""
        await self._writer.dispose()
        await self._reader.dispose()


def driver_url(url: str) -> str:
    """The URL with the driver that serves both synchronous and asynchronous use of PostgreSQL (psycopg 3)."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def sqlite_path(url: str) -> str:
    """The file behind a SQLite URL."""
    return make_url(url).database or ""


def _sqlite_writer(url: str) -> AsyncEngine:
    engine = _sqlite(url, pool_size=1)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _sqlite_reader(url: str) -> AsyncEngine:
    engine = _sqlite(url, pool_size=READERS, skip_autocommit_rollback=True)
    event.listen(engine.sync_engine, "connect", _query_only)
    return engine


def _sqlite(url: str, *, pool_size: int, **more: Any) -> AsyncEngine:
    engine = create_async_engine(
        url.replace("sqlite://", "sqlite+aiosqlite://", 1),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,
        **more,
    )
    event.listen(engine.sync_engine, "connect", sqlite_pragmas)
    return engine


def _postgresql_writer(url: str) -> AsyncEngine:
    return _postgresql(url, pool_size=WRITERS)


def _postgresql_reader(url: str) -> AsyncEngine:
    # A statement that stands alone needs no transaction around it: two trips to the database less for each reading.
    alone = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
    return _postgresql(url, pool_size=READERS, options="-c default_transaction_read_only=on", **alone)


def _postgresql(url: str, *, pool_size: int, options: str = "", **more: Any) -> AsyncEngine:
    engine = create_async_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,
        # a host that is silent is one that is away: a page says so in time
        connect_args={"connect_timeout": 10, **({"options": options} if options else {})},
        **more,
    )
    event.listen(engine.sync_engine, "checkin", _used)
    event.listen(engine.sync_engine, "checkout", partial(_alive, engine.dialect))
    return engine


def _used(_connection: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()


def _alive(dialect: Dialect, connection: Any, record: Any, _fairy: Any) -> None:
    """Ask a connection that lay idle; one that is dead takes those of its age with it, and new ones are made."""
    if time.monotonic() - record.info.get("used", time.monotonic()) < IDLE:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def sqlite_pragmas(connection: Any, _record: Any = None) -> None:
    """Durable (FULL), concurrent with readers (WAL), patient with other writers, strict with keys; what is
    deleted is overwritten."""
    connection.isolation_level = None  # SQLAlchemy's "begin" event starts transactions, not the driver
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _query_only(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Taking the write lock at BEGIN queues writers instead of failing them half way."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
