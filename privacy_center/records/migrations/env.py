"""Alembic's door: runs revisions on the connection that `migrate` opened."""

from typing import Any

from alembic import context

from privacy_center.records.models import METADATA


def ours(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Only our own tables: the job engine's live in the same database."""
    return kind != "table" or bool(name and name.startswith("pc_"))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=True,
    include_object=ours,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
