"""Brings a database to the newest shape, ours and the job engine's, safely and once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from dbos import DBOS
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from privacy_center.records.database import driver_url, sqlite_path, sqlite_pragmas

LOCK = 0x707263  # "prc": one migration at a time on PostgreSQL


def migrate(url: str) -> None:
    """Bring both schemas to their newest revision. Several processes may call it at once."""
    if url.startswith("sqlite"):
        Path(sqlite_path(url)).parent.mkdir(parents=True, exist_ok=True)
    engine = engine_for(url)
    try:
        with engine.connect() as connection:
            _lock(connection)
            command.upgrade(_config(connection), "head")
            _check_keys(connection)
            connection.commit()
            # The WAL file exists by now; the job engine then finds its database in the right mode.
            DBOS.migrate(driver_url(url))
            _unlock(connection)
    finally:
        engine.dispose()


def engine_for(url: str) -> Engine:
    """A plain engine for migrations: foreign keys off on SQLite, where batch mode recreates parents."""
    engine = create_engine(driver_url(url), poolclass=NullPool)
    if url.startswith("sqlite"):
        event.listen(engine, "connect", _pragmas)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _pragmas(connection: object, record: object) -> None:
    sqlite_pragmas(connection, record)
    connection.cursor().execute("PRAGMA foreign_keys=OFF")  # type: ignore[attr-defined]


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        connection.commit()


def _unlock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
        connection.commit()


def _check_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("the migration broke a foreign key; nothing was changed")
