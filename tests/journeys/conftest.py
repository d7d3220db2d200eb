"""The house that all journeys on one database share."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import HOUSES, opened
from tests.databases import KINDS
from tests.processes import Running


@pytest.fixture(scope="package", params=KINDS, ids=HOUSES)
async def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """`serve` and `work`, started as an operator does; closed after the journeys: use mail addresses of your own."""
    async with opened(request, tmp_path_factory.mktemp(f"running-{request.param}"), cold=True) as running:
        yield running
