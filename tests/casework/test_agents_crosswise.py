"""Two agents for each other at the same moment: of two posts that write to the same mailboxes, neither fails."""

import asyncio

from privacy_center.center import Center
from tests.agents import act, agents_cases

ROUNDS = 12


async def test_crosswise_posts_wait_for_each_other_and_both_count(center: Center) -> None:
    for number in range(ROUNDS):
        ada, otto = (f"{name}{number}@agents.example" for name in ("ada", "otto"))
        pairs = [(ada, otto), (otto, ada)]
        await asyncio.gather(*(act(center, email=agent, value=person, purposes=("sale",)) for agent, person in pairs))
    assert len(await agents_cases(center)) == 2 * ROUNDS
