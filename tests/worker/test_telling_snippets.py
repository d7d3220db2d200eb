"""The receiver of docs/telling.md, run as it stands there against a house that is open."""

import asyncio
import json
import re
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlmodel import select

from privacy_center import settings as settings_module
from privacy_center.casework import announcements, telling
from privacy_center.casework.work import CLOCK
from privacy_center.center import Center
from privacy_center.mailroom import webhooks
from privacy_center.records.telling import Answer, Delivery
from tests import processes
from tests.builders import ADA, OTTO
from tests.conftest import settings_for
from tests.house.tree import ROOT
from tests.mailbox import Mailbox
from tests.processes import Running
from tests.worker import hearing

TEXT = (ROOT / "docs" / "telling.md").read_text(encoding="utf-8")
BLOCKS = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
ROWS = re.compile(r"^\| [0-9][^|]*\| ([0-9]+) (second|minute|hour)", re.MULTILINE)
UNITS = {"second": 1, "minute": 60, "hour": 3600}


def blocks(language: str) -> str:
    """Everything that the page has in one language."""
    return "\n".join(text for found, text in BLOCKS.findall(TEXT) if found == language)


def snippets() -> Any:
    """What the snippets define."""
    names: dict[str, Any] = {}
    exec(compile(blocks("python"), "docs/telling.md", "exec"), names)  # noqa: S102 (our own documentation)
    return SimpleNamespace(**{name: value for name, value in names.items() if name.isidentifier()})


def shape(value: Any) -> Any:
    """The names in a JSON value, and the kinds of what they hold."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    return [shape(each) for each in value] if isinstance(value, list) else type(value)


async def test_the_example_is_what_a_recipient_gets(center: Center) -> None:
    await hearing.no(center)
    async with center.work(by=CLOCK) as work:
        await telling.gather(work)
        (delivery,) = await work.session.exec(select(Delivery))
        each = telling.recipient(work.house, "adreach")
        assert each is not None
        body = await announcements.body(work, each, delivery)
    assert shape(json.loads(body)) == shape(json.loads(blocks("json")))


def test_the_pauses_are_those_that_are_kept() -> None:
    assert tuple(int(number) * UNITS[unit] for number, unit in ROWS.findall(TEXT)) == webhooks.PAUSES


def test_every_word_that_may_be_answered_is_in_the_table() -> None:
    assert not [word for word in webhooks.STATUSES if f"`{word}`" not in TEXT and f'"{word}"' not in TEXT]


@contextmanager
def serving(handler: Any) -> Iterator[str]:
    """The receiver on a port of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/privacy"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@asynccontextmanager
async def house(database_url: str, mailbox: Mailbox, folder: Path, url: str) -> AsyncIterator[tuple[Running, Center]]:
    """Web and worker that tell this address, and a look into their database."""
    path = hearing.installation(folder, url)
    environ = settings_for(database_url, mailbox) | {"PRIVACY_CENTER_INSTALLATION": str(path)}
    async with processes.house(environ, mailbox=mailbox, logs=folder) as running:
        center = await Center.open(settings_module.read(dict(running.environ)))
        try:
            yield running, center
        finally:
            await center.close()


async def test_the_receiver_checks_does_and_answers_at_once_and_later(
    database_url: str, mailbox: Mailbox, tmp_path: Path
) -> None:
    said, applied, taken = snippets(), [], []

    class Receiver(said.Receiver):  # type: ignore[misc, name-defined]
        def apply(self, number: int, change: dict[str, Any]) -> None:
            applied.append((number, change["purposes"]))

        def take(self, data: dict[str, Any]) -> str:
            taken.append(data)
            return "accepted" if len(taken) > 1 else str(super().take(data))

        def log_message(self, *_words: object) -> None:
            """Be quiet."""

    with serving(Receiver) as url:
        async with house(database_url, mailbox, tmp_path, url) as (running, center):
            shown = await asyncio.to_thread(running.command, "recipient", "show", "adreach")
            keys = dict(line.partition("\t")[::2] for line in shown.splitlines())
            Receiver.secrets = [keys["secret"]]
            Receiver.people = {said.hashed(keys["hash key"], "email", f" {ADA.upper()}"): 4711}
            await hearing.no(center)
            first = await hearing.became(center, "answered")
            assert applied == [(4711, {"sale": "out"})]
            await hearing.no(center, who=OTTO)
            second = await hearing.until(center, lambda one: one.id != first.id and one.status == "told")
            callback = taken[1]["callback"]
            stands = await asyncio.to_thread(said.answer_later, callback, {"status": "no_data"})
            assert [change["status"] for change in stands] == ["no_data"]
            assert {line.answer for line in await hearing.lines(center)} == {Answer.confirmed, Answer.no_data}
            assert set(Receiver.seen) == {str(first.id), str(second.id)}


def test_the_receiver_lets_nobody_else_in() -> None:
    said = snippets()
    secret = webhooks.secret(bytes(range(32)))
    assert not said.is_genuine({}, b"{}", [secret])
    assert not said.is_genuine(
        {"webhook-id": "a", "webhook-timestamp": "1", "webhook-signature": "v1,x"}, b"{}", [secret]
    )
