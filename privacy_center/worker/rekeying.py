"""Rekeying: the operator's run over everything sealed, in many short transactions beside web and workers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import TypeVar
from uuid import UUID

from sqlalchemy.exc import OperationalError

from privacy_center.casework import rotation
from privacy_center.casework.rotation import COLUMNS, UNREADABLE, Column, Page
from privacy_center.casework.work import OPERATOR, Work
from privacy_center.center import Center

Result = TypeVar("Result")
Tell = Callable[[str], None]

TRIES = 5
"""How often a batch is tried that met another transaction on its way."""

FOLDER = "files in the folder"


async def rotate(center: Center, tell: Tell) -> Counter[int]:
    """Seal everything under the newest key, then open everything once; returns how many values each key holds.

    What is said on the way names columns and numbers, never a value or a key.
    """
    for column in COLUMNS:
        tell(f"{column.place}: {await _column(center, column)} sealed anew")
    if center.house.files is not None:
        tell(f"{FOLDER}: {await _folder(center)} sealed anew")
    return await census(center)


async def _column(center: Center, column: Column) -> int:
    changed = 0
    async for page in _pages(center, partial(rotation.page, column=column, stale=True)):
        changed += await _committed(center, partial(rotation.reseal, column=column, values=page.values))
    return changed


async def _folder(center: Center) -> int:
    changed = 0
    async for page in _pages(center, rotation.in_folder):
        for file_id, _ in page.values:
            changed += await _committed(center, partial(rotation.reseal_file, file_id=file_id))
    return changed


async def _committed(center: Center, act: Callable[[Work], Awaitable[Result]]) -> Result:
    """One transaction, tried again where a deadlock or a lost connection ended it: nothing of it was written then."""
    for left in reversed(range(TRIES)):
        try:
            async with center.work(by=OPERATOR) as work:
                return await act(work)
        except OperationalError:
            if not left:
                raise
            await asyncio.sleep(0.2)
    raise AssertionError("unreachable")


async def _pages(center: Center, read: Callable[..., Awaitable[Page]]) -> AsyncIterator[Page]:
    """Page after page, each read by itself: no transaction is open while the values are sealed."""
    after: UUID | None = None
    while True:
        async with center.reading(by=OPERATOR) as work:
            page = await read(work, after=after)
        if page.values:
            yield page
        if page.after is None:
            return
        after = page.after


async def census(center: Center) -> Counter[int]:
    """How many values each key holds, and under `UNREADABLE` those that none opens. Opens every one of them."""
    found: Counter[int] = Counter()
    for column in COLUMNS:
        async for page in _pages(center, partial(rotation.page, column=column, stale=False)):
            async with center.reading(by=OPERATOR) as work:
                found += rotation.tally(work, column, page.values)
    if center.house.files is not None:
        async for page in _pages(center, rotation.in_folder):
            async with center.reading(by=OPERATOR) as work:
                for file_id, _ in page.values:
                    found += await rotation.tally_file(work, file_id)
    return found


def told(found: Counter[int], keys: int, *, derived: bool) -> list[str]:
    """The census in words: which of the listed keys may go."""
    lines = [
        f"key {number + 1} of {keys}{' (the newest)' if number == 0 else ''}: {found[number]} values"
        for number in range(keys)
    ]
    if found[UNREADABLE]:
        return [*lines, f"{found[UNREADABLE]} values are opened by none of these keys: drop none, find the missing one"]
    empty = [str(number + 1) for number in range(1, keys) if not found[number]]
    if derived and str(keys) in empty:
        empty.remove(str(keys))
        lines.append(f"key {keys} must stay: INDEX_KEY or SIGNING_KEYS is derived from it")
    if empty:
        lines.append(
            f"no value needs key {' or '.join(empty)} any more: it may be dropped once every web and worker "
            "process has been started with the newest key"
        )
    return lines
