"""Start: from the command to the first answer, and what the idle house weighs.

In an environment of the run-time lock alone: what developers have beside it is loaded where it is found.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import house

TIMES, IDLE = 5, 5


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory() as folder, house.databases() as kinds, kinds["SQLite"].fresh() as url:
        python = _installed(Path(folder))
        port = house.free_port()
        environ = house.environment(url, port)
        _seconds_to_ready(environ, port, python)  # the first time the code is compiled
        taken = [_seconds_to_ready(environ, port, python) for _ in range(TIMES)]
        web, worker = _idle(environ, port, python)
    print(f"start: `serve` ready after {statistics.median(taken):.2f} s (median of {TIMES}), on a migrated SQLite file")
    print(f"idle, proportional memory: web {web:.0f} MB, worker {worker:.0f} MB")


def _installed(folder: Path) -> str:
    """The Python of a new environment with what `requirements.txt` names and nothing else."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = str(folder / "bin" / "python")
    lock = house.ROOT / "requirements.txt"
    pip = (python, "-m", "pip", "install", "-qq", "--disable-pip-version-check")
    subprocess.run([*pip, "--require-hashes", "-r", str(lock)], check=True)
    return python


def _seconds_to_ready(environ: dict[str, str], port: int, python: str) -> float:
    begun = time.monotonic()
    with house.process("privacy_center", "serve", "--port", str(port), environ=environ, python=python):
        return house.wait_until_ready(f"http://127.0.0.1:{port}/readyz") - begun


def _idle(environ: dict[str, str], port: int, python: str) -> tuple[float, float]:
    with (
        house.process("privacy_center", "serve", "--port", str(port), environ=environ, python=python) as web,
        house.process("privacy_center", "work", environ=environ, python=python) as worker,
    ):
        house.wait_until_ready(f"http://127.0.0.1:{port}/readyz")
        time.sleep(IDLE)
        return house.memory_mb(web), house.memory_mb(worker)
