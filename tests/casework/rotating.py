"""A rotation of the keys that seals one value at a time and says each column that is done."""

import asyncio
import os
from dataclasses import replace

from privacy_center import settings
from privacy_center.casework.rotation import COLUMNS
from privacy_center.center import Center
from privacy_center.worker import rekeying


def rotate() -> None:
    """Rotate in the house that the environment names."""
    rekeying.COLUMNS = tuple(replace(column, batch=1) for column in COLUMNS)  # type: ignore[assignment, attr-defined]
    asyncio.run(_run())


async def _run() -> None:
    center = await Center.open(settings.read(os.environ))
    await rekeying.rotate(center, lambda line: print(line, flush=True))
