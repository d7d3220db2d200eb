"""Intake: accepted request forms per second through HTTP, and the CPU that each costs."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

from bench import house
from tests.databases import PostgresqlDatabases, SqliteDatabases

SECONDS, CONNECTIONS, WARM = 8, 16, 1
UVICORN = ("--http", "httptools", "--loop", "uvloop", "--no-access-log", "--log-level", "warning")


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: accepted posts a second, CPU of the server for each, in ms."""

    rate: float
    cpu_ms: float


def main() -> None:
    """Measure both databases and print the table."""
    print(f"intake: {CONNECTIONS} connections, {SECONDS} s each, one web process, no worker", flush=True)
    print(f"{'':12}{'posts/s':>9}{'bare/s':>9}{'share':>8}{'CPU ms':>9}{'bare ms':>9}   statements, rows")
    with house.databases() as kinds:
        for name, databases in kinds.items():
            _print(name, databases)


def _print(name: str, databases: SqliteDatabases | PostgresqlDatabases) -> None:
    with _serving(databases) as (process, port):
        real = _measure(process, port, "/requests/new")
    with _bare(databases) as (process, port):
        statements, rows = _wrote(port)
        bare = _measure(process, port, "/bare")
    share = f"{real.rate / bare.rate:.0%}"
    figures = f"{real.rate:9.0f}{bare.rate:9.0f}{share:>8}{real.cpu_ms:9.2f}{bare.cpu_ms:9.2f}"
    print(f"{name:12}{figures}   {statements}, {rows}", flush=True)


@contextmanager
def _serving(databases: SqliteDatabases | PostgresqlDatabases) -> Iterator[tuple[psutil.Process, int]]:
    port = house.free_port()
    with databases.fresh() as url, ready("privacy_center", ("serve",), house.environment(url, port), port) as process:
        yield process, port


@contextmanager
def _bare(databases: SqliteDatabases | PostgresqlDatabases) -> Iterator[tuple[psutil.Process, int]]:
    port = house.free_port()
    with databases.fresh() as url:
        environ = house.environment(url, port)
        with ready("uvicorn", ("bench.bare:app", *UVICORN), environ, port) as process:
            yield process, port


@contextmanager
def ready(module: str, arguments: tuple[str, ...], environ: Mapping[str, str], port: int) -> Iterator[psutil.Process]:
    """A web process that answers, until the block ends."""
    with house.process(module, *arguments, "--port", str(port), environ=environ) as process:
        house.wait_until_ready(f"http://127.0.0.1:{port}/readyz")
        yield process


def _measure(process: psutil.Process, port: int, path: str) -> Measured:
    _load(port, path, WARM)
    before = house.cpu_seconds(process)
    accepted, other, seconds = _load(port, path, SECONDS)
    cpu = house.cpu_seconds(process) - before
    if other or not accepted:
        raise SystemExit(f"{path}: {accepted:.0f} posts were accepted, {other:.0f} were not: nothing is measured")
    return Measured(rate=accepted / seconds, cpu_ms=cpu / accepted * 1000)


def _load(port: int, path: str, seconds: float) -> tuple[float, float, float]:
    command = [sys.executable, "-m", "bench.load", str(port), path, str(seconds), str(CONNECTIONS)]
    done = subprocess.run(command, cwd=house.ROOT, capture_output=True, text=True, check=True, timeout=seconds + 60)
    accepted, other, taken = (float(word) for word in done.stdout.split())
    return accepted, other, taken


def _wrote(port: int) -> tuple[int, int]:
    """How many statements and rows one real request took."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
        found = json.load(answer)
    return len(found["statements"]), found["rows"]
