"""No oracle: pages, statuses, headers and times are alike for what exists and what does not (S7, D15).

The known and the unknown are taken in turn in one process, and the medians of their times compared. A door passes when
its answers take as long for both, or cost as much work for both: the clock on the wall is what an observer has, but on
a busy machine it says little; processor time is steady there (two runs of the same thing differ by less than 0.3 ms),
but does not see an answer that waits. The bound of three milliseconds, or a quarter, is ten times that noise.
"""

import statistics
import time
from collections.abc import Awaitable, Callable, Iterator

import pytest
from httpx2 import AsyncClient, Response

from privacy_center.center import Center
from privacy_center.law.terms import Role
from tests import builders
from tests.conftest import Clock, settings_for
from tests.databases import SqliteDatabases
from tests.mailbox import Mailbox
from tests.trust import doors
from tests.trust.doors import visitor

PAIRS = 40
WARM = 6
MOST, SHARE = 0.003, 0.25
"""How far the medians may lie apart: seconds, or a share of the longer one, whichever is more."""

CLOCKS = (time.perf_counter, time.process_time)
Ask = Callable[[AsyncClient, str], Awaitable[Response]]


async def sign_in(client: AsyncClient, email: str) -> Response:
    """The requester's door."""
    return await client.post("/sign-in", data={"email": email})


async def sign_in_code(client: AsyncClient, email: str) -> Response:
    """A guessed code at the requester's door."""
    return await client.post("/sign-in/code", data={"email": email, "code": "000000"})


async def desk_sign_in(client: AsyncClient, email: str) -> Response:
    """The desk's door."""
    return await client.post("/desk/sign-in", data={"email": email})


async def file(client: AsyncClient, email: str) -> Response:
    """A request."""
    return await client.post("/requests/new", data={"right": "access", "place": "DE", "email": email, "form": email})


MAILBOXES: dict[str, Ask] = {ask.__name__: ask for ask in (sign_in, sign_in_code, desk_sign_in, file)}


async def type_code(client: AsyncClient, reference: str) -> Response:
    """A guessed code for a reference."""
    return await client.post("/verify", data={"reference": reference, "code": "000000"})


async def resend(client: AsyncClient, reference: str) -> Response:
    """Somebody else's mailbox for a reference."""
    return await client.post("/verify/resend", data={"reference": reference, "email": "mallory@people.example"})


async def status(client: AsyncClient, reference: str) -> Response:
    """A reference in the address."""
    return await client.get(f"/requests/{reference}")


REFERENCES: dict[str, Ask] = {ask.__name__: ask for ask in (type_code, resend, status)}


@pytest.fixture
def database_url(sqlite_databases: SqliteDatabases) -> Iterator[str]:
    """On SQLite alone: what is compared is the code's own time, and one writer makes the steadiest clock."""
    with sqlite_databases.fresh() as url:
        yield url


@pytest.fixture
def environ(database_url: str, mailbox: Mailbox) -> dict[str, str]:
    """The settings of that house."""
    return settings_for(database_url, mailbox)


async def mailboxes(center: Center, count: int, *, of_staff: bool) -> list[str]:
    """Mailboxes that are known here."""
    names = [f"known{number}@people.example" for number in range(count)]
    for name in names:
        await (doors.staff(center, Role.handler, name) if of_staff else builders.file(center, email=name))
    return names


def like(answer: Response, typed: str) -> tuple[int, list[str], str]:
    """What an observer sees, with what was typed itself taken out."""
    return answer.status_code, sorted(answer.headers), answer.text.replace(typed, "…")


async def apart(ask: Ask, client: AsyncClient, known: list[str], unknown: list[str]) -> None:
    """Ask for both in turn; fail when they can be told apart by look or by time."""
    spent: list[tuple[list[float], list[float]]] = [([], []), ([], [])]
    for number, pair in enumerate(zip(known, unknown, strict=True)):
        seen = []
        for which in (0, 1) if number % 2 else (1, 0):
            began = [clock() for clock in CLOCKS]
            answer = await ask(client, pair[which])
            for clock, start, times in zip(CLOCKS, began, spent[which], strict=True):
                times.append(clock() - start)
            seen.append(like(answer, pair[which]))
        assert seen[0] == seen[1]
    told = [[statistics.median(times[WARM:]) for times in both] for both in spent]
    differs = [abs(a - b) > max(MOST, SHARE * max(a, b)) for a, b in zip(*told, strict=True)]
    assert not all(differs), f"known {told[0]}, unknown {told[1]} (seconds on the wall, seconds of work)"


@pytest.mark.parametrize("name", MAILBOXES)
async def test_a_mailbox_cannot_be_found_out(center: Center, clock: Clock, name: str) -> None:
    known = await mailboxes(center, PAIRS, of_staff=name == "desk_sign_in")
    clock.forward(days=1, hours=1)  # the budgets of what was just filed are new again
    unknown = [f"other{number}@people.example" for number in range(PAIRS)]
    await apart(MAILBOXES[name], visitor(center), known, unknown)


@pytest.mark.parametrize("name", REFERENCES)
async def test_a_reference_cannot_be_found_out(center: Center, name: str) -> None:
    known = [await builders.file(center, email=f"known{number}@people.example") for number in range(PAIRS)]
    unknown = [f"PR-0000-{number:04d}-0000" for number in range(PAIRS)]
    await apart(REFERENCES[name], visitor(center), known, unknown)


async def test_a_tried_out_code_ends_alike_for_all(center: Center) -> None:
    reference = await builders.file(center)
    client = visitor(center)
    for _ in range(12):
        real, none = await type_code(client, reference), await type_code(client, "PR-0000-0000-0000")
        assert like(real, reference) == like(none, "PR-0000-0000-0000")
    assert real.status_code == 429
    for _ in range(12):
        real, none = await sign_in_code(client, builders.ADA), await sign_in_code(client, "nobody@people.example")
        assert like(real, builders.ADA) == like(none, "nobody@people.example")
    assert real.status_code == 429


async def test_a_mail_goes_only_to_whom_it_concerns(center: Center, clock: Clock) -> None:
    reference = await builders.file(center)
    await doors.staff(center, Role.handler, "hana@northwind.example")
    clock.forward(hours=2)
    before = await doors.rows(center)
    client = visitor(center)
    await sign_in(client, "nobody@people.example")
    await desk_sign_in(client, "nobody@people.example")
    await resend(client, reference)
    assert (await doors.rows(center))["pc_letter"] == before["pc_letter"]
    await sign_in(client, builders.ADA)
    await desk_sign_in(client, "hana@northwind.example")
    assert len((await doors.rows(center))["pc_letter"]) == len(before["pc_letter"]) + 2
