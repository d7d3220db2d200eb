"""A house at work: requests filed through the center, workers in this process and in processes of their own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from sqlmodel import col, select

from privacy_center import worker
from privacy_center.casework import intake
from privacy_center.casework.intake import Filing
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.records.case import Case
from privacy_center.records.letter import Letter
from privacy_center.settings import Settings
from tests.conftest import Clock
from tests.processes import PATIENCE, Process, environment, start


@asynccontextmanager
async def working(settings: Settings, clock: Clock, *, slot: str | None = None) -> AsyncIterator[asyncio.Task[None]]:
    """A worker in this process, with the test's clock."""
    task = asyncio.create_task(worker.run(settings, slot=slot, now=clock))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def worker_process(environ: Mapping[str, str], slot: str, log: Path) -> Process:
    """A worker in a process of its own, which a test may kill."""
    return start("work", "--slot", slot, environ=environment(environ), log=log)


async def file(center: Center, email: str, *, right: str = "access", place: str = "DE") -> Case:
    """One request, filed as at the door."""
    async with center.work(by=REQUESTER) as work:
        (case,) = await intake.open_cases(work, Filing((right,), place, email))
        return case


async def letters_of(center: Center, case: Case) -> list[Letter]:
    """A case's letters, oldest first, read anew."""
    async with center.reading(by=REQUESTER) as work:
        query = select(Letter).where(col(Letter.case_id) == case.id).order_by(col(Letter.id))
        return list(await work.session.exec(query))


async def until(center: Center, case: Case, delivery: str) -> Letter:
    """The case's first letter, once it has come this far."""
    return await _once(center, case, lambda letter: letter.delivery == delivery)


async def until_tried(center: Center, case: Case, attempts: int) -> Letter:
    """The case's first letter, once it has failed so often."""
    return await _once(center, case, lambda letter: letter.attempts >= attempts)


async def _once(center: Center, case: Case, holds: Callable[[Letter], bool]) -> Letter:
    async with asyncio.timeout(PATIENCE):
        while not holds(letter := (await letters_of(center, case))[0]):  # noqa: ASYNC110 (another process acts)
            await asyncio.sleep(0.05)
    return letter
