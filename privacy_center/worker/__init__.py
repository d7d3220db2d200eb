"""The worker: sends the letters, lets time act, takes over what a dead worker left. Any number may run at once."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import datetime

import structlog

from privacy_center.center import Center, wall_clock
from privacy_center.settings import Settings
from privacy_center.worker import engine, slots
from privacy_center.worker.couriers import Couriers
from privacy_center.worker.probes import Probes
from privacy_center.worker.rounds import Rounds
from privacy_center.worker.slots import Slot
from privacy_center.worker.sweep import Sweep

log = structlog.get_logger()


async def run(settings: Settings, *, slot: str | None = None, now: Callable[[], datetime] = wall_clock) -> None:
    """Work until SIGTERM or SIGINT. Raises SettingsError, Contradictions, SlotTaken or SlotLost."""
    with _signals() as told_to_stop:
        async with _working(settings, slot, now) as running:
            waiting = asyncio.create_task(told_to_stop.wait())
            try:
                await asyncio.wait([waiting, *running], return_when=asyncio.FIRST_COMPLETED)
            finally:
                waiting.cancel()
            for task in running:
                if task.done():
                    task.result()  # a loop that ended by itself ended with an error: say so


@asynccontextmanager
async def _working(
    settings: Settings, wanted: str | None, now: Callable[[], datetime]
) -> AsyncIterator[list[asyncio.Task[None]]]:
    """The house open, a slot held, the engine running, the loops going; all of it undone in reverse."""
    async with AsyncExitStack() as stack:
        center = await Center.open(settings, now=now)
        stack.push_async_callback(center.close)
        slot = await slots.take(settings.database_url, wanted)
        stack.push_async_callback(slot.release)
        rounds = Rounds(center)
        stack.push_async_callback(rounds.close)
        await stack.enter_async_context(engine.running(settings.database_url, slot.name, rounds, Couriers(center)))
        yield await stack.enter_async_context(_loops(center, slot))
        log.info("worker_stopping", slot=slot.name)


@asynccontextmanager
async def _loops(center: Center, slot: Slot) -> AsyncIterator[list[asyncio.Task[None]]]:
    loops = (Sweep(center).forever(), Probes(center).forever(), engine.take_over_forever(slot))
    tasks = [asyncio.create_task(loop) for loop in loops]
    log.info("worker_started", slot=slot.name)
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def _signals() -> Iterator[asyncio.Event]:
    """An event that SIGTERM and SIGINT set; the handlers are taken back at the end."""
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT) if threading.current_thread() is threading.main_thread() else ()
    for number in numbers:
        loop.add_signal_handler(number, told.set)
    try:
        yield told
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
