"""Slots: one worker each, and free the moment a worker dies."""

import pytest

from privacy_center.worker import slots
from privacy_center.worker.slots import SlotTaken


async def test_each_worker_gets_the_first_free_slot(database_url: str) -> None:
    first = await slots.take(database_url, None)
    second = await slots.take(database_url, None)
    assert (first.name, second.name) == ("worker-1", "worker-2")
    await first.release()
    third = await slots.take(database_url, None)
    assert third.name == "worker-1"
    await second.check()
    await second.release()
    await third.release()


async def test_a_named_slot_is_waited_for_and_then_refused(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "PATIENCE", 0.5)
    held = await slots.take(database_url, "east/1")
    with pytest.raises(SlotTaken, match="east/1"):
        await slots.take(database_url, "east/1")
    other = await slots.take(database_url, "west")
    assert not await other.locks.try_lock("east/1")
    await held.release()
    assert await other.locks.try_lock("east/1")
    await other.release()
