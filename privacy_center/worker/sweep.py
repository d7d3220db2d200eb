"""The sweep: lets time act on the cases that are due, and clears away what has ended."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from math import floor

import structlog
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import col, delete

from privacy_center.casework import alarms, budget, cases, digests, lateness, sessions, telling
from privacy_center.casework.work import CLOCK, Work
from privacy_center.center import Center
from privacy_center.records.counter import Counter
from privacy_center.worker.faults import fault
from privacy_center.worker.upkeep import Upkeep

EVERY = 3.0
"""Seconds between two sweeps. No date depends on it: what is due is also seen on reading (rule 5)."""

BATCHES = 40
"""Deliveries for each recipient in one sweep: a flood of choices keeps no case waiting (D16)."""

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
            await self._guarded("telling", self.gather)
            await self._guarded("lateness", self.see_to_late)
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
                await self._one(reference, _catch_up)

    async def fold(self) -> None:
        """Tell each flooded mailbox of what is held for it, each in a transaction of its own."""
        async with self._center.reading(by=CLOCK) as work:
            flooded = await digests.due(work)
        for index in flooded:
            async with self._center.work(by=CLOCK) as work:
                await digests.fold(work, index)

    async def gather(self) -> None:
        """Put what recipients have to hear into deliveries, until nothing waits or it is time to look elsewhere."""
        for _ in range(BATCHES):
            async with self._center.work(by=CLOCK) as work:
                if not await telling.gather(work):
                    break

    async def see_to_late(self) -> None:
        """Open a case for each choice that a recipient has let pass, each in a transaction of its own."""
        async with self._center.work(by=CLOCK) as work:
            late = await lateness.due(work)
        for press in late:
            if press not in self._resting:
                await self._one(press, lateness.open_case)

    async def _one(self, name: str, act: Callable[[Work, str], Awaitable[object]]) -> None:
        try:
            async with self._center.work(by=CLOCK) as work:
                await act(work, name)
        except StaleDataError:
            pass  # somebody was faster, and has done it
        except Exception as error:
            self._resting[name] = self._center.now() + REST
            log.error("case_not_swept", case=name, **fault(error))

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


async def _catch_up(work: Work, reference: str) -> None:
    await alarms.catch_up(work, await cases.locked(work, reference))


async def forget_counts(work: Work) -> None:
    """Remove the counts of windows that have passed; no budget reads them again."""
    for per in (budget.HOUR, budget.DAY):
        seconds = int(per.total_seconds())
        window = floor(work.now.timestamp() / seconds)
        old = (col(Counter.key).like(f"%/{seconds}"), col(Counter.window) < window)
        await work.session.exec(delete(Counter).where(*old))
