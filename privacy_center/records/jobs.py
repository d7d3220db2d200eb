"""What is still to be done outside: durable jobs, enqueued in the caller's own transaction."""

from dbos import DBOSClient
from dbos import DBOSPortableJSONSerializer as Serializer
from sqlmodel.ext.asyncio.session import AsyncSession

from privacy_center.records.database import driver_url

MAIL = "mail"
"""The queue of letters."""

TELLING = "telling"
"""The queue of calls to recipients, a lane for each: a slow one of them holds up neither letters nor the others."""

VERSION = "1"
"""Of the jobs' code; raised only for an incompatible change, after the queue has drained."""


class Jobs:
    """The side of the job engine that files work; the worker does it."""

    def __init__(self, url: str) -> None:
        self._client = DBOSClient(system_database_url=driver_url(url), serializer=Serializer(), lazy=True)

    async def enqueue(
        self,
        session: AsyncSession,
        job: str,
        *,
        key: str,
        argument: str,
        delay: float = 0,
        queue: str = MAIL,
        lane: str | None = None,
    ) -> None:
        """File a job that commits or vanishes with the caller. The same key twice is filed once.

        In a queue with lanes, every job names one, and one lane that is slow leaves room for the others.
        """
        options = {"workflow_name": job, "queue_name": queue, "workflow_id": key}
        if delay > 0:
            options["delay_seconds"] = delay  # type: ignore[assignment]
        if lane is not None:
            options["queue_partition_key"] = lane
        await session.run_sync(  # on the bare connection: the engine's rows need none of a session's bookkeeping
            lambda s: self._client.enqueue_in_transaction(s.connection(), options, argument)  # type: ignore[arg-type]
        )

    def close(self) -> None:
        """Close the engine's connections."""
        self._client.destroy()


def attempt_of(job: str | None) -> int:
    """Which try a job is, from its key: `<id>` is the first, `<id>-r3` the one after three failures."""
    _, _, number = (job or "").rpartition("-r")
    return int(number) if number.isdecimal() else 0
