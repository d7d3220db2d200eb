"""The job engine: durable jobs on our own database, and jobs of the dead taken over by the living."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import structlog
from dbos import DBOS, DBOSConfig
from dbos import DBOSPortableJSONSerializer as Serializer
from dbos._dbos import _get_dbos_instance
from sqlalchemy.exc import SQLAlchemyError

from privacy_center.casework import letters, outcomes
from privacy_center.records.database import driver_url
from privacy_center.records.jobs import MAIL, TELLING, VERSION, attempt_of
from privacy_center.worker.couriers import Couriers
from privacy_center.worker.rounds import Rounds
from privacy_center.worker.slots import Slot

APPLICATION = "privacy-center"
POLL = 0.2
"""Seconds between two looks into the queue."""

TAKE_OVER = 2.0
"""Seconds between two looks for jobs whose worker has died."""

AT_ONCE = {True: 8, False: 32}
"""Letters under way in one worker: few on SQLite, which has one writer."""

CALLS = 64
"""Calls under way in one worker. While one waits for its answer it holds nothing but its place here."""

LANE = 4
"""Of them to one recipient, so that one which hangs leaves room for the others (S18)."""

GOODBYE = 5
"""Seconds that a stopping worker gives the letter in its hands; what does not end is taken over by its key."""

log = structlog.get_logger()


@asynccontextmanager
async def running(url: str, slot: str, rounds: Rounds, couriers: Couriers) -> AsyncIterator[None]:
    """The engine, listening to the queues of letters and of calls, until the block ends."""
    logging.getLogger("dbos").setLevel(logging.WARNING)
    DBOS(config=_config(url, slot))
    DBOS.workflow(name=letters.JOB)(_letter(rounds))
    DBOS.workflow(name=outcomes.JOB)(_call(couriers))
    DBOS.listen_queues([MAIL, TELLING])
    DBOS.launch()  # inside the loop, so that jobs run in it
    try:
        await _register(is_sqlite=url.startswith("sqlite"))
        yield
    finally:
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=GOODBYE)
        # The engine had lent the loop its threads and has taken them away; what closes after it needs some.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(thread_name_prefix="closing"))


async def _register(*, is_sqlite: bool) -> None:
    """The queues, as this version has them."""
    often: dict[str, Any] = {"polling_interval_sec": POLL, "on_conflict": "always_update"}
    await DBOS.register_queue_async(MAIL, worker_concurrency=AT_ONCE[is_sqlite], **often)
    await DBOS.register_queue_async(TELLING, worker_concurrency=CALLS, partition_worker_concurrency=LANE, **often)


def _config(url: str, slot: str) -> DBOSConfig:
    """Everything local: no conductor, no telemetry, no other server than the database."""
    return {
        "name": APPLICATION,
        "system_database_url": driver_url(url),
        "sys_db_pool_size": 20,
        "application_version": VERSION,
        "executor_id": slot,
        "serializer": Serializer(),
        "enable_otlp": False,
        "run_migrations": False,  # `privacy-center migrate` does that
        "log_level": "WARNING",
    }


def _call(couriers: Couriers) -> Callable[[str], Coroutine[Any, Any, str]]:
    async def tell(delivery_id: str) -> str:
        return await couriers.tell(delivery_id, attempt_of(DBOS.workflow_id))

    return tell


def _letter(rounds: Rounds) -> Callable[[str], Coroutine[Any, Any, str]]:
    async def send_letter(letter_id: str) -> str:
        return await rounds.send(letter_id)

    return send_letter


async def take_over_forever(slot: Slot) -> None:
    """Keep our own slot, and every two seconds take over what the dead left and what nobody runs. Raises SlotLost."""
    idle: frozenset[str] = frozenset()
    while True:
        await asyncio.sleep(TAKE_OVER)
        await slot.check()
        try:
            await take_over(slot)
            idle = await take_up(slot, idle)
        except SQLAlchemyError as error:
            log.warning("take_over_failed", error=type(error).__name__)


async def take_up(slot: Slot, before: frozenset[str]) -> frozenset[str]:
    """Run our own pending jobs that nobody here runs, if that was so two seconds ago; returns those of now.

    Where the database goes away just as a job is claimed, it is ours on paper and nobody knows of it.
    """
    pending = await DBOS.list_workflows_async(
        status="PENDING", executor_id=[slot.name], load_input=False, load_output=False
    )
    idle = frozenset(job.workflow_id for job in pending) - frozenset(_running())
    lost = idle & before
    for queue in (MAIL, TELLING):
        if ours := sorted(job.workflow_id for job in pending if job.workflow_id in lost and job.queue_name == queue):
            await DBOS.resume_workflows_async(ours, queue_name=queue)
            log.info("jobs_taken_up", jobs=len(ours), queue=queue)
    return idle - before


def _running() -> list[str]:
    """The jobs that this process runs. Private in the engine, whose version is pinned."""
    return _get_dbos_instance()._active_workflows_set.activeList()


async def take_over(slot: Slot) -> None:
    """Give the pending jobs of every worker whose lock is free back to the queue."""
    pending = await DBOS.list_workflows_async(status="PENDING", load_input=False, load_output=False)
    for name in sorted({job.executor_id for job in pending if job.executor_id} - {slot.name}):
        if await slot.locks.try_lock(name):
            try:
                await asyncio.to_thread(DBOS._recover_pending_workflows, [name])
                log.info("jobs_taken_over", slot=name)
            finally:
                await slot.locks.unlock(name)
