"""Choices: look-ups and reports per second through HTTP among a million people, beside the bare limit."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import psutil

from bench import house, identities, intake
from privacy_center import settings
from privacy_center.casework import tokens
from privacy_center.casework.work import OPERATOR
from privacy_center.center import Center
from tests.databases import PostgresqlDatabases, SqliteDatabases

SECONDS, ROUNDS = 4, 3
CONNECTIONS = {"single": 16, "batch": 4, "report": 16, "press": 16}
MEASURED = ("single", "batch", "report")


@dataclass(frozen=True, slots=True)
class Measured:
    """Good answers a second, what half and all but one in a hundred took (ms), and the server's CPU for each (ms)."""

    rate: float
    p50: float
    p99: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Server:
    """A web process to call."""

    process: psutil.Process
    port: int
    token: str = ""


def main() -> None:
    """Measure both databases and print the table."""
    print(f"choices: {identities.PEOPLE:,} people, {ROUNDS} rounds of {SECONDS} s, one web process; batch = 100 people")
    print(f"{'':20}{'calls/s':>9}{'bare/s':>9}{'share':>8}{'CPU ms':>9}{'bare ms':>9}{'share':>8}  half load, ms")
    with house.databases() as kinds:
        for name, databases in kinds.items():
            _measure(name, databases)


def _measure(name: str, databases: SqliteDatabases | PostgresqlDatabases) -> None:
    with databases.fresh() as url, _bare(url) as bare, _serving(url) as real:
        begun = time.monotonic()
        given = settings.read(house.environment(url, real.port))
        identities.seed(given)
        token = asyncio.run(_token(given.database_url, real.port))
        print(f"{name:12}seeded in {time.monotonic() - begun:.0f} s", flush=True)
        real, bare = replace(real, token=token), replace(bare, token=token)
        for what in MEASURED:
            _print(name, what, real, bare)
        if _run(real, "press", 0.2, 0)[0] > 0:  # where the page is there
            pressed = _call(real, "press")
            print(f"{name:12}{'press':8}{pressed.rate:9.0f}{'':17}{pressed.cpu:9.2f}", flush=True)


def _print(name: str, what: str, real: Server, bare: Server) -> None:
    """In turns, so that whatever else the machine does falls on both; the best of each."""
    ours, limits = [], []
    for _ in range(ROUNDS):
        ours.append(_call(real, what))
        limits.append(_call(bare, f"bare-{what}"))
    rate, limit = (max(each.rate for each in side) for side in (ours, limits))
    cpu, least = (min(each.cpu for each in side) for side in (ours, limits))
    half, least_half = (_half(real, what, rate / 2), _half(bare, f"bare-{what}", limit / 2))
    figures = f"{rate:9.0f}{limit:9.0f}{rate / limit:8.0%}{cpu:9.2f}{least:9.2f}{least / cpu:8.0%}"
    print(f"{name:12}{what:8}{figures}{_times(half):>18} ({_times(least_half)})", flush=True)


def _half(server: Server, what: str, rate: float) -> Measured:
    return min((_call(server, what, rate=rate) for _ in range(ROUNDS)), key=lambda each: each.p99)


def _times(half: Measured) -> str:
    return f"{half.p50:.1f}, {half.p99:.1f}"


async def _token(url: str, port: int) -> str:
    center = await Center.open(settings.read(house.environment(url, port)))
    try:
        async with center.work(by=OPERATOR) as work:
            scopes = ("preferences:read", "preferences:write")
            return await tokens.issue(work, await tokens.prepare(work, "bench", scopes=scopes))
    finally:
        await center.close()


def _call(server: Server, what: str, *, rate: float = 0) -> Measured:
    before = house.cpu_seconds(server.process)
    good, other, taken, p50, p99 = _run(server, what, SECONDS, rate)
    if other or not good:
        raise SystemExit(f"{what}: {good:.0f} calls were answered, {other:.0f} were not: nothing is measured")
    cpu = house.cpu_seconds(server.process) - before
    return Measured(good / taken, p50, p99, 1000 * cpu / good)


def _run(server: Server, what: str, seconds: float, rate: float) -> list[float]:
    connections = CONNECTIONS[what.removeprefix("bare-")]
    arguments = [str(server.port), what, server.token, str(seconds), str(connections), str(rate)]
    command = [sys.executable, "-m", "bench.caller", *arguments]
    done = subprocess.run(command, cwd=house.ROOT, capture_output=True, text=True, check=True, timeout=seconds + 60)
    return [float(word) for word in done.stdout.split()]


@contextmanager
def _serving(url: str) -> Iterator[Server]:
    port = house.free_port()
    with intake.ready("privacy_center", ("serve",), house.environment(url, port), port) as process:
        yield Server(process, port)


@contextmanager
def _bare(url: str) -> Iterator[Server]:
    port = house.free_port()
    arguments = ("bench.bare_choices:app", *intake.UVICORN)
    with intake.ready("uvicorn", arguments, house.environment(url, port), port) as process:
        yield Server(process, port)
