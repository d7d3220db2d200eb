"""The receiver: five recipients in one process, two of which fail at random, before or after they have done it.

`python -m bench.receiver PORT` takes calls at /1 to /5. As docs/telling.md asks, each knows a delivery again by its
webhook-id. GET /report says how many calls came, how many changes were done, and how many were done twice; GET /forget
begins anew.
"""

import asyncio
import json
import random
import sys
from collections import Counter
from dataclasses import dataclass, field

FAILING = frozenset({"/4", "/5"})
DONE = b'HTTP/1.1 200 OK\r\nContent-Length: 23\r\nConnection: close\r\n\r\n{"status": "completed"}'
BROKEN = b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass(slots=True)
class Recipients:
    """What all five have done."""

    calls: int = 0
    seen: set[tuple[str, str]] = field(default_factory=set)
    done: Counter[tuple[str, str]] = field(default_factory=Counter)

    def report(self) -> dict[str, int]:
        """Calls, changes that were done, changes that were done more than once."""
        twice = sum(times > 1 for times in self.done.values())
        return {"calls": self.calls, "done": len(self.done), "twice": twice}

    def take(self, path: str, delivery: str, body: bytes) -> bytes:
        """One call: what it asks is done once, however often it comes; the answer may be lost all the same."""
        self.calls += 1
        fails = random.random() if path in FAILING else 1.0  # noqa: S311 (a sample)
        if fails < 0.15:
            return BROKEN
        if (path, delivery) not in self.seen:
            self.seen.add((path, delivery))
            self.done.update((path, change["id"]) for change in json.loads(body)["data"]["changes"])
        return BROKEN if fails < 0.3 else DONE

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one call and answer it."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        path = head.split(" ", 2)[1]
        body = await reader.readexactly(int(fields.get("content-length", "0")))
        writer.write(self._answer(path, fields, body))
        await writer.drain()
        writer.close()

    def _answer(self, path: str, fields: dict[str, str], body: bytes) -> bytes:
        if path == "/forget":
            self.calls = 0
            self.seen.clear()
            self.done.clear()
        if body:
            return self.take(path, fields.get("webhook-id", ""), body)
        said = json.dumps(self.report())
        return f"HTTP/1.1 200 OK\r\nContent-Length: {len(said)}\r\nConnection: close\r\n\r\n{said}".encode()


async def main(port: int) -> None:
    """Serve until the process is ended."""
    server = await asyncio.start_server(Recipients().serve, "127.0.0.1", port, backlog=1000)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
