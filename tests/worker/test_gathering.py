"""What waits is put into deliveries, by many workers at once: each telling into one, none into two (D16)."""

import asyncio
from collections import Counter

from privacy_center.casework import telling
from privacy_center.casework.work import CLOCK
from privacy_center.center import Center
from privacy_center.records.telling import Silenced
from privacy_center.worker.sweep import BATCHES, Sweep
from tests.worker import hearing


async def test_many_workers_put_each_telling_into_one_delivery(center: Center) -> None:
    for number in range(230):
        await hearing.no(center, who=f"p{number}@people.example")
    await asyncio.gather(*(Sweep(center).gather() for _ in range(4)))
    sizes = Counter(line.delivery_id for line in await hearing.lines(center))
    assert None not in sizes
    assert sum(sizes.values()) == 230
    assert max(sizes.values()) <= telling.TOGETHER
    assert len(sizes) <= BATCHES


async def test_what_a_silenced_recipient_has_to_hear_waits(center: Center) -> None:
    await hearing.no(center)
    async with center.work(by=CLOCK) as work:
        work.session.add(Silenced(recipient="adreach", why="a test", since=work.now))
    await Sweep(center).gather()
    assert [line.delivery_id for line in await hearing.lines(center)] == [None]
