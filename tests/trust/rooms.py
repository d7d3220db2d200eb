"""The house in which the machines walk."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from privacy_center import settings as settings_module
from privacy_center.casework import editions
from privacy_center.casework.work import REQUESTER, Actor
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.records.database import Database
from tests import builders
from tests.conftest import Clock
from tests.trust.conftest import furnished

LOU = "lou@northwind.example"
BEGIN = datetime(2026, 11, 24, 16, 1, tzinfo=UTC)


class Rooms:
    """The house that all walks of a test share, on an event loop of its own."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.loop = asyncio.new_event_loop()
        self.clock = Clock(BEGIN)
        given = settings_module.read(environ)
        self.center = Center(given, furnished(given), Database(given.database_url), self.clock)
        self.walks = 0
        self.taken: list[str] = []
        self.lea, self.lou = self.loop.run_until_complete(self._furnish())

    async def _furnish(self) -> tuple[Actor, Actor]:
        async with self.center.work(by=REQUESTER) as work:
            await editions.keep_all(work)
        lea = await builders.member(self.center, builders.LEA, Role.lead)
        return lea, await builders.member(self.center, LOU, Role.lead)

    def close(self) -> None:
        """Let go of everything."""
        self.loop.run_until_complete(self.center.close())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()


@pytest.fixture
def rooms(environ: dict[str, str]) -> Iterator[Rooms]:
    """The house of one test."""
    rooms = Rooms(environ)
    yield rooms
    rooms.close()
