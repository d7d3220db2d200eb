"""Commands of the house in processes of their own, forked from one that has read the code: reading it takes two seconds
of a processor, and a test that starts ten of them is not about reading.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.warm"])


def command(*arguments: str) -> None:
    """Be `privacy-center` with these arguments."""
    from privacy_center.cli import main

    main(arguments, prog_name="privacy-center")


class Program:
    """One process, with what tests use of `subprocess.Popen`. What it says goes to the log."""

    def __init__(
        self, *arguments: str, environ: Mapping[str, str], log: Path, act: Callable[..., None] = command
    ) -> None:
        self.args = arguments
        self._process = FORKS.Process(target=_become, args=(act, arguments, dict(environ), log), daemon=True)
        self._process.start()

    def poll(self) -> int | None:
        """How it ended, if it has."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises TimeoutExpired."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        """Tell it something, unless it has ended."""
        if self.poll() is None:
            assert self._process.pid is not None
            os.kill(self._process.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it without a word."""
        self.send_signal(signal.SIGKILL)


def _become(act: Callable[..., None], arguments: tuple[str, ...], environ: dict[str, str], log: Path) -> None:
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(out, sys.stdout.fileno())
    os.dup2(out, sys.stderr.fileno())
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environ)
    act(*arguments)
