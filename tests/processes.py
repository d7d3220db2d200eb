"""Real processes: `serve` and `work` as an operator starts them."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from privacy_center import settings as settings_module
from privacy_center.casework import staffing
from privacy_center.casework.work import OPERATOR
from privacy_center.center import Center
from tests.mailbox import Mailbox
from tests.programs import ROOT, Program

PATIENCE = 60.0
"""Seconds that a process has to be ready."""

Process = subprocess.Popen[bytes] | Program


@dataclass(slots=True)
class Running:
    """A house that is open: its address, its mail, its processes."""

    base_url: str
    environ: Mapping[str, str]
    mailbox: Mailbox
    processes: list[Process] = field(default_factory=list)

    def command(self, *arguments: str) -> str:
        """Run one `privacy-center` command against this house and return what it printed."""
        with tempfile.NamedTemporaryFile(prefix="printed-") as printed:
            ended = Program(*arguments, environ=self.environ, log=Path(printed.name)).wait(PATIENCE)
            text = printed.read().decode()
        assert ended == 0, text
        return text

    async def invite(self, email: str, role: str) -> str:
        """Invite a member of staff as the operator's command does; returns the one-time address."""
        center = await Center.open(settings_module.read(self.environ))
        try:
            async with center.work(by=OPERATOR) as work:
                return await staffing.invite(work, email, role)
        finally:
            await center.close()


PROGRAM = [sys.executable, "-m", "privacy_center"]


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The settings, with what a process needs beside them and none of the developer's own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PRIVACY_CENTER_")}
    return {**kept, **settings, "PYTHONPATH": str(ROOT)}


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(*arguments: str, environ: Mapping[str, str], log: Path, cold: bool = False) -> Process:
    """Start one `privacy-center` command, if `cold` from nothing, as an operator does; what it says goes to the log."""
    if not cold:
        return Program(*arguments, environ=environ, log=log)
    with log.open("ab") as out:
        return subprocess.Popen([*PROGRAM, *arguments], env=dict(environ), cwd=ROOT, stdout=out, stderr=out)


def stop(process: Process) -> None:
    """Ask it to end; insist after ten seconds."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@asynccontextmanager
async def house(
    settings: Mapping[str, str], *, mailbox: Mailbox, logs: Path, cold: bool = False
) -> AsyncIterator[Running]:
    """`serve` and `work` on a database that is migrated already, until the block ends."""
    port = free_port()
    base_url = f"http://localhost:{port}"
    environ = environment({**settings, "PRIVACY_CENTER_BASE_URL": base_url})
    running = Running(base_url, environ, mailbox)
    try:
        for name, *more in (("serve", "--port", str(port)), ("work",)):
            log = logs / f"{name}.log"
            running.processes.append(start(name, *more, environ=environ, log=log, cold=cold))
        await _ready(running, logs)
        yield running
    finally:
        for process in running.processes:
            await asyncio.to_thread(stop, process)


async def _ready(running: Running, logs: Path) -> None:
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not await asyncio.to_thread(_answers, running.base_url + "/readyz"):
        ended = [process.args for process in running.processes if process.poll() is not None]
        assert not ended, f"ended: {ended}\n{_said(logs)}"
        assert asyncio.get_running_loop().time() < deadline, f"never ready\n{_said(logs)}"
        await asyncio.sleep(0.05)


async def answers(url: str) -> None:
    """Wait until an address answers well."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not await asyncio.to_thread(_answers, url):
        assert asyncio.get_running_loop().time() < deadline, f"{url} never answered"
        await asyncio.sleep(0.05)


async def says(log: Path, *words: str) -> None:
    """Wait until the log of a process holds all these words: `work` may still be starting when `serve` answers."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    missing = list(words)
    while missing:
        assert asyncio.get_running_loop().time() < deadline, f"never said {missing}:\n{_said(log.parent)}"
        await asyncio.sleep(0.05)
        text = await asyncio.to_thread(log.read_text, "utf-8")
        missing = [word for word in words if word not in text]


def _said(logs: Path) -> str:
    """What the processes have said."""
    return "\n".join(log.read_text(encoding="utf-8") for log in logs.glob("*.log"))


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 (a loopback address of our own)
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
