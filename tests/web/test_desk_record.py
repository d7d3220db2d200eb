"""The record of a case at the desk: looks of one person in one hour are one line, and the trail keeps every one."""

import re

from privacy_center.casework import cases, trail
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.web.desk import story
from tests import builders
from tests.builders import HANA, WORDS
from tests.conftest import Clock
from tests.trust import doors
from tests.web.test_probes import words


async def record(center: Center, role: Role, reference: str) -> str:
    """The record as somebody's page shows it; their look is its newest entry."""
    client = await doors.staff(center, role)
    page = words(await client.get(f"/desk/cases/{reference}"))
    return page[page.index("Newest first") : page.index("Dates Received")]


async def test_looks_of_one_hour_stand_in_one_line_and_the_trail_keeps_each(center: Center, clock: Clock) -> None:
    reference = await builders.file(center)
    await builders.prove(center, reference)
    hana = await doors.staff(center, Role.handler, HANA)
    for _ in range(3):
        await hana.get(f"/desk/cases/{reference}")
        clock.forward(minutes=10)
    by = await builders.member(center, HANA, Role.handler)
    await builders.take(center, reference, "inform", WORDS, by=by)
    said = words(await hana.get(f"/desk/cases/{reference}"))
    assert "7. Opened by staff 4 times last at" in said
    assert said.count("Opened by staff") == 1
    assert re.search(r"of entry 7, 5, 4, 3 .*entry 7, .*entry 5, .*entry 4, .*entry 3, ", said)
    async with center.reading(by=REQUESTER) as work:
        events = await trail.events(work, await cases.seen(work, reference))
    assert [event.step for event in events].count("look") == 4
    assert all(said.count(event.digest) == 1 for event in events)


async def test_another_hour_another_person_and_another_thing_have_lines_of_their_own(
    center: Center, clock: Clock
) -> None:
    reference = await builders.file(center)
    await record(center, Role.handler, reference)
    await record(center, Role.lead, reference)
    clock.forward(hours=1)
    assert (await record(center, Role.handler, reference)).count("Opened by staff") == 3
    async with center.reading(by=REQUESTER) as work:
        events = await trail.events(work, await cases.seen(work, reference))
    for event in events[2:]:
        event.facts = event.facts | {"at": str(event.number)}
    assert [len(line) for line in story.gathered(events)] == [1] * len(events)
