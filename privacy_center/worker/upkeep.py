"""Upkeep: once an hour, what has been kept long enough is forgotten; once a day, the trail is anchored."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

import structlog

from privacy_center.casework import anchors, cases, retention, sealed_files
from privacy_center.casework.retention import Counts
from privacy_center.casework.work import CLOCK, Work
from privacy_center.center import Center
from privacy_center.records.case import Case
from privacy_center.worker.faults import fault

log = structlog.get_logger()

TOGETHER = 20
"""Cases of one transaction, which ends with one line in the house's trail."""

Destroy = Callable[[Work, Case], Awaitable[Counts | None]]


class Upkeep:
    """One worker's upkeep; several may be at it at once: each case is locked and its dates are read again."""

    def __init__(self, center: Center) -> None:
        self._center = center

    async def once(self) -> Counts:
        """Everything that is due now; returns how much of each kind was destroyed."""
        await self._set_dates()
        destroyed = await self._until_done(retention.with_expired_files, retention.destroy_expired_files)
        destroyed += await self._until_done(retention.due, retention.forget)
        destroyed += await self._forget_loose()
        destroyed += await self._remove_orphans()
        if destroyed:
            log.info("retention", **destroyed)
        await self._anchor()
        return destroyed

    async def _set_dates(self) -> None:
        found = retention.BATCH
        while found == retention.BATCH:
            async with self._center.work(by=CLOCK) as work:
                found = await retention.set_dates(work)

    async def _until_done(self, due: Callable[[Work], Awaitable[list[str]]], destroy: Destroy) -> Counts:
        """Batch after batch, each case once: what failed is left for the next hour."""
        total: Counts = Counter()
        seen: set[str] = set()
        while True:
            async with self._center.reading(by=CLOCK) as work:
                references = [reference for reference in await due(work) if reference not in seen]
            if not references:
                return total
            for at in range(0, len(references), TOGETHER):
                total += await self._destroy(references[at : at + TOGETHER], destroy)
            seen.update(references)

    async def _destroy(self, references: Sequence[str], destroy: Destroy) -> Counts:
        """A few cases and their line in the house's trail, in one transaction; one that fails spoils no other."""
        total: Counts = Counter()
        async with self._center.work(by=CLOCK) as work:
            for reference in references:
                try:
                    async with work.session.begin_nested():
                        total += await _counted(work, reference, destroy)
                except Exception as error:
                    log.error("case_not_forgotten", case=reference, **fault(error))
            await retention.report(work, total)
        return total

    async def _forget_loose(self) -> Counts:
        total: Counts = Counter()
        while True:
            async with self._center.work(by=CLOCK) as work:
                destroyed = await retention.forget_loose(work)
                await retention.report(work, destroyed)
            total += destroyed
            if max(destroyed.values()) < retention.BATCH:
                return total

    async def _remove_orphans(self) -> Counts:
        async with self._center.work(by=CLOCK) as work:
            removed = Counter(orphans=await sealed_files.remove_orphans(work))
            await retention.report(work, removed)
        return +removed

    async def _anchor(self) -> None:
        async with self._center.work(by=CLOCK) as work:
            anchor = await anchors.cast(work)
        if anchor is not None:
            log.info(
                "anchor", number=anchor.number, day=anchor.day.isoformat(), chains=anchor.chains, digest=anchor.digest
            )


async def _counted(work: Work, reference: str, destroy: Destroy) -> Counts:
    destroyed = await destroy(work, await cases.locked(work, reference))
    return destroyed if destroyed is not None else Counter()
