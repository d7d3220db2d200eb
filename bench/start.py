"""Start: from the command to the first answer, and what the idle house weighs."""

import statistics
import time

from bench import house

TIMES, IDLE = 5, 5


def main() -> None:
    """Measure and print."""
    with house.databases() as kinds, kinds["SQLite"].fresh() as url:
        port = house.free_port()
        environ = house.environment(url, port)
        taken = [_seconds_to_ready(environ, port) for _ in range(TIMES)]
        web, worker = _idle(environ, port)
    print(f"start: `serve` ready after {statistics.median(taken):.2f} s (median of {TIMES}), on a migrated SQLite file")
    print(f"idle, proportional memory: web {web:.0f} MB, worker {worker:.0f} MB")


def _seconds_to_ready(environ: dict[str, str], port: int) -> float:
    begun = time.monotonic()
    with house.process("privacy_center", "serve", "--port", str(port), environ=environ):
        return house.wait_until_ready(f"http://127.0.0.1:{port}/readyz") - begun


def _idle(environ: dict[str, str], port: int) -> tuple[float, float]:
    with (
        house.process("privacy_center", "serve", "--port", str(port), environ=environ) as web,
        house.process("privacy_center", "work", environ=environ) as worker,
    ):
        house.wait_until_ready(f"http://127.0.0.1:{port}/readyz")
        time.sleep(IDLE)
        return house.memory_mb(web), house.memory_mb(worker)
