"""Revisions: whether the tables are those of this code. Every start asks it, and every look at `/readyz`.

Without the machinery that makes the tables (`migrations`): it is a fifth of all that a web process would load.
"""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

VERSIONS = Path(__file__).parent / "migrations" / "versions"
TABLE = "alembic_version"


def is_current(connection: Connection) -> bool:
    """Whether this database has our newest revision."""
    if not inspect(connection).has_table(TABLE):
        return False
    return connection.execute(text(f"SELECT version_num FROM {TABLE}")).scalar() == newest()  # noqa: S608 (a constant)


@cache
def newest() -> str:
    """Our newest revision: each is one file, `0007_signing_keys.py`, and they are counted."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))
