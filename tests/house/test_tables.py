"""The tables that the revisions make are the tables that the code means."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from privacy_center.records import revisions
from privacy_center.records.migrations import engine_for
from privacy_center.records.models import METADATA


def test_every_start_knows_the_newest_revision(database_url: str) -> None:
    folder = str(revisions.VERSIONS.parent)
    assert ScriptDirectory(folder).get_current_head() == revisions.newest()
    engine = engine_for(database_url)
    with engine.connect() as connection:
        assert revisions.is_current(connection)
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        assert not revisions.is_current(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
        assert not revisions.is_current(connection)
    engine.dispose()


def test_the_revisions_make_what_the_models_say(database_url: str) -> None:
    engine = engine_for(database_url)
    with engine.connect() as connection:
        options = {"include_object": lambda _object, name, kind, *_: kind != "table" or name.startswith("pc_")}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)
        tables = inspect(connection).get_table_names()
    engine.dispose()
    assert not differences
    assert {table.name for table in METADATA.sorted_tables} <= set(tables)
