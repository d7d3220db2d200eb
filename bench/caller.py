"""The caller: a machine that asks or reports, in a process of its own, as cheaply as it can.

`python -m bench.caller PORT WHAT TOKEN SECONDS CONNECTIONS RATE` prints `good other seconds p50 p99` (ms). With rate 0
every connection is kept busy; else calls begin at that rate whatever the answers do, and each is timed from the moment
at which it should have begun.
"""

import asyncio
import json
import random
import secrets
import sys
import time
from collections.abc import Callable
from urllib.parse import urlencode

from bench import identities

HEAD = (
    "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAuthorization: Bearer {token}\r\n"
    "Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
)
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
Call = Callable[[], tuple[str, str, str, str]]


def look_up(count: int, path: str = "/api/v1/preferences/lookup") -> Call:
    """Ask about so many of the million, and one in ten who is not among them."""

    def call() -> tuple[str, str, str, str]:
        numbers = [random.randrange(identities.PEOPLE * 10 // 9) for _ in range(count)]  # noqa: S311 (a sample)
        people = [{"type": "email", "value": identities.address(number)} for number in numbers]
        return "POST", path, JSON, json.dumps({"identifiers": people, "purposes": ["sale"], "place": "US-CA"})

    return call


def report(path: str = "/api/v1/preferences") -> Call:
    """A no of somebody new."""

    def call() -> tuple[str, str, str, str]:
        people = [{"type": "email", "value": f"new.{secrets.token_hex(8)}@home.example"}]
        return "PUT", path, JSON, json.dumps({"identifiers": people, "purposes": ["sale"], "choice": "out"})

    return call


def press() -> tuple[str, str, str, str]:
    """The button of the page, by somebody unknown."""
    return "POST", "/choices", FORM, urlencode({"purpose": "sale", "choice": "out"})


CALLS: dict[str, Call] = {
    "single": look_up(1),
    "batch": look_up(100),
    "bare-single": look_up(1, "/bare/lookup"),
    "bare-batch": look_up(100, "/bare/lookup"),
    "report": report(),
    "bare-report": report("/bare/report"),
    "press": press,
}


class Caller:
    """Some connections to one server, and what came back on them."""

    def __init__(self, port: int, call: Call, token: str) -> None:
        self.port, self.call, self.token = port, call, token
        self.good = self.other = 0
        self.taken: list[float] = []

    async def busy(self, end: float) -> None:
        """One connection that asks again as soon as it is answered."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        while time.monotonic() < end:
            await self._once(reader, writer, time.monotonic())
        writer.close()

    async def paced(self, seconds: float, connections: int, rate: float) -> None:
        """Calls that begin when they should; one that finds no free connection waits, and its wait counts."""
        free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        for _ in range(connections):
            free.put_nowait(await asyncio.open_connection("127.0.0.1", self.port))
        begun, calls = time.monotonic(), []
        for number in range(int(seconds * rate)):
            due = begun + number / rate
            if (left := due - time.monotonic()) > 0:
                await asyncio.sleep(left)
            calls.append(asyncio.create_task(self._when_free(free, due)))
        await asyncio.gather(*calls)

    async def _when_free(
        self, free: "asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]]", due: float
    ) -> None:
        connection = await free.get()
        await self._once(*connection, due)
        free.put_nowait(connection)

    async def _once(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, due: float) -> None:
        method, path, kind, body = self.call()
        head = HEAD.format(method=method, path=path, port=self.port, token=self.token, kind=kind, length=len(body))
        writer.write((head + body).encode())
        status = await _status(reader)
        self.taken.append(time.monotonic() - due)
        self.good, self.other = self.good + (status == 200), self.other + (status != 200)

    def percentile(self, part: float) -> float:
        """In ms; zero where nothing came back."""
        ordered = sorted(self.taken)
        return 1000 * ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else 0.0


async def _status(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
    await reader.readexactly(length)
    return int(head.split(b" ", 2)[1])


async def main(port: int, what: str, token: str, seconds: float, connections: int, rate: float) -> None:
    """Call until the time is up."""
    caller = Caller(port, CALLS[what], token)
    begun = time.monotonic()
    if rate:
        await caller.paced(seconds, connections, rate)
    else:
        await asyncio.gather(*(caller.busy(begun + seconds) for _ in range(connections)))
    taken = time.monotonic() - begun
    print(caller.good, caller.other, f"{taken:.3f} {caller.percentile(0.5):.2f} {caller.percentile(0.99):.2f}")


if __name__ == "__main__":
    given = sys.argv[1:]
    asyncio.run(main(int(given[0]), given[1], given[2], float(given[3]), int(given[4]), float(given[5])))
