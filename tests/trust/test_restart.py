"""The database goes away under load and comes back: what was accepted is there, once, and everything goes on by itself.

Only on a PostgreSQL of the test's own: nobody else's server is restarted.
"""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from privacy_center.records.migrations import migrate
from tests import processes
from tests.conftest import settings_for
from tests.databases import OwnServer
from tests.mailbox import Mailbox
from tests.processes import free_port
from tests.trust.test_crash import CLIENTS, Front, Load, Records, all_is_there_once, drained, ready, verify

LOAD, AWAY = 3.0, 1.0
"""Seconds of load before and after each restart, and seconds without a database."""


class Kept(Front):
    """Whatever has ended is started again, as systemd does: a worker that loses its slot ends."""

    def check(self) -> None:
        """Start what has ended."""
        for name, process in self.alive.items():
            if process.poll() is not None:
                self.start(name)


@pytest.fixture
def server() -> Iterator[OwnServer]:
    """A PostgreSQL for this test alone."""
    if os.environ.get("TEST_PG_URL"):
        pytest.skip("TEST_PG_URL names a server that is not ours to restart")
    server = OwnServer()
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_commit = on")  # what was committed survives a crash
        connection.execute("SELECT pg_reload_conf()")
    yield server
    server.stop()


@pytest.fixture
def front(server: OwnServer, mailbox: Mailbox, tmp_path: Path) -> Iterator[Front]:
    """A web and two workers on it."""
    migrate(server.url)
    port = free_port()
    given = {"PRIVACY_CENTER_BASE_URL": f"http://localhost:{port}", "PRIVACY_CENTER_TRUSTED_PROXIES": "127.0.0.1"}
    front = Kept(processes.environment({**settings_for(server.url, mailbox), **given}), port, tmp_path)
    for name in ("serve", "work-1", "work-2"):
        front.start(name)
    yield front
    front.stop()


def restart(server: OwnServer, *, crash: bool) -> None:
    """Stop it as an operator does, or end it at once as a crash does; after a moment it is there again."""
    own = server._server
    if crash:
        pid = own.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGQUIT)
        psutil.Process(pid).wait(20)
    else:
        own.stop()
    time.sleep(AWAY)
    own.ensure_postgres_running()


async def restarts(front: Front, server: OwnServer, load: Load) -> None:
    """Both ways, under load."""
    for crash in (False, True):
        await asyncio.sleep(LOAD)
        await asyncio.to_thread(restart, server, crash=crash)
        front.check()
    await asyncio.sleep(LOAD)
    load.over = True


async def test_a_restarted_database_loses_nothing(front: Front, server: OwnServer, mailbox: Mailbox) -> None:
    await ready(front)
    load = Load(f"http://localhost:{front.port}")
    await asyncio.gather(restarts(front, server, load), *(load.client(number) for number in range(CLIENTS)))
    records = Records(server.url)
    try:
        await ready(front)
        await drained(front, records)
        assert not load.strange, "while the database is away a form is answered with 503, and with nothing else"
        assert len(load.accepted) >= 10
        await all_is_there_once(records, load, mailbox)
    finally:
        await records.close()
    verify(front)
