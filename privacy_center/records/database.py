"""The database: one engine that writes, one that reads, on SQLite or PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

WRITERS = 8
"""Connections of one web process to PostgreSQL; SQLite has one writer by nature."""


class Database:
    """Opens transactions; only doors ask for one."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._writer = _sqlite_writer(url) if self.is_sqlite else _postgresql(url)
        self._reader = _sqlite_reader(url) if self.is_sqlite else self._writer
        self._write = async_sessionmaker(self._writer, class_=AsyncSession, expire_on_commit=False)
        self._read = async_sessionmaker(self._reader, class_=AsyncSession, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends well, rolled back when it does not."""
        async with self._write() as session, session.begin():
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that only reads."""
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
    # Taking the write lock at BEGIN queues writers instead of failing them half way.
    event.listen(engine.sync_engine, "begin", lambda connection: _begin(connection, "BEGIN IMMEDIATE"))
    return engine


def _sqlite_reader(url: str) -> AsyncEngine:
    engine = _sqlite(url, pool_size=4)
    event.listen(engine.sync_engine, "connect", _query_only)
    event.listen(engine.sync_engine, "begin", lambda connection: _begin(connection, "BEGIN"))
    return engine


def _sqlite(url: str, *, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        url.replace("sqlite://", "sqlite+aiosqlite://", 1),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "connect", sqlite_pragmas)
    return engine


def _postgresql(url: str) -> AsyncEngine:
    return create_async_engine(
        driver_url(url),
        pool_size=WRITERS,
        max_overflow=0,
        pool_timeout=30,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 10},  # a host that is silent is one that is away: a page says so in time
    )


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


def _begin(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)
