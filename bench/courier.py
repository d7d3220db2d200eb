"""A worker as it is shipped, but for its pauses: `python -m bench.courier SLOT` tries again after half a second, for a
benchmark that waited five hours would measure nothing else."""

import asyncio
import os
import sys

from privacy_center import settings, worker
from privacy_center.mailroom import webhooks

if __name__ == "__main__":
    webhooks.PAUSES = (0.5,)  # type: ignore[assignment]
    asyncio.run(worker.run(settings.read(os.environ), slot=sys.argv[1]))
