"""The tests' own databases: what one test wrote or changed, no other finds."""

import psycopg

from tests.databases import PostgresqlDatabases

ROW = "INSERT INTO pc_counter (key, \"window\", count) VALUES ('a', 1, 1)"


def test_a_database_that_is_lent_again_is_empty(postgresql_databases: PostgresqlDatabases) -> None:
    with postgresql_databases.fresh() as first, psycopg.connect(first) as connection:
        connection.execute(ROW)
        connection.commit()
        with postgresql_databases.fresh() as other:
            assert other != first
    with postgresql_databases.fresh() as one, postgresql_databases.fresh() as two:
        assert first in {one, two}
        with psycopg.connect(first) as connection:
            assert connection.execute("SELECT count(*) FROM pc_counter").fetchone() == (0,)


def test_a_database_whose_tables_were_changed_is_never_lent_again(postgresql_databases: PostgresqlDatabases) -> None:
    with postgresql_databases.fresh() as first, psycopg.connect(first) as connection:
        connection.execute("DROP TRIGGER pc_event_append_only ON pc_event")
    with postgresql_databases.fresh() as again:
        assert again != first
