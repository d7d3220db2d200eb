"""While the database is down or locked, a page says that nothing was saved and when to come back; then all is well."""

import sqlite3
from collections.abc import AsyncIterator, Iterator

import pytest
from httpx2 import Response
from sqlalchemy import text
from structlog.testing import capture_logs

from privacy_center import settings as settings_module
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.records.migrations import migrate
from tests import builders
from tests.conftest import Clock, settings_for
from tests.databases import OwnServer, SqliteDatabases
from tests.mailbox import Mailbox
from tests.trust import doors
from tests.trust.test_restart import server

__all__ = ["server"]

FORM = {"right": "access", "place": "DE", "email": builders.ADA, "name": "Ada", "form": "once"}


@pytest.fixture
async def locked(sqlite_databases: SqliteDatabases, mailbox: Mailbox, clock: Clock) -> AsyncIterator[Center]:
    """A house on SQLite whose writers have little patience."""
    with sqlite_databases.fresh() as url:
        center = await Center.open(settings_module.read(settings_for(url, mailbox)), now=clock)
        async with center.database.transaction() as session:
            await (await session.connection()).execute(text("PRAGMA busy_timeout = 50"))
        yield center
        await center.close()


@pytest.fixture
async def on_server(server: OwnServer, mailbox: Mailbox, clock: Clock) -> AsyncIterator[Center]:
    """A house on a PostgreSQL of its own."""
    migrate(server.url)
    center = await Center.open(settings_module.read(settings_for(server.url, mailbox)), now=clock)
    yield center
    await center.close()


@pytest.fixture
def writer(locked: Center) -> Iterator[sqlite3.Connection]:
    """Somebody else who writes into the same file and does not end."""
    connection = sqlite3.connect(locked.settings.database_url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


def says_come_back(answer: Response) -> None:
    """What somebody reads then."""
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"
    assert answer.headers["cache-control"] == "no-store"
    assert "Nothing that you sent was saved." in answer.text
    assert builders.ADA not in answer.text


async def test_a_locked_file_is_a_503_and_the_same_form_counts_later(
    locked: Center, writer: sqlite3.Connection
) -> None:
    client = doors.visitor(locked)
    with capture_logs() as logs:
        says_come_back(await client.post("/requests/new", data=FORM))
    (line,) = [line for line in logs if line["event"] == "database_away"]
    assert (line["error"], line["code"]) == ("OperationalError", "SQLITE_BUSY")
    assert builders.ADA not in str(logs)
    writer.execute("ROLLBACK")
    for _ in range(2):
        assert (await client.post("/requests/new", data=FORM)).status_code == 303
    assert len((await doors.rows(locked))["pc_case"]) == 1


async def test_a_machine_gets_problem_details(locked: Center, writer: sqlite3.Connection) -> None:
    headers = {"Accept": "application/json"}
    answer = await doors.visitor(locked).post("/requests/new", data=FORM, headers=headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["status"], answer.json()["type"]) == (503, "about:blank")


async def test_a_wrong_statement_is_our_fault_and_no_outage(locked: Center) -> None:
    async with locked.database.transaction() as session:
        await (await session.connection()).execute(text("ALTER TABLE pc_session RENAME TO pc_gone"))
    client = doors.visitor(locked)
    client.cookies.set("requester", "x" * 43)
    assert (await client.get("/requests")).status_code == 500


async def test_a_stopped_server_is_a_503_on_every_page_that_needs_it(on_server: Center, server: OwnServer) -> None:
    reference = await builders.a_case(on_server)
    hana, ada = await doors.staff(on_server, Role.handler), await doors.requester(on_server, reference)
    server._server.stop()
    try:
        with capture_logs() as logs:
            says_come_back(await ada.post("/requests/new", data=FORM))
            for page in (await ada.get(f"/requests/{reference}"), await hana.get("/desk")):
                says_come_back(page)
                assert "Try again" in page.text
            says_come_back(await hana.post(f"/desk/cases/{reference}/steps/ask", data={"text": "Which shop?"}))
        assert (await ada.get("/readyz")).status_code == 503
        assert (await ada.get("/contact")).status_code == (await ada.get("/healthz")).status_code == 200
    finally:
        server._server.ensure_postgres_running()
    assert builders.ADA not in str(logs)
    assert "Which shop?" not in str(logs)
    assert (await ada.post("/requests/new", data=FORM)).status_code == 303
    assert (await hana.get(f"/desk/cases/{reference}")).status_code == 200
