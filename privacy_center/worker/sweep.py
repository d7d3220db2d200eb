"""The sweep: lets time act on the cases that are due, and clears away what has ended."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from math import floor

import structlog
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import col, delete

from privacy_center.casework import alarms, budget, cases, digests, sessions
from privacy_center.casework.work import CLOCK, Work
from privacy_center.center import Center
from privacy_center.records.counter import Counter
from privacy_center.worker.faults import fault
from privacy_center.worker.upkeep import Upkeep

EVERY = 3.0
"""Seconds between two sweeps. No date depends on it: what is due is also seen on reading (rule 5)."""

TIDY = timedelta(hours=1)
"""Between two clearings."""

REST = timedelta(minutes=10)
"""How long a case that failed is left alone, so that one fault does not fill the log."""

log = structlog.get_logger()


class Sweep:
    """One worker's sweeping; several may sweep at once: each case is locked and its alarm is read again."""

    def __init__(self, center: Center) -> None:
        self._center = center
        self._resting: dict[str, datetime] = {}
        self._tidied: datetime | None = None
        self._upkeep = Upkeep(center)

    async def forever(self) -> None:
        """Sweep until cancelled. Nothing that goes wrong ends it."""
        while True:
            await self._guarded("sweep", self.once)
            await self._guarded("digests", self.fold)
            if self._tidied is None or self._center.now() - self._tidied >= TIDY:
                await self._guarded("tidy", self._tidy)
                await self._guarded("upkeep", self._upkeep.once)
            await asyncio.sleep(EVERY)

    async def once(self) -> None:
        """Let time act on every case that is due, each in a transaction of its own."""
        async with self._center.reading(by=CLOCK) as work:
            due = await alarms.due(work)
        self._resting = {name: until for name, until in self._resting.items() if until > self._center.now()}
        for reference in due:
            if reference not in self._resting:
                await self._one(reference)

    async def fold(self) -> None:
        """Tell each flooded mailbox of what is held for it, each in a transaction of its own."""
        async with self._center.reading(by=CLOCK) as work:
            flooded = await digests.due(work)
        for index in flooded:
            async with self._center.work(by=CLOCK) as work:
                await digests.fold(work, index)

    async def _one(self, reference: str) -> None:
        try:
            async with self._center.work(by=CLOCK) as work:
                await alarms.catch_up(work, await cases.locked(work, reference))
        except StaleDataError:
            pass  # somebody was faster, and has done it
        except Exception as error:
            self._resting[reference] = self._center.now() + REST
            log.error("case_not_swept", case=reference, **fault(error))

    async def _guarded(self, what: str, act: Callable[[], Awaitable[object]]) -> None:
        try:
            await act()
        except Exception as error:
            log.error(f"{what}_failed", **fault(error))

    async def _tidy(self) -> None:
        async with self._center.work(by=CLOCK) as work:
            await sessions.forget_expired(work)
            await forget_counts(work)
        self._tidied = self._center.now()


async def forget_counts(work: Work) -> None:
    """Remove the counts of windows that have passed; no budget reads them again."""
    for per in (budget.HOUR, budget.DAY):
        seconds = int(per.total_seconds())
        window = floor(work.now.timestamp() / seconds)
        old = (col(Counter.key).like(f"%/{seconds}"), col(Counter.window) < window)
        await work.session.exec(delete(Counter).where(*old))
