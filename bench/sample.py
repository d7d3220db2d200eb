"""What one real request writes: its statements, counted, and its rows, to be written again bare."""

from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import Engine, Table, event, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

from privacy_center import app
from privacy_center.links import new_reference
from privacy_center.records.models import METADATA
from privacy_center.records.rows import new_id
from privacy_center.settings import Settings

FORM = {
    "right": "access",
    "place": "IE",
    "email": "ada.sample@home.example",
    "name": "Ada Example",
    "note": "My customer number is 4711.",
    "form": "sample",
}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """The rows of one request in the order of their tables, and the statements that it took to write them."""

    rows: tuple[tuple[Table, Row], ...]
    statements: tuple[str, ...]

    def fresh(self) -> list[tuple[Table, list[Row]]]:
        """The same rows as another request would have them: new ids, new unique names, the same sizes."""
        ids: dict[UUID, UUID] = {}
        tables: dict[Table, list[Row]] = {}
        for table, row in self.rows:
            tables.setdefault(table, []).append(_renewed(row, ids))
        return list(tables.items())


def _renewed(row: Row, ids: dict[UUID, UUID]) -> Row:
    new = {name: _id(value, ids) if isinstance(value, UUID) else value for name, value in row.items()}
    new |= {name: str(new_id()) for name in ("form_key", "key") if new.get(name)}
    return new | ({"reference": new_reference()} if "reference" in new else {})


def _id(old: UUID, ids: dict[UUID, UUID]) -> UUID:
    return ids.setdefault(old, new_id())


async def of_one_request(settings: Settings) -> Sample:
    """Post one form through the real doors, on a database of its own, and look what came of it."""
    real = app.build(settings)
    async with real.router.lifespan_context(real):
        session = real.state.center.database.transaction
        before = await _rows(session)
        with _counted() as statements:
            await _post(real, settings.base_url)
        after = await _rows(session)
    new = tuple((table, row) for table, row in after if (table, row) not in before)
    return Sample(new, tuple(statements))


async def _post(real: Starlette, base_url: str) -> None:
    transport = httpx2.ASGITransport(real)
    async with httpx2.AsyncClient(transport=transport, base_url=base_url) as client:
        answer = await client.post("/requests/new", data=FORM)
    assert answer.status_code == 303, answer.text


async def _rows(transaction: Any) -> list[tuple[Table, Row]]:
    session: AsyncSession
    async with transaction() as session:
        found = []
        for table in METADATA.sorted_tables:
            rows = (await session.execute(select(table))).mappings()
            found += [(table, _plain(row)) for row in rows]
        return found


def _plain(row: Mapping[Any, Any]) -> Row:
    return {str(name): value for name, value in row.items()}


@contextmanager
def _counted() -> Any:
    """The statements that any engine of this process executes inside the block."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(" ".join(statement.split()))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)
