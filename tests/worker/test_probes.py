"""Probes with real workers: through the public page to every recipient and back, and what failing looks like."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from privacy_center.casework import lateness, tallies
from privacy_center.casework.work import CLOCK
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.mailroom import webhooks
from privacy_center.records.probe import Path as Way
from privacy_center.records.probe import What
from privacy_center.settings import Settings
from privacy_center.worker import probes as probes_module
from privacy_center.worker import visits
from tests import builders, processes
from tests.builders import LEA
from tests.conftest import Clock, settings_for
from tests.mailbox import Mailbox
from tests.recipient import RecipientServer, answers, hangs, recipient, redirects
from tests.worker import hearing, probed
from tests.worker.houses import worker_process, working

DONE = answers(200, b'{"status": "completed"}')
FAILS, WORKS = "A test of your opt-out has failed", "The tests of your opt-out work again"


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "PAUSES", (0.2,))
    monkeypatch.setattr(probes_module, "EVERY", 0.2)
    monkeypatch.setattr(visits, "AGAIN", ())


@pytest.fixture
def hooks() -> Iterator[RecipientServer]:
    """AdReach's own system, which does at once what it is told."""
    with recipient(DONE) as server:
        yield server


@pytest.fixture
def shop() -> Iterator[RecipientServer]:
    """The controller's own site."""
    with recipient(probed.page(probed.PLAIN, "basket=1; Path=/, x", "lang=en")) as server:
        yield server


@pytest.fixture
def environ(
    database_url: str, mailbox: Mailbox, hooks: RecipientServer, shop: RecipientServer, tmp_path: Path
) -> dict[str, str]:
    """The settings of a house that tests itself."""
    path = probed.installation(tmp_path, hooks.url, shop.url)
    base = f"http://localhost:{processes.free_port()}"
    ours = {"PRIVACY_CENTER_INSTALLATION": str(path), "PRIVACY_CENTER_BASE_URL": base}
    return settings_for(database_url, mailbox) | ours


@pytest.fixture
async def web(environ: dict[str, str], tmp_path: Path) -> AsyncIterator[None]:
    """The public pages, in a process of their own."""
    async with probed.web(environ, tmp_path / "serve.log"):
        yield


@pytest.mark.usefixtures("web")
async def test_a_round_goes_through_the_public_page_to_every_recipient_and_back(
    center: Center, settings: Settings, clock: Clock, hooks: RecipientServer, shop: RecipientServer
) -> None:
    async with working(settings, clock):
        found = await probed.stands(center, "proved")
    assert list(found) == [Way.button, Way.signal, Way.lookup, Way.site]
    button, site = found[Way.button].proved, found[Way.site].proved
    assert button is not None
    assert (button.told, button.confirmed) == (2, 1)  # Parcel Post has the mail, and answers by hand
    assert site is not None
    assert (site.cookies, site.third_parties) == (2, 0)
    (probe,) = await probed.probes(center, Way.button)
    (line,) = await hearing.lines(center)
    assert line.fingerprint_id == probe.fingerprint_id
    assert line.created_at != probe.committed_at  # the web wrote it, by its own clock
    assert {call.headers["sec-gpc"] for call in shop.calls} == {"1"}
    assert "privacy" not in str(shop.calls[0].headers).lower()
    assert len(hooks.calls) == 1
    assert await probed.alarms(center) == []


@pytest.mark.usefixtures("web")
async def test_what_a_recipient_gets_of_a_probe_is_shaped_as_for_anybody(
    center: Center, settings: Settings, clock: Clock, hooks: RecipientServer
) -> None:
    async with working(settings, clock):
        await probed.stands(center, "proved")
        await hearing.no(center, *center.house.offers)
        probe, person = await hooks.wait(2)
    assert set(probe.headers) == set(person.headers)
    assert probe.headers["user-agent"] == person.headers["user-agent"]
    assert shape(json.loads(probe.body)) == shape(json.loads(person.body))
    assert len(probe.body) == len(person.body)
    assert b"probe" not in probe.body


def shape(value: object) -> object:
    """What a message is made of, without what it says."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    return [shape(each) for each in value] if isinstance(value, list) else (type(value), len(str(value)))


@pytest.mark.usefixtures("web")
async def test_a_recipient_that_refuses_makes_it_fail_once_and_recover_once(
    center: Center, settings: Settings, clock: Clock, hooks: RecipientServer, mailbox: Mailbox
) -> None:
    await builders.member(center, LEA, Role.lead)
    hooks.then = [answers(200, b'{"status": "reject_request"}')] * 2
    async with working(settings, clock):
        found = await probed.stands(center, "failing", Way.button)
        failed = found[Way.button].failed
        assert failed is not None
        assert failed.words == "AdReach Limited has refused it."
        clock.forward(hours=25)
        await hooks.wait(2)
        await probed.until(center, lambda found: bool((last := found[Way.button].failed) and last.at == clock.now))
        assert await probed.alarms(center) == [FAILS]
        clock.forward(hours=25)
        await probed.stands(center, "proved", Way.button)
        mail, _ = await mailbox.wait(2, to=LEA)
    assert await probed.alarms(center) == [FAILS, WORKS]
    assert "AdReach Limited has refused it." in mail.text
    assert "/desk/probes" in mail.text


@pytest.mark.usefixtures("web")
async def test_a_recipient_that_hangs_fails_it_within_one_period_and_opens_no_case(
    center: Center, settings: Settings, clock: Clock, hooks: RecipientServer
) -> None:
    await builders.member(center, LEA, Role.lead)
    hooks.behaves = hangs()
    async with working(settings, clock):
        await probed.stands(center, "proved", Way.signal, Way.lookup, Way.site)
        await hooks.wait()
        assert (await probed.standing(center))[Way.button].state == "untested"
        clock.forward(hours=13)
        found = await probed.stands(center, "failing", Way.button)
        await probed.told(center, FAILS)
    failed = found[Way.button].failed
    assert failed is not None
    assert "AdReach Limited could not be told in time." in failed.words
    clock.forward(days=40)
    (line,) = await hearing.lines(center)
    async with center.work(by=CLOCK) as work:
        assert line.press in await lateness.due(work)
        assert await lateness.open_case(work, str(line.press)) is None
        assert await lateness.due(work) == []
        tally = await tallies.of(work, "adreach")
        assert (tally.waiting, tally.late, await tallies.open_lines(work, "adreach")) == ("0", "0", [])
        assert await tallies.pressing(work) == {"amber": "0", "late": "0"}


@pytest.mark.usefixtures("web")
async def test_a_site_with_a_script_of_a_stranger_is_found_and_named(
    center: Center, settings: Settings, clock: Clock, shop: RecipientServer
) -> None:
    shop.behaves = probed.page(probed.TRACKED, "id=1")
    async with working(settings, clock):
        found = await probed.stands(center, "failing", Way.site)
        await probed.stands(center, "proved", Way.button)
    failed = found[Way.site].failed
    assert failed is not None
    assert failed.words == f"{shop.url} loads from pixel.adreach.example."
    (page,) = await probed.findings(center, What.page)
    assert (page.cookies, page.third_parties) == (1, 1)


@pytest.mark.usefixtures("web")
async def test_a_site_that_sends_visitors_elsewhere_is_not_followed(
    center: Center, settings: Settings, clock: Clock, shop: RecipientServer, hooks: RecipientServer
) -> None:
    shop.then = [redirects("/first"), redirects("https://elsewhere.example/")]
    async with working(settings, clock):
        found = await probed.stands(center, "failing", Way.site)
    failed = found[Way.site].failed
    assert failed is not None
    assert failed.words == f"{shop.url} sends its visitors to elsewhere.example."
    assert [call.target for call in shop.calls] == ["/hooks", "/first"]


async def test_where_the_page_is_down_every_path_through_it_fails(
    center: Center, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes_module, "WARM_UP", 1.0)
    async with working(settings, clock):
        found = await probed.stands(center, "failing", Way.button, Way.signal, Way.lookup)
    failed = found[Way.button].failed
    assert failed is not None
    assert "could not be loaded" in failed.words


async def test_a_worker_waits_for_a_web_that_is_still_starting(
    center: Center, settings: Settings, clock: Clock, environ: dict[str, str], tmp_path: Path
) -> None:
    async with working(settings, clock):
        await asyncio.sleep(1)
        assert await probed.probes(center, Way.button) == []
        async with probed.web(environ, tmp_path / "serve.log"):
            await probed.stands(center, "proved")


@pytest.mark.usefixtures("web")
async def test_a_worker_killed_in_the_middle_leaves_a_probe_that_did_not_finish(
    center: Center, environ: dict[str, str], clock: Clock, shop: RecipientServer, settings: Settings, tmp_path: Path
) -> None:
    shop.behaves = hangs()
    first = worker_process(environ, "one", tmp_path / "one.log")
    await shop.wait(patience=30)
    first.kill()
    first.wait()
    (probe,) = await probed.probes(center, Way.site)
    clock.now = probe.committed_at  # the process had a clock of its own
    assert (await probed.standing(center))[Way.site].state == "untested"
    clock.forward(hours=2)
    assert (await probed.standing(center))[Way.site].state == "failing"  # read, with no worker there
    async with working(settings, clock):
        deadline = asyncio.get_running_loop().time() + 20
        while not [each for each in await probed.findings(center, What.ended) if each.path == Way.site]:
            assert asyncio.get_running_loop().time() < deadline
            await asyncio.sleep(0.1)
    found = (await probed.standing(center))[Way.site].failed
    assert found is not None
    assert "did not finish" in found.words


@pytest.mark.usefixtures("web")
async def test_two_workers_make_one_round(
    center: Center, environ: dict[str, str], tmp_path: Path, clock: Clock, hooks: RecipientServer
) -> None:
    both = [worker_process(environ, name, tmp_path / f"{name}.log") for name in ("one", "two")]
    try:
        await hooks.wait(patience=30)
        await asyncio.sleep(4)
    finally:
        for each in both:
            each.terminate()
        for each in both:
            assert each.wait(20) == 0
    assert len(await probed.probes(center, Way.button)) == 1
    assert len(hooks.calls) == 1


@pytest.mark.usefixtures("web")
async def test_figures_count_people_and_no_probe(
    center: Center, settings: Settings, clock: Clock, hooks: RecipientServer
) -> None:
    hooks.behaves = hangs()
    async with working(settings, clock):
        await hooks.wait()
        await hearing.no(center, "sale")
        await hooks.wait(2)
    async with center.reading(by=CLOCK) as work:
        assert (await tallies.of(work, "adreach")).waiting == "1"
        (line,) = await tallies.open_lines(work, "adreach")
    assert line.what == {"sale": "out"}
