"""A million people who have chosen, written in one transaction: what look-ups are measured against."""

import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

from privacy_center.records.database import sqlite_path
from privacy_center.records.rows import new_id
from privacy_center.records.sealed import Keyring, identity_digest
from privacy_center.settings import Settings

PEOPLE = 1_000_000
SEALED = os.urandom(93)
"""As long as a sealed digest; look-ups never open it."""

CHOSEN = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
FINGERPRINTS = ("id", "kind", "key_id", "index", "digest", "created_at")
CHOICES = (
    "number",
    "fingerprint_id",
    "press",
    "purpose",
    "choice",
    "source",
    "regime",
    "notice_version",
    "at",
    "facts",
)
Row = tuple[Any, ...]


def address(number: int) -> str:
    """The mailbox of one of them."""
    return f"ada.{number}@home.example"


def seed(settings: Settings) -> None:
    """Write them all: each has said no to sale, every tenth has then said yes."""
    keys = Keyring(settings.data_keys, settings.index_keys[-1], newer=settings.index_keys[:-1])
    people = sorted(_index(keys, number) for number in range(PEOPLE))  # in the order of the index: much quicker
    ids = [new_id() for _ in people]
    if settings.database_url.startswith("sqlite"):
        _sqlite(sqlite_path(settings.database_url), people, ids)
    else:
        _postgresql(settings.database_url, people, ids)


def _index(keys: Keyring, number: int) -> tuple[str, str]:
    key_id, index = next(iter(keys.fingerprints(identity_digest("email", address(number))).items()))
    return index, key_id


def _fingerprints(people: list[tuple[str, str]], ids: list[UUID]) -> Iterator[Row]:
    for made, (index, key_id) in zip(ids, people, strict=True):
        yield made, "email", key_id, index, SEALED, CHOSEN


def _choices(ids: list[UUID]) -> Iterator[Row]:
    for number, who in enumerate(ids):
        yield _choice(number + 1, who, "out")
    for number, who in enumerate(ids[::10]):
        yield _choice(PEOPLE + number + 1, who, "in")


def _choice(number: int, who: UUID, choice: str) -> Row:
    return number, who, f"PC-{number:014d}", "sale", choice, "button", "any", "2026-11-01", CHOSEN, "{}"


def _sqlite(path: str, people: list[tuple[str, str]], ids: list[UUID]) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        for table, columns, rows in _tables(people, ids):
            names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
            plain = (tuple(_plain(value) for value in row) for row in rows)
            connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", plain)  # noqa: S608 (our own names)
        connection.execute("ANALYZE")
    connection.close()


def _tables(people: list[tuple[str, str]], ids: list[UUID]) -> Iterator[tuple[str, tuple[str, ...], Iterator[Row]]]:
    yield "pc_fingerprint", FINGERPRINTS, _fingerprints(people, ids)
    yield "pc_preference", CHOICES, _choices(ids)


def _plain(value: Any) -> Any:
    """A value as SQLAlchemy writes it to SQLite."""
    if isinstance(value, UUID):
        return value.hex
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value


def _postgresql(url: str, people: list[tuple[str, str]], ids: list[UUID]) -> None:
    with psycopg.connect(url) as connection:
        for table, columns, rows in _tables(people, ids):
            names = psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, columns))
            copy = psycopg.sql.SQL("COPY {} ({}) FROM STDIN").format(psycopg.sql.Identifier(table), names)
            with connection.cursor().copy(copy) as writing:
                for row in rows:
                    writing.write_row(row)
        connection.execute(
            "SELECT setval(pg_get_serial_sequence('pc_preference', 'number'), max(number)) FROM pc_preference"
        )
        connection.execute("ANALYZE pc_fingerprint, pc_preference")
