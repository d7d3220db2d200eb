"""Pages: how long until the first byte of each public page, and its size, beside an answer that does nothing."""

import http.client
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import house
from tests.databases import SqliteDatabases
from tests.web.weights import PAGES

TIMES, WARM = 50, 5
BARE = "/healthz"


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory() as folder, SqliteDatabases(Path(folder)).fresh() as url:
        port = house.free_port()
        with house.process("privacy_center", "serve", "--port", str(port), environ=house.environment(url, port)):
            house.wait_until_ready(f"http://127.0.0.1:{port}/readyz")
            print(f"pages: milliseconds to the first byte on loopback (median of {TIMES}), bytes of HTML; bare: {BARE}")
            for path in (BARE, *PAGES):
                seconds, size = _measured(port, path)
                print(f"{path:24} {seconds * 1000:6.1f} ms {size:8} bytes")


def _measured(port: int, path: str) -> tuple[float, int]:
    """The median of many looks on one connection, and the size of the page."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    taken, size = [], 0
    for _ in range(WARM + TIMES):
        begun = time.perf_counter()
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        answer = connection.getresponse()
        first = answer.read(1)
        taken.append(time.perf_counter() - begun)
        size = len(first + answer.read())
        assert answer.status == 200, path
    connection.close()
    return statistics.median(taken[WARM:]), size
