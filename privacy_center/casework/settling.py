"""Settling: waiting until whatever was being written to a table is there or gone, without holding anybody up."""

import asyncio
from typing import Any

from sqlalchemy import text

from privacy_center.casework.work import Work

POLL, PATIENCE = 0.02, 3.0
"""Seconds between two looks, and until we give up."""

WRITERS = text(
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND relation = to_regclass(:name)"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND mode = 'RowExclusiveLock' AND granted"
)
"""A transaction holds this lock from before its first number is drawn until after its rows can be seen."""


class Unsettled(Exception):
    """Somebody is writing for longer than we wait."""


async def writers(work: Work, table: str) -> None:
    """Wait for the transactions that write to this table now; later ones are not waited for and not held up.

    PostgreSQL draws a number before the row that bears it can be seen, so a reader could pass over it for good. SQLite
    has one writer. Raises Unsettled.
    """
    if work.session.get_bind().dialect.name == "sqlite":
        return
    waited, left = 0.0, await _writing(work, table)
    while left:
        if waited >= PATIENCE:
            raise Unsettled
        await asyncio.sleep(POLL)
        waited += POLL
        left &= await _writing(work, table)


async def _writing(work: Work, table: str) -> set[str]:
    found: Any = await (await work.session.connection()).execute(WRITERS, {"name": table})
    return set(found.scalars())
