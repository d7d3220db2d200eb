"""A house to measure: its settings, its processes, and what they cost."""

import base64
import hashlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from demo import ports
from tests.databases import PostgresqlDatabases, SqliteDatabases

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0
"""Seconds that a process has to be ready."""


@contextmanager
def databases() -> Iterator[dict[str, SqliteDatabases | PostgresqlDatabases]]:
    """Both kinds, as the tests have them: TEST_PG_URL, or a server from a wheel."""
    with ExitStack() as stack:
        sqlite = SqliteDatabases(Path(stack.enter_context(TemporaryDirectory())))
        postgresql = PostgresqlDatabases()
        stack.callback(postgresql.close)
        yield {"SQLite": sqlite, "PostgreSQL": postgresql}


def environment(database_url: str, port: int) -> dict[str, str]:
    """Every setting of a house on this database; no mail server answers, and none is asked."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PRIVACY_CENTER_")}
    return kept | {
        "PRIVACY_CENTER_INSTALLATION": str(ROOT / "examples" / "northwind.toml"),
        "PRIVACY_CENTER_DATABASE_URL": database_url,
        "PRIVACY_CENTER_BASE_URL": f"http://localhost:{port}",
        "PRIVACY_CENTER_SECRET_KEYS": _key("secret"),
        "PRIVACY_CENTER_DATA_KEYS": _key("data"),
        "PRIVACY_CENTER_INDEX_KEY": _key("index"),
        "PRIVACY_CENTER_SIGNING_KEYS": _key("signing"),
        "PRIVACY_CENTER_SMTP_URL": "smtp://127.0.0.1:9",
        "PRIVACY_CENTER_MAIL_FROM": "Northwind Privacy <privacy@northwind.example>",
        "PRIVACY_CENTER_TRUSTED_PROXIES": "127.0.0.1",
    }


def _key(name: str) -> str:
    return base64.b64encode(hashlib.sha256(f"bench {name}".encode()).digest()).decode()


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with ports.listen() as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def process(
    module: str, *arguments: str, environ: Mapping[str, str], python: str = sys.executable
) -> Iterator[psutil.Process]:
    """One Python process of ours, until the block ends."""
    command = [python, "-m", module, *arguments]
    with TemporaryDirectory() as folder, (Path(folder) / "log").open("w+") as log:
        started = subprocess.Popen(command, cwd=ROOT, env=dict(environ), stdout=log, stderr=log)
        try:
            yield psutil.Process(started.pid)
        except NotReadyError as error:
            log.seek(0)
            raise NotReadyError(f"{error}\n{log.read()[-3000:]}") from None
        finally:
            started.terminate()
            started.wait(20)


class NotReadyError(Exception):
    """A process did not answer in time."""


def wait_until_ready(url: str) -> float:
    """The moment (monotonic) at which the address first answers 200. Raises NotReadyError."""
    late = time.monotonic() + PATIENCE
    while time.monotonic() < late:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 (our own loopback address)
                return time.monotonic()
        except (urllib.error.URLError, OSError):
            time.sleep(0.005)
    raise NotReadyError(f"{url} did not answer in {PATIENCE:.0f} seconds")


def cpu_seconds(process: psutil.Process) -> float:
    """CPU time that a process and its children have used so far."""
    times = [member.cpu_times() for member in (process, *process.children(recursive=True))]
    return float(sum(used.user + used.system for used in times))


def memory_mb(process: psutil.Process) -> float:
    """Proportional set size of a process and its children, in MB."""
    members = (process, *process.children(recursive=True))
    return float(sum(member.memory_full_info().pss for member in members)) / 1e6
