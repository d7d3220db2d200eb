"""What is still to be done outside: durable jobs, enqueued in the caller's own transaction."""

from dbos import DBOSClient
from dbos import DBOSPortableJSONSerializer as Serializer
from sqlmodel.ext.asyncio.session import AsyncSession

from privacy_center.records.database import driver_url

MAIL = "mail"
"""The queue of letters."""

VERSION = "1"
"""Of the jobs' code; raised only for an incompatible change, after the queue has drained."""


class Jobs:
    """The side of the job engine that files work; the worker does it."""

    def __init__(self, url: str) -> None:
        self._client = DBOSClient(system_database_url=driver_url(url), serializer=Serializer(), lazy=True)

    async def enqueue(self, session: AsyncSession, job: str, *, key: str, argument: str, delay: float = 0) -> None:
        """File a job that commits or vanishes with the caller. The same key twice is filed once."""
        options = {"workflow_name": job, "queue_name": MAIL, "workflow_id": key}
        if delay > 0:
            options["delay_seconds"] = delay  # type: ignore[assignment]
        await session.run_sync(
            lambda s: self._client.enqueue_in_transaction(s, options, argument)  # type: ignore[arg-type]
        )

    def close(self) -> None:
        """Close the engine's connections."""
        self._client.destroy()
