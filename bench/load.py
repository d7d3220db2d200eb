"""The load: posts request forms from many networks, in a process of its own, as cheaply as it can.

`python -m bench.load PORT PATH SECONDS CONNECTIONS` prints `accepted other seconds`.
"""

import asyncio
import secrets
import sys
import time
from collections import Counter
from urllib.parse import urlencode


async def main(port: int, path: str, seconds: float, connections: int) -> None:
    """Keep every connection busy until the time is up."""
    statuses: Counter[int] = Counter()
    begun = time.monotonic()
    await asyncio.gather(*(_visitor(port, path, begun + seconds, n, statuses) for n in range(connections)))
    taken = time.monotonic() - begun
    print(statuses[303], sum(statuses.values()) - statuses[303], f"{taken:.3f}")


async def _visitor(port: int, path: str, end: float, number: int, statuses: Counter[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    run, posts = secrets.token_hex(4), 0
    while time.monotonic() < end:
        posts += 1
        network = f"10.{number}.{posts >> 8 & 255}.{posts & 255}"
        writer.write(_post(port, path, f"{run}{number}x{posts}", network=network))
        statuses[await _status(reader)] += 1
    writer.close()


def _post(port: int, path: str, name: str, *, network: str) -> bytes:
    """One form, from a mailbox and a network that were never here: budgets must not be what is measured."""
    form = urlencode(
        {
            "right": "access",
            "place": "IE",
            "email": f"ada.{name}@home.example",
            "name": "Ada Example",
            "note": "My customer number is 4711.",
            "form": name,
        }
    )
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n"
        f"X-Forwarded-For: {network}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(form)}\r\n\r\n{form}"
    ).encode()


async def _status(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b"content-length:" in head:
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
    return int(head.split(b" ", 2)[1])


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), int(sys.argv[4])))
