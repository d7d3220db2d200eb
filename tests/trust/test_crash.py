"""Crashes under load: workers and the web are killed again and again, and in the end nothing is lost, nothing has
happened twice, and every letter has gone out recognisably once (S35, D24).
"""

import asyncio
import random
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient, HTTPError
from sqlalchemy import text

from privacy_center.records.database import Database
from tests import processes
from tests.mailbox import Mailbox
from tests.processes import Process, free_port
from tests.programs import ROOT

LONGEST = 25.0
"""Seconds of load at the most; it ends as soon as there have been enough deaths."""

WORKERS, WEBS = 5, 2
"""Deaths of a worker that has carried letters, and of a web that has answered."""

CLIENTS = 6
DRAIN = 60.0
"""Seconds in which everything that was accepted must have been done."""


@dataclass(slots=True)
class Front:
    """`serve` and two `work` that can be killed and started again, with their number of deaths."""

    environ: dict[str, str]
    port: int
    logs: Path
    alive: dict[str, Process] = field(default_factory=dict)
    deaths: Counter[str] = field(default_factory=Counter)
    said: dict[str, int] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start one of the three."""
        command = ("serve", "--port", str(self.port)) if name == "serve" else ("work",)
        self.said[name] = self._says(name)
        self.alive[name] = processes.start(*command, environ=self.environ, log=self.logs / f"{name}.log")

    def kill(self, name: str) -> None:
        """End one without a word."""
        process = self.alive[name]
        process.kill()
        process.wait()
        self.deaths[name] += 1

    def is_busy(self, name: str) -> bool:
        """Whether it has answered a form or carried a letter since it was started: only then its death is worth it."""
        return self._says(name) > self.said[name]

    def _says(self, name: str) -> int:
        log = self.logs / f"{name}.log"
        word = b'"status": 303' if name == "serve" else b'"became": "accepted"'
        return log.read_bytes().count(word) if log.exists() else 0

    def check(self) -> None:
        """Raise when one has ended that nobody killed."""
        ended = [name for name, process in self.alive.items() if process.poll() is not None]
        assert not ended, "\n".join((self.logs / f"{name}.log").read_text()[-3000:] for name in ended)

    def stop(self) -> None:
        """Ask all to end."""
        for process in self.alive.values():
            processes.stop(process)


@dataclass(slots=True)
class Load:
    """What was posted, and what was answered."""

    url: str
    over: bool = False
    posted: dict[str, str] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    strange: list[int] = field(default_factory=list)

    async def client(self, number: int) -> None:
        """Somebody who posts one form after another; where no answer came, the same form once more."""
        async with AsyncClient(base_url=self.url, timeout=5) as client:
            count = 0
            while not self.over:
                count += 1
                key = f"form-{number}-{count}"
                self.posted[key] = f"ada{number}.{count}@people.example"
                await self._post(client, key, f"203.0.113.{random.randrange(250)}")  # noqa: S311
                await asyncio.sleep(0.15)

    async def _post(self, client: AsyncClient, key: str, address: str) -> None:
        fields = {"right": "access", "place": "DE", "email": self.posted[key], "form": key}
        for _ in range(40):
            try:
                answer = await client.post("/requests/new", data=fields, headers={"X-Forwarded-For": address})
            except HTTPError:
                await asyncio.sleep(0.25)
                continue
            if answer.status_code == 303:
                self.accepted.add(key)
            elif answer.status_code != 503:
                self.strange.append(answer.status_code)
            return


async def chaos(front: Front, load: Load) -> None:
    """Kill whoever is at work, and start it anew at once, until there were enough deaths."""
    until = asyncio.get_running_loop().time() + LONGEST
    wanted = {"work-1": WORKERS // 2 + 1, "work-2": WORKERS // 2, "serve": WEBS}
    while asyncio.get_running_loop().time() < until and any(front.deaths[name] < wanted[name] for name in wanted):
        await asyncio.sleep(random.uniform(0.05, 0.3))  # noqa: S311
        front.check()
        for name in wanted:
            if front.deaths[name] < wanted[name] and front.is_busy(name):
                await asyncio.to_thread(front.kill, name)
                front.start(name)
    load.over = True


@pytest.fixture
def front(environ: dict[str, str], tmp_path: Path) -> Iterator[Front]:
    """The processes of one house."""
    port = free_port()
    given = {"PRIVACY_CENTER_BASE_URL": f"http://localhost:{port}", "PRIVACY_CENTER_TRUSTED_PROXIES": "127.0.0.1"}
    front = Front(processes.environment({**environ, **given}), port, tmp_path)
    for name in ("serve", "work-1", "work-2"):
        front.start(name)
    yield front
    front.stop()


async def ready(front: Front) -> None:
    """Wait until the web answers."""
    async with asyncio.timeout(processes.PATIENCE), AsyncClient(base_url=f"http://localhost:{front.port}") as client:
        while True:
            front.check()
            try:
                if (await client.get("/readyz")).status_code == 200:
                    return
            except HTTPError:
                await asyncio.sleep(0.1)


class Records:
    """The rows as they lie in the database, read without the code that wrote them."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self._jobs = "workflow_status" if url.startswith("sqlite") else "dbos.workflow_status"

    async def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of one query."""
        async with self._database.reading() as session:
            connection = await session.connection()
            return [tuple(row) for row in await connection.execute(text(query))]

    async def one(self, query: str) -> int:
        """One number."""
        ((number,),) = await self.ask(query)
        return int(number)

    async def job_keys(self) -> set[str]:
        """The letters that a job was filed for; further tries of the same letter end in -r1, -r2."""
        rows = await self.ask(f"SELECT workflow_uuid FROM {self._jobs} WHERE queue_name = 'mail'")
        return {str(key).partition("-r")[0] for (key,) in rows}

    async def unfinished(self) -> int:
        """Letters that are not with the mail server yet, and jobs under way."""
        letters = await self.one("SELECT count(*) FROM pc_letter WHERE delivery <> 'accepted'")
        jobs = await self.one(
            f"SELECT count(*) FROM {self._jobs} WHERE status IN ('PENDING', 'ENQUEUED', 'DELAYED') "
            "AND queue_name = 'mail'"
        )
        return letters + jobs

    async def close(self) -> None:
        """Let go."""
        await self._database.dispose()


async def drained(front: Front, records: Records) -> None:
    """Wait until every job is done."""
    async with asyncio.timeout(DRAIN):
        while await records.unfinished():
            front.check()
            await asyncio.sleep(0.2)


async def test_nothing_is_lost_or_doubled_when_processes_are_killed_under_load(
    front: Front, database_url: str, mailbox: Mailbox
) -> None:
    await ready(front)
    load = Load(f"http://localhost:{front.port}")
    await asyncio.gather(chaos(front, load), *(load.client(number) for number in range(CLIENTS)))
    records = Records(database_url)
    try:
        await ready(front)
        await drained(front, records)
        assert not load.strange
        assert front.deaths["work-1"] + front.deaths["work-2"] >= 2
        assert front.deaths["serve"] >= 1
        await all_is_there_once(records, load, mailbox)
        await every_letter_is_recognisable(records, mailbox)
    finally:
        await records.close()
    verify(front)


async def all_is_there_once(records: Records, load: Load, mailbox: Mailbox) -> None:
    """Cases, first events, letters and jobs are the same in number; each accepted form is one of them."""
    count = await records.one("SELECT count(*) FROM pc_case")
    assert await records.one("SELECT count(DISTINCT form_key) FROM pc_case") == count
    told_people = {mail.to for mail in mailbox.mails}
    assert {load.posted[key] for key in load.accepted} <= told_people <= set(load.posted.values())
    assert len(told_people) == count, "each form has a mailbox of its own"
    assert await records.one("SELECT count(*) FROM pc_event WHERE step = 'open'") == count
    letters = {str(i).replace("-", "") for (i,) in await records.ask("SELECT id FROM pc_letter")}
    assert await records.one("SELECT count(*) FROM pc_letter WHERE kind = 'acknowledgement'") == count == len(letters)
    assert {key.replace("-", "") for key in await records.job_keys()} == letters
    assert await records.one("SELECT count(*) FROM pc_letter WHERE delivery = 'accepted'") == count
    told = await records.ask("SELECT case_id, count(*) FROM pc_event WHERE step = 'letter' GROUP BY case_id")
    assert len(told) == count
    assert {number for _, number in told} == {1}, "a letter was noted twice"


async def every_letter_is_recognisable(records: Records, mailbox: Mailbox) -> None:
    """Each letter came, and where it came twice, with the same id, to the same mailbox, in the same words."""
    came: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for mail in list(mailbox.mails):
        came[mail.id.strip("<>").partition("@")[0].replace("-", "")].add((mail.to, mail.subject, mail.text))
    letters = {str(i).replace("-", "") for (i,) in await records.ask("SELECT id FROM pc_letter")}
    assert set(came) == letters
    assert not [key for key, said in came.items() if len(said) != 1]


def verify(front: Front) -> None:
    """Every chain is whole, by the operator's own command."""
    done = subprocess.run(
        [*processes.PROGRAM, "trail", "verify"], env=front.environ, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
