"""Commands of the house in processes of their own, forked from one that has read the code: reading it takes two seconds
of a processor, and a test that starts ten of them is not about reading.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.warm"])


class Program:
    """One process, with what tests use of `subprocess.Popen`."""

    def __init__(self, arguments: tuple[str, ...], *, environ: Mapping[str, str], folder: Path, log: Path) -> None:
        self.args = arguments
        self._process = FORKS.Process(target=_become, args=(arguments, dict(environ), folder, log), daemon=True)
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


def _become(arguments: tuple[str, ...], environ: dict[str, str], folder: Path, log: Path) -> None:
    """In the new process: be `privacy-center` with these arguments."""
    from privacy_center.cli import main

    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(out, sys.stdout.fileno())
    os.dup2(out, sys.stderr.fileno())
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    main(arguments, prog_name="privacy-center")
