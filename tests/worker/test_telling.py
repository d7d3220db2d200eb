"""Recipients are told: signed, again and again until they answer, whatever they do, and nobody waits for another."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from privacy_center import settings as settings_module
from privacy_center.casework import mending
from privacy_center.casework.work import Actor
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.mailroom import webhooks
from privacy_center.records.telling import Answer
from privacy_center.settings import Settings
from privacy_center.worker import engine, sweep
from tests import processes
from tests.builders import ADA
from tests.conftest import Clock, settings_for
from tests.mailbox import Mailbox
from tests.processes import Running
from tests.recipient import Call, RecipientServer, answers, drips, hangs, recipient
from tests.worker import hearing
from tests.worker.houses import worker_process, working

DONE = answers(200, b'{"status": "completed"}')
HANA = Actor(Role.handler)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "PAUSES", (0.2,))


@pytest.fixture
def hooks() -> Iterator[RecipientServer]:
    """AdReach's own system, which does at once what it is told."""
    with recipient(DONE) as server:
        yield server


@pytest.fixture
def environ(database_url: str, mailbox: Mailbox, hooks: RecipientServer, tmp_path: Path) -> dict[str, str]:
    """The settings of a house that tells that system."""
    path = hearing.installation(tmp_path, hooks.url)
    return settings_for(database_url, mailbox) | {"PRIVACY_CENTER_INSTALLATION": str(path)}


def shown(environ: dict[str, str], mailbox: Mailbox) -> dict[str, str]:
    """What `recipient show` prints for AdReach, by name."""
    running = Running("", processes.environment(environ), mailbox)
    lines = running.command("recipient", "show", "adreach").splitlines()
    return {name: value for name, _, value in (line.partition("\t") for line in lines)}


def raw(secret: str) -> bytes:
    """A secret as it was given, as bytes."""
    return base64.b64decode(secret.removeprefix("whsec_"))


def changes(call: Call) -> list[dict[str, object]]:
    """What a call tells."""
    found = json.loads(call.body)["data"]["changes"]
    assert isinstance(found, list)
    return found


async def test_a_choice_reaches_the_recipient_signed_under_the_secret_that_the_command_shows(
    center: Center,
    settings: Settings,
    clock: Clock,
    environ: dict[str, str],
    mailbox: Mailbox,
    hooks: RecipientServer,
) -> None:
    press = await hearing.no(center)
    async with working(settings, clock):
        (call,) = await hooks.wait()
        delivery = await hearing.became(center, "answered")
    keys = await asyncio.to_thread(shown, environ, mailbox)
    webhooks.verify(call.headers, call.body, [raw(keys["secret"])], clock.now)
    with pytest.raises(webhooks.Forged):
        webhooks.verify(call.headers, call.body + b" ", [raw(keys["secret"])], clock.now)
    assert call.headers["webhook-id"] == str(delivery.id)
    digest = hashlib.sha256(f"email:{ADA}".encode()).hexdigest().encode()
    named = hmac.new(base64.b64decode(keys["hash key"]), digest, hashlib.sha256).hexdigest()
    (change,) = changes(call)
    assert change["identity"] == {"kind": "email", "hash": named}
    assert (change["press"], change["purposes"]) == (press, {"sale": "out"})
    assert ADA.encode() not in call.body
    (line,) = await hearing.lines(center)
    assert (line.answer, line.answered_at, line.mailbox) == (Answer.confirmed, clock.now, None)


async def test_a_recipient_that_fails_is_told_again_under_the_same_id(
    center: Center, settings: Settings, clock: Clock, hooks: RecipientServer
) -> None:
    hooks.then = [answers(500), answers(503)]
    await hearing.no(center)
    async with working(settings, clock):
        calls = await hooks.wait(3)
        delivery = await hearing.became(center, "answered")
    assert {call.headers["webhook-id"] for call in calls} == {str(delivery.id)}
    assert len({call.body for call in calls}) == 1
    assert (delivery.attempts, delivery.error, delivery.next_try_at) == (2, None, None)


async def test_a_recipient_is_not_called_before_the_moment_it_asked_for(
    center: Center, settings: Settings, clock: Clock, hooks: RecipientServer
) -> None:
    hooks.then = [answers(429, retry_after="2")]
    await hearing.no(center)
    async with working(settings, clock):
        await hooks.wait()
        first = time.monotonic()
        await hooks.wait(2)
        assert time.monotonic() - first >= 1.9
        await hearing.became(center, "answered")


async def test_a_recipient_that_is_gone_is_called_no_more_until_staff_have_looked(
    center: Center, settings: Settings, clock: Clock, hooks: RecipientServer
) -> None:
    hooks.then = [answers(410)]
    await hearing.no(center)
    async with working(settings, clock):
        held = await hearing.became(center, "trouble")
        assert (await hearing.silent(center)) is not None
        await hearing.no(center, who="otto@agents.example")
        await asyncio.sleep(5 * sweep.EVERY)
        assert len(hooks.calls) == 1
        assert [line.answer for line in await hearing.lines(center)] == [Answer.waiting] * 2
        async with center.work(by=HANA) as work:
            await mending.call_again(work, "adreach")
        calls = await hooks.wait(3)
        assert {call.headers["webhook-id"] for call in calls[:2]} == {str(held.id)}
        await hearing.until(center, lambda delivery: delivery.id != held.id and delivery.status == "answered")
    assert await hearing.silent(center) is None
    assert {line.answer for line in await hearing.lines(center)} == {Answer.confirmed}


async def test_a_recipient_that_lets_us_in_no_more_is_left_alone_after_the_third_time(
    center: Center, settings: Settings, clock: Clock, hooks: RecipientServer
) -> None:
    hooks.then = [answers(401), answers(403)]
    await hearing.no(center)
    async with working(settings, clock):
        await hearing.became(center, "answered")  # twice is not yet in a row of three
        hooks.then = [answers(401)] * 5
        await hearing.no(center, who="otto@agents.example")
        await hearing.until(center, lambda delivery: "staff" in (delivery.error or ""))
    assert len(hooks.calls) == 6
    silent = await hearing.silent(center)
    assert silent is not None
    assert silent.why == "it does not let us in (401)"


async def test_a_recipient_that_says_no_is_shown_to_staff_and_the_choice_stands(
    center: Center, settings: Settings, clock: Clock, hooks: RecipientServer
) -> None:
    hooks.then = [answers(200, b'{"status": "reject_request"}')]
    await hearing.no(center)
    async with working(settings, clock):
        delivery = await hearing.became(center, "refused")
        assert delivery.error == "it rejects the matter"
        async with center.work(by=HANA) as work:
            await mending.send_again(work, delivery.id)
        await hearing.became(center, "answered")
    assert [line.answer for line in await hearing.lines(center)] == [Answer.confirmed]


@pytest.mark.parametrize("behaves", [hangs(), drips(b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{")])
async def test_one_that_hangs_or_drips_holds_up_no_other(
    database_url: str, mailbox: Mailbox, hooks: RecipientServer, clock: Clock, tmp_path: Path, behaves: object
) -> None:
    with recipient(behaves) as slow:  # type: ignore[arg-type]
        path = hearing.installation(tmp_path, slow.url, hooks.url)
        environ = settings_for(database_url, mailbox) | {"PRIVACY_CENTER_INSTALLATION": str(path)}
        given = settings_module.read(environ)
        center = await Center.open(given, now=clock)
        try:
            for number in range(251):
                await hearing.no(center, who=f"p{number}@people.example")
            begun = time.monotonic()
            async with working(given, clock):
                await hooks.wait(6, patience=15)
            assert slow.connections == engine.LANE
            assert time.monotonic() - begun < 15  # less than one call may hang
            assert all(line.answer == Answer.waiting for line in await hearing.lines(center))
        finally:
            await center.close()


async def test_a_killed_workers_call_is_made_again_under_the_same_id(
    center: Center, environ: dict[str, str], hooks: RecipientServer, tmp_path: Path
) -> None:
    hooks.then = [hangs()]
    await hearing.no(center)
    first = worker_process(environ, "one", tmp_path / "one.log")
    await hooks.wait(patience=30)
    first.kill()
    first.wait()
    second = worker_process(environ, "two", tmp_path / "two.log")
    try:
        calls = await hooks.wait(2, patience=30)
        delivery = await hearing.became(center, "answered")
    finally:
        second.terminate()
        assert second.wait(15) == 0, (tmp_path / "two.log").read_text()
    assert {call.headers["webhook-id"] for call in calls} == {str(delivery.id)}
    assert calls[0].body == calls[1].body
    assert ADA not in (tmp_path / "two.log").read_text()
    assert calls[1].headers["webhook-signature"] not in (tmp_path / "two.log").read_text()
    assert abs(int(calls[1].headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 60


async def test_while_a_secret_changes_over_both_of_them_fit(
    database_url: str, mailbox: Mailbox, hooks: RecipientServer, clock: Clock, tmp_path: Path
) -> None:
    base = settings_for(database_url, mailbox)
    once, then = [
        base | {"PRIVACY_CENTER_INSTALLATION": str(hearing.installation(tmp_path, hooks.url, secret=number))}
        for number in (1, 2)
    ]
    old, new = [await asyncio.to_thread(shown, environ, mailbox) for environ in (once, then)]
    assert new["old secret"] == old["secret"] != new["secret"]
    assert new["hash key"] == old["hash key"]
    given = settings_module.read(then)
    center = await Center.open(given, now=clock)
    try:
        await hearing.no(center)
        async with working(given, clock):
            (call,) = await hooks.wait()
            await hearing.became(center, "answered")
    finally:
        await center.close()
    for secret in (old["secret"], new["secret"]):
        webhooks.verify(call.headers, call.body, [raw(secret)], clock.now)


async def test_loopback_is_called_only_where_the_installation_allows_it(
    database_url: str, mailbox: Mailbox, hooks: RecipientServer, clock: Clock, tmp_path: Path
) -> None:
    path = hearing.installation(tmp_path, hooks.url.replace("http:", "https:"), loopback=False)
    given = settings_module.read(settings_for(database_url, mailbox) | {"PRIVACY_CENTER_INSTALLATION": str(path)})
    center = await Center.open(given, now=clock)
    try:
        await hearing.no(center)
        async with working(given, clock):
            delivery = await hearing.until(center, lambda delivery: delivery.attempts >= 2)
    finally:
        await center.close()
    assert delivery.error == "the host leads to an address that is not public"
    assert hooks.connections == 0
