"""Slots: each worker has a stable name, and a lock that the server or the kernel drops when the worker dies."""

import asyncio
import zlib
from contextlib import suppress
from typing import IO, Protocol

import psycopg

from privacy_center.records.database import sqlite_path
from privacy_center.settings import SettingsError

MOST = 64
"""Slots that are tried when none is named."""

PATIENCE = 10.0
"""Seconds that a named slot is waited for: its last holder may be stopping, or its jobs are being taken over."""

_LOCK = 0x7063
"""Half of the key of an advisory lock; the other half is the slot's name."""


class SlotTaken(SettingsError):
    """Another worker holds this slot."""


class SlotLost(Exception):
    """The lock was lost with its connection, and somebody else has it now."""


class Locks(Protocol):
    """Locks that die with their holder."""

    async def try_lock(self, name: str) -> bool:
        """Take the lock if nobody has it."""

    async def unlock(self, name: str) -> None:
        """Give it back."""

    async def still_held(self, name: str) -> bool:
        """Whether we have it still; takes it again after a broken connection if it is free."""

    async def close(self) -> None:
        """Give everything back."""


class Slot:
    """A held slot."""

    def __init__(self, name: str, locks: Locks) -> None:
        self.name = name
        self.locks = locks

    async def check(self) -> None:
        """Raise SlotLost when another worker may believe that we are dead."""
        if not await self.locks.still_held(self.name):
            raise SlotLost(f"the lock of slot {self.name} was lost: this worker stops so that no job runs twice")

    async def release(self) -> None:
        """Let the next worker have it."""
        await self.locks.close()


async def take(url: str, wanted: str | None) -> Slot:
    """Take the named slot, or the first free one. Raises SlotTaken."""
    locks: Locks = FileLocks(sqlite_path(url)) if url.startswith("sqlite") else await ServerLocks.open(url)
    try:
        return Slot(await _named(locks, wanted) if wanted else await _first_free(locks), locks)
    except BaseException:
        await locks.close()
        raise


async def _named(locks: Locks, name: str) -> str:
    for _ in range(int(PATIENCE / 0.25)):
        if await locks.try_lock(name):
            return name
        await asyncio.sleep(0.25)
    raise SlotTaken(f"slot {name} is held by another worker: choose another name, or none")


async def _first_free(locks: Locks) -> str:
    for number in range(1, MOST + 1):
        if await locks.try_lock(name := f"worker-{number}"):
            return name
    raise SlotTaken(f"all {MOST} slots are held: name one with --slot")


class ServerLocks:
    """Advisory locks of PostgreSQL, on a session of their own: the server drops them when the session ends."""

    def __init__(self, url: str, connection: "psycopg.AsyncConnection[tuple[bool]]") -> None:
        self._url = url
        self._connection = connection

    @classmethod
    async def open(cls, url: str) -> "ServerLocks":
        """Connect."""
        return cls(url, await _connect(url))

    async def try_lock(self, name: str) -> bool:
        """Take the lock if nobody has it."""
        return await self._ask("SELECT pg_try_advisory_lock(%s, %s)", name)

    async def unlock(self, name: str) -> None:
        """Give it back."""
        await self._ask("SELECT pg_advisory_unlock(%s, %s)", name)

    async def still_held(self, name: str) -> bool:
        """Whether the session lives. After a crash of the server the lock is taken again, if nobody was faster."""
        try:
            await self._connection.execute("SELECT 1")
        except psycopg.Error:
            await self._connection.close()
            self._connection = await _connect_again(self._url)
            return await self.try_lock(name)
        return True

    async def close(self) -> None:
        """Give everything back and end the session."""
        with suppress(psycopg.Error):
            # The server notices a closed session a moment later; the next worker need not wait for that.
            await self._connection.execute("SELECT pg_advisory_unlock_all()")
        await self._connection.close()

    async def _ask(self, query: str, name: str) -> bool:
        # The second half is a signed integer of four bytes.
        number = int.from_bytes(zlib.crc32(name.encode()).to_bytes(4), signed=True)
        cursor = await self._connection.execute(query.encode(), (_LOCK, number))
        row = await cursor.fetchone()
        return bool(row and row[0])


async def _connect(url: str) -> "psycopg.AsyncConnection[tuple[bool]]":
    return await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=10)


async def _connect_again(url: str) -> "psycopg.AsyncConnection[tuple[bool]]":
    while True:
        try:
            return await _connect(url)
        except psycopg.Error:
            await asyncio.sleep(1)


class FileLocks:
    """Locked files beside the SQLite database: the kernel drops the locks when the process ends."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._files: dict[str, IO[bytes]] = {}

    async def try_lock(self, name: str) -> bool:
        """Take the lock if nobody has it."""
        import fcntl  # not on Windows, where there is no worker on SQLite

        file = open(f"{self._database}.{_safe(name)}.lock", "ab")  # noqa: ASYNC230, SIM115 (kept open: it is the lock)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._files[name] = file
        return True

    async def unlock(self, name: str) -> None:
        """Give it back."""
        self._files.pop(name).close()

    async def still_held(self, name: str) -> bool:
        """A file's lock lives as long as we do."""
        return name in self._files

    async def close(self) -> None:
        """Give everything back."""
        for name in list(self._files):
            await self.unlock(name)


def _safe(name: str) -> str:
    """A slot's name as part of a file's name; two slots never share a file."""
    plain = "".join(c if c.isalnum() or c in "-_" else "_" for c in name)
    return f"{plain}.{zlib.crc32(name.encode()):08x}"
