"""The center's processes: started, watched and ended together."""

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from demo.house import PROGRAM, ROOT

PATIENCE = 60.0
"""Seconds that the web has to be ready."""


class Ended(Exception):
    """A process has ended that should not have; the message shows the end of its log."""


class Children:
    """The processes of one demo."""

    def __init__(self, environ: Mapping[str, str], logs: Path) -> None:
        self._environ = dict(environ)
        self._logs = logs
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *arguments: str) -> None:
        """Start `privacy-center …`; what it says goes to a file of its own."""
        with self._log(arguments[0]).open("wb") as out:
            self._processes[arguments[0]] = subprocess.Popen(
                [*PROGRAM, *arguments], cwd=ROOT, env=self._environ, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )

    def wait_until_ready(self, url: str) -> None:
        """Return as soon as the web says that it is ready. Raises Ended."""
        late = time.monotonic() + PATIENCE
        while not _is_ready(url):
            self.check()
            if time.monotonic() > late:
                raise Ended(f"The web was not ready after {PATIENCE:.0f} seconds.\n{self._tail('serve')}")
            time.sleep(0.05)

    def watch(self) -> None:
        """Return never; raises Ended when one of them does."""
        while True:
            self.check()
            time.sleep(0.5)

    def check(self) -> None:
        """Raises Ended when one of them has."""
        for name, process in self._processes.items():
            if (status := process.poll()) is not None:
                raise Ended(f"`privacy-center {name}` has ended with status {status}.\n{self._tail(name)}")

    def stop(self) -> None:
        """Ask all of them to end; insist after ten seconds."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _tail(self, name: str) -> str:
        lines = self._log(name).read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-40:])


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 (our own loopback address)
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
