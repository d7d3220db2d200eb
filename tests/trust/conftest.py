"""A house of each test's own, with the law library read once: reading it takes longer than most of these tests."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from privacy_center import center as center_module
from privacy_center.casework import editions
from privacy_center.casework.work import REQUESTER, House
from privacy_center.center import Center
from privacy_center.records.database import Database
from privacy_center.records.jobs import Jobs
from privacy_center.settings import Settings
from tests.conftest import Clock

_built: dict[str, House] = {}


def furnished(settings: Settings) -> House:
    """The rooms' common things for this database; its law is shared with the other tests, for nothing changes it."""
    if not _built:
        _built["house"] = center_module.build(settings)
    jobs = Jobs(settings.database_url)
    return replace(_built["house"], jobs=jobs, files=settings.files, past_workflows={}, past_regimes={})


@pytest.fixture
async def center(settings: Settings, clock: Clock) -> AsyncIterator[Center]:
    """An open house on a fresh database, with the test's clock."""
    center = Center(settings, furnished(settings), Database(settings.database_url), clock)
    async with center.work(by=REQUESTER) as work:
        await editions.keep_all(work)
    yield center
    await center.close()
