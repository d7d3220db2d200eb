"""A flood over the wire: a thousand posts for one mailbox that nobody proved make three mails in an hour at the most,
each post is answered like any other, and nothing is dropped (D11, S6, S8).

On one database, for the wire is what is tried here; the budgets themselves are tried on both.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest
from httpx2 import AsyncClient
from sqlmodel import col, func, select

from privacy_center import settings as settings_module
from privacy_center.casework import budget, digests
from privacy_center.casework.work import CLOCK, REQUESTER
from privacy_center.center import Center, wall_clock
from privacy_center.records.case import Case
from privacy_center.records.letter import Delivery, Letter
from tests import processes
from tests.builders import ADA, OTTO
from tests.conftest import settings_for
from tests.databases import SqliteDatabases
from tests.mailbox import Mailbox
from tests.processes import Running

FORMS, TWICE, AGAIN, SIGN_INS = 1000, 60, 30, 30
"""Forms that are posted, how many of them come a second time, "send it again", and sign-ins."""

NETWORKS = [f"198.51.100.{number}" for number in range(4)]
"""Four offices, each of which posts less than one may."""

CLIENTS = 8
RIGHTS = ("access", "delete", "correct", "portability", "restrict", "object")
PATIENCE = 30.0


@pytest.fixture
async def flooded(
    sqlite_databases: SqliteDatabases, mailbox: Mailbox, tmp_path: Path
) -> AsyncIterator[tuple[Running, dict[str, str]]]:
    """A house whose proxy is believed."""
    with sqlite_databases.fresh() as url:
        given = {**settings_for(url, mailbox), "PRIVACY_CENTER_TRUSTED_PROXIES": "127.0.0.1"}
        async with processes.house(given, mailbox=mailbox, logs=tmp_path) as running:
            yield running, given


def posts() -> list[tuple[str, dict[str, str]]]:
    """What Mallory's machine sends, all of it about Ada's mailbox."""
    forms = [
        ("/requests/new", {"right": right, "place": "DE", "email": ADA, "name": "Ada", "form": f"flood-{number}"})
        for number, right in zip(range(FORMS), cycle(RIGHTS), strict=False)
    ]
    resend = ("/verify/resend", {"reference": "PR-7F31-C2KM-9QXA", "email": ADA})
    return [*forms, *forms[::-1][:TWICE], *[resend] * AGAIN, *[("/sign-in", {"email": ADA})] * SIGN_INS]


async def flood(url: str) -> dict[str, Counter[tuple[int, str]]]:
    """Post everything from four networks; how often each door gave which answer: its status and where it leads."""
    waiting = iter(enumerate(posts()))
    answers: dict[str, Counter[tuple[int, str]]] = {}

    async def client() -> None:
        async with AsyncClient(base_url=url, timeout=60) as http:
            for number, (path, fields) in waiting:
                address = NETWORKS[number % len(NETWORKS)]
                answer = await http.post(path, data=fields, headers={"X-Forwarded-For": address})
                said = (answer.status_code, answer.headers.get("location", ""))
                answers.setdefault(path, Counter())[said] += 1

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return answers


@asynccontextmanager
async def later(given: dict[str, str], **duration: float) -> AsyncIterator[Center]:
    """The same house as it is some time from now."""
    moment: Callable[[], datetime] = lambda: wall_clock() + timedelta(**duration)  # noqa: E731 (a clock, in one line)
    center = await Center.open(settings_module.read(given), now=moment)
    try:
        yield center
    finally:
        await center.close()


async def fold(center: Center) -> int:
    """Tell of what is held, as the sweep does; returns of how many letters."""
    async with center.reading(by=CLOCK) as work:
        due = await digests.due(work)
    told = 0
    for index in due:
        async with center.work(by=CLOCK) as work:
            told += await digests.fold(work, index)
    return told


async def letters_by_delivery(center: Center) -> dict[str, int]:
    """How many letters of cases stand where."""
    query = select(Letter.delivery, func.count()).where(col(Letter.case_id).is_not(None)).group_by(col(Letter.delivery))
    async with center.reading(by=REQUESTER) as work:
        return dict(list(await work.session.exec(query)))


async def all_told(center: Center, count: int) -> None:
    """Wait until the trail of this many cases says that their person was told."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if (await letters_by_delivery(center)).get(Delivery.accepted, 0) >= count:
                return
            await asyncio.sleep(0.2)


def allowed(begun: datetime, ended: datetime) -> int:
    """First letters in this time; an hour of a budget is one of the clock."""
    hours = int(ended.timestamp() // 3600 - begun.timestamp() // 3600) + 1
    return hours * budget.MAILS_PER_HOUR


async def test_a_thousand_posts_make_three_mails_and_lose_no_request(
    flooded: tuple[Running, dict[str, str]], mailbox: Mailbox
) -> None:
    running, given = flooded
    begun = wall_clock()
    answers = await flood(running.base_url)
    at_once = allowed(begun, wall_clock())
    assert answers == {
        "/requests/new": {(303, "/requests/sent"): FORMS + TWICE},
        "/verify/resend": {(303, "/requests/sent"): AGAIN},
        "/sign-in": {(200, ""): SIGN_INS},
    }
    await mailbox.wait(budget.MAILS_PER_HOUR, to=ADA)
    async with later(given, minutes=11) as center:
        assert await fold(center) == digests.MOST
        assert await fold(center) == 0, "one digest an hour"
        await all_told(center, budget.MAILS_PER_HOUR + digests.MOST)
        assert len(mailbox.of(ADA)) <= at_once + budget.DIGESTS_PER_HOUR
        assert sum((await letters_by_delivery(center)).values()) == await cases(center) == FORMS
    async with later(given, minutes=71) as center:
        while await fold(center):
            pass
        await all_told(center, FORMS)
    assert len(mailbox.of(ADA)) <= at_once + 2 * budget.DIGESTS_PER_HOUR
    await elsewhere(running, mailbox)


async def cases(center: Center) -> int:
    """How many there are."""
    async with center.reading(by=REQUESTER) as work:
        return (await work.session.exec(select(func.count()).select_from(Case))).one()


async def elsewhere(running: Running, mailbox: Mailbox) -> None:
    """Somebody else in one of the same offices is served as if nothing had happened."""
    async with AsyncClient(base_url=running.base_url) as http:
        fields = {"right": "access", "place": "DE", "email": OTTO}
        answer = await http.post("/requests/new", data=fields, headers={"X-Forwarded-For": NETWORKS[0]})
    assert answer.status_code == 303
    await mailbox.wait(1, to=OTTO)
