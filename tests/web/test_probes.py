"""What the desk and the public read of probes: exactly what was proved, amber when it fails or is old."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx2 import Response

from privacy_center import settings as settings_module
from privacy_center.casework import probing, verdicts
from privacy_center.casework.probing import Committed, Found
from privacy_center.casework.work import CLOCK
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.records.probe import Outcome, What
from tests.conftest import NORTHWIND, Clock
from tests.trust import doors

PAGE = "https://shop.northwind.example/"


@pytest.fixture
async def tested(environ: dict[str, str], clock: Clock, tmp_path: Path) -> AsyncIterator[Center]:
    """A house with probes on, once a day, and one site."""
    path = tmp_path / "tested.toml"
    text = NORTHWIND.read_text(encoding="utf-8").replace("every_hours = 0", "every_hours = 24")
    text = text.replace('host = "app.northwind.example"', 'host = "app.northwind.example"\npages = []')
    path.write_text(re.sub(r'pages = \["https://northwind-outlet[^]]*\]', "pages = []", text), encoding="utf-8")
    center = await Center.open(settings_module.read({**environ, "PRIVACY_CENTER_INSTALLATION": str(path)}), now=clock)
    yield center
    await center.close()


async def judged(center: Center, **found: tuple[Found, ...]) -> None:
    """A round, with what was found on each path."""
    async with center.work(by=CLOCK) as work:
        turned = []
        for probe in await probing.begin(work):
            turned += await probing.note(work, probe, found.get(probe.path, (Found(Outcome.proved),)))
        await verdicts.tell(work, turned)


def words(page: Response) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text)).replace(" .", ".")


async def public(center: Center) -> str:
    """What the page of the choices says to somebody new."""
    return words(await doors.visitor(center).get("/choices"))


async def test_where_probes_are_off_nothing_is_claimed_and_the_desk_says_so(center: Center) -> None:
    assert "Last proved" not in await public(center)
    assert "Does it work?" not in await public(center)
    hana = await doors.staff(center, Role.handler)
    page = await hana.get("/desk/probes")
    assert "Probes are switched off" in words(page)
    assert "No probe has been made yet." in words(page)
    assert 'href="/desk/probes" aria-current="page"' in page.text


async def test_before_the_first_round_nothing_is_claimed_either(tested: Center) -> None:
    page = await public(tested)
    assert "Not proved yet No test of the opt-out on this page has ended yet." in page
    assert "Last proved" not in page
    audrey = await doors.staff(tested, Role.auditor)
    assert "The worker makes the first soon after its start." in words(await audrey.get("/desk/probes"))


@pytest.mark.parametrize(
    ("told", "confirmed", "said"),
    [
        (0, 0, "was kept in our records; there is nobody whom we have to tell."),
        (1, 0, "reached the one company that we tell; it has not confirmed it so far."),
        (1, 1, "reached the one company that we tell; it has confirmed it."),
        (2, 1, "reached both companies that we tell; one has confirmed it so far."),
        (5, 0, "reached all 5 companies that we tell; none has confirmed it so far."),
        (5, 3, "reached all 5 companies that we tell; 3 have confirmed it so far."),
        (5, 5, "reached all 5 companies that we tell; all have confirmed it."),
    ],
)
async def test_the_line_says_exactly_what_was_proved(tested: Center, told: int, confirmed: int, said: str) -> None:
    await judged(tested, button=(Found(Outcome.proved, told=told, confirmed=confirmed),))
    start = "Works Last proved working: 24 November 2026, 16:01 GMT – a test opt-out pressed on this page"
    assert f"{start} {said}" in await public(tested)


async def test_every_path_has_its_own_line_also_after_a_press(tested: Center) -> None:
    await judged(tested)
    visitor = doors.visitor(tested)
    pressed = words(await visitor.post("/choices", data={"purpose": "sale", "choice": "out"}))
    for page in (await public(tested), pressed):
        assert page.count("Last proved working: 24 November 2026") == 4
        assert "also against a yes that the browser had kept" in page
        assert "asked inside this center about the test’s address" in page
        assert "shop.northwind.example, loaded with the privacy signal" in page


async def test_failing_is_amber_names_no_recipient_and_stands_first_at_the_desk(tested: Center, clock: Clock) -> None:
    await judged(tested)
    clock.forward(days=1)
    why = "AdReach Limited has refused it."
    line = Found(Outcome.failing, why, What.recipient, "adreach", told=1, confirmed=0)
    await judged(tested, button=(line, Found(Outcome.failing, why, told=2, confirmed=1)))
    page = await public(tested)
    assert "Our test of the opt-out on this page failed on 25 November 2026, 16:01 GMT. Our staff see it." in page
    assert "Last proved working: 24 November 2026, 16:01 GMT." in page
    assert "AdReach" not in page
    lea = await doors.staff(tested, Role.lead)
    assert "One test of your opt-out fails or is overdue" in words(await lea.get("/desk"))
    desk = words(await lea.get("/desk/probes"))
    assert "A no pressed on the page Failing 24 November 2026, 16:01 GMT 25 November 2026, 16:01 GMT" in desk
    assert f"AdReach Limited Failed told 25 November 2026, 16:01 GMT {why}" in desk


async def test_old_is_amber_and_says_that_it_is_old(tested: Center, clock: Clock) -> None:
    await judged(tested)
    clock.forward(hours=49)
    page = await public(tested)
    assert page.count("Proof is old") == 4
    assert "That is longer ago than it should be." in page
    lea = await doors.staff(tested, Role.lead)
    assert "4 tests of your opt-out fail or are overdue" in words(await lea.get("/desk"))


async def test_a_page_of_a_site_shows_its_cookies_and_strangers(tested: Center) -> None:
    words_ = f"{PAGE} loads from <b>.example."
    found = Found(Outcome.failing, words_, What.page, PAGE, cookies=2, third_parties=1)
    await judged(tested, site=(found, Found(Outcome.failing, words_, cookies=2, third_parties=1)))
    hana = await doors.staff(tested, Role.handler)
    answer = await hana.get("/desk/probes")
    assert f"{PAGE} Failed 2 1 24 November 2026" in words(answer)
    assert "&lt;b&gt;" in answer.text
    assert "Our test of shop.northwind.example with the privacy signal failed" in await public(tested)


async def test_a_probe_under_way_is_listed_as_waiting_with_its_number_in_the_record(tested: Center) -> None:
    async with tested.work(by=CLOCK) as work:
        round_: list[Committed] = await probing.begin(work)
    hana = await doors.staff(tested, Role.handler)
    page = words(await hana.get("/desk/probes"))
    assert page.count("Waiting") == len(round_)
    assert round_[0].email not in page
    assert "Global Privacy Control Waiting" in page


async def test_while_the_records_are_away_the_page_stands_without_the_line(tested: Center) -> None:
    await judged(tested)
    visitor = doors.visitor(tested)
    await tested.database.dispose()
    async with tested.database.transaction() as session:
        await (await session.connection()).exec_driver_sql("ALTER TABLE pc_probe_finding RENAME TO pc_elsewhere")
    answer = await visitor.get("/choices")
    assert answer.status_code == 200
    assert "Last proved" not in answer.text
    assert "Opt out of all of these" in answer.text
