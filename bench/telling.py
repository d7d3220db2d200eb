"""Telling: 1,000 choices to five recipients of which two fail at random: is one lost or done twice?"""

import asyncio
import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func
from sqlmodel import col, select

from bench import house
from privacy_center import settings
from privacy_center.casework import preferences, telling
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.preferences import Said
from privacy_center.casework.work import CLOCK, REQUESTER
from privacy_center.center import Center
from privacy_center.records.preference import Source
from privacy_center.records.telling import Answer, Telling
from tests.databases import PostgresqlDatabases, SqliteDatabases

CHOICES, RECIPIENTS, TOGETHER = 1000, 5, 5
"""Five tellings a delivery, where the house sends up to fifty: so there are enough deliveries to measure."""

DELIVERIES = CHOICES * RECIPIENTS // TOGETHER
CONNECTIONS = 20
PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Told:
    """One run: seconds, and what the recipients report."""

    seconds: float
    calls: int
    done: int
    twice: int
    confirmed: int


def main() -> None:
    """Measure both databases and print the table."""
    print(f"telling: {CHOICES:,} choices to {RECIPIENTS} recipients, two fail 3 calls in 10, {TOGETHER} in a call")
    columns = f"{'deliveries/s':>14}{'calls/s':>9}{'bare/s':>8}{'share':>7}"
    print(f"{'':12}{'workers':>8}{columns}   lost, done twice", flush=True)
    with house.databases() as kinds, _receiver() as port:
        for name, databases in kinds.items():
            for workers in (1, 2):
                _print(name, workers, _measure(databases, port, workers), _bare(port))


def _print(name: str, workers: int, told: Told, bare: float) -> None:
    wanted = CHOICES * RECIPIENTS
    calls = told.calls / told.seconds
    figures = f"{DELIVERIES / told.seconds:14.0f}{calls:9.0f}{bare:8.0f}{calls / bare:7.0%}"
    lost = max(wanted - told.done, wanted - told.confirmed)
    print(f"{name:12}{workers:8}{figures}   {lost}, {told.twice}", flush=True)


@contextmanager
def _receiver() -> Iterator[int]:
    port = house.free_port()
    with house.process("bench.receiver", str(port), environ=house.environment("sqlite:///none", port)):
        house.wait_until_ready(f"http://127.0.0.1:{port}/report")
        yield port


def _measure(databases: SqliteDatabases | PostgresqlDatabases, port: int, workers: int) -> Told:
    with databases.fresh() as url, TemporaryDirectory() as folder, ExitStack() as stack:
        path = _installation(Path(folder), port)
        environ = house.environment(url, port) | {"PRIVACY_CENTER_INSTALLATION": str(path)}
        given = settings.read(environ)
        asyncio.run(_file(given))
        _ask(port, "forget")
        begun = time.monotonic()
        for number in range(workers):
            stack.enter_context(house.process("bench.courier", f"courier-{number}", environ=environ))
        first = _first_call(port, begun)
        return asyncio.run(_finish(given, port, first))


def _installation(folder: Path, port: int) -> Path:
    """The sample with five recipients at the receiver, and nobody else."""
    text = (house.ROOT / "examples" / "northwind.toml").read_text(encoding="utf-8")
    head, _, rest = text.partition("[[recipients]]")
    rows = "".join(
        f'[[recipients]]\nid = "r{number}"\nname = "R {number}"\nurl = "http://localhost:{port}/{number}"\n'
        'contract = "bench"\npurposes = ["sale"]\nknows = ["email"]\n'
        for number in range(1, RECIPIENTS + 1)
    )
    path = folder / "bench.toml"
    tail = rest[rest.index("[telling]") :].replace("loopback = false", "loopback = true")
    path.write_text(head + rows + tail, encoding="utf-8")
    return path


async def _file(given: settings.Settings) -> None:
    """The choices, and their deliveries with jobs, as the sweep makes them but smaller."""
    center = await Center.open(given)
    telling.TOGETHER = TOGETHER
    try:
        for number in range(CHOICES):
            async with center.work(by=REQUESTER) as work:
                who = Identity("email", f"person.{number}@home.example")
                await preferences.say_no(work, Said(("sale",), Source.button), identity=who)
        made = 1
        while made:
            async with center.work(by=CLOCK) as work:
                made = await telling.gather(work)
    finally:
        await center.close()


def _first_call(port: int, begun: float) -> float:
    """The moment of the first call: how long a worker takes to start is measured elsewhere."""
    while not _ask(port, "report")["calls"]:
        if time.monotonic() - begun > PATIENCE:
            raise SystemExit("no recipient was ever called")
        time.sleep(0.01)
    return time.monotonic()


async def _finish(given: settings.Settings, port: int, first: float) -> Told:
    """Wait until the ledger says that everything is confirmed, or nothing moves any more."""
    center = await Center.open(given)
    try:
        confirmed, wanted = 0, CHOICES * RECIPIENTS
        while confirmed < wanted and time.monotonic() - first < PATIENCE:
            await asyncio.sleep(0.1)
            async with center.reading(by=CLOCK) as work:
                query = select(func.count()).select_from(Telling).where(col(Telling.answer) == Answer.confirmed)
                confirmed = (await work.session.exec(query)).one()
        return Told(time.monotonic() - first, confirmed=confirmed, **_ask(port, "report"))
    finally:
        await center.close()


def _ask(port: int, what: str) -> dict[str, int]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{what}", timeout=10) as answer:
        found: dict[str, int] = json.load(answer)
    return found


def _bare(port: int) -> float:
    """Calls a second of a client that does nothing but post the same bytes, to recipients that do not fail."""
    changes = [{"id": str(number), "identity": {"kind": "email", "hash": "0" * 64}} for number in range(TOGETHER)]
    body = json.dumps({"data": {"changes": changes}}).encode()
    begun = time.monotonic()
    asyncio.run(_post_all(port, body))
    return DELIVERIES / (time.monotonic() - begun)


async def _post_all(port: int, body: bytes) -> None:
    free = asyncio.Semaphore(CONNECTIONS)

    async def post(number: int) -> None:
        async with free:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            head = f"POST /{number % 3 + 1} HTTP/1.1\r\nHost: localhost\r\nWebhook-Id: b{number}\r\n"
            writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            await reader.read()
            writer.close()

    await asyncio.gather(*(post(number) for number in range(DELIVERIES)))
