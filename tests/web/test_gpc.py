"""Global Privacy Control: every case of the specification and of 11 CCR 7025, at the real doors (D17)."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlmodel import select
from starlette.datastructures import Headers

from privacy_center.casework import preferences, sessions
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.preferences import Consent, Said, Standing
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.records.counter import Counter
from privacy_center.records.preference import Source
from privacy_center.web import signal
from tests import builders
from tests.builders import ADA
from tests.conftest import Clock
from tests.trust import doors

CASES = json.loads(Path(__file__).with_name("gpc_cases.json").read_text(encoding="utf-8"))["header"]
LINE = "Opt-out request honored"
ON = {"Sec-GPC": "1"}
PAGES = (
    "/",
    "/choices",
    "/requests/new",
    "/rights",
    "/rights/US-CA",
    "/notice",
    "/contact",
    "/sign-in",
    "/nothing-here",
)
WHO = Identity("email", ADA, proved=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case["values"]))
async def test_the_signal_is_on_exactly_where_the_specification_says(center: Center, case: dict[str, Any]) -> None:
    headers = [("Sec-GPC", value) for value in case["values"]]
    answer = await doors.visitor(center).get("/choices", headers=headers)
    assert (LINE in answer.text) is case["gpc"]
    assert answer.status_code == 200


@pytest.mark.parametrize(("value", "on"), [("1, 1", True), ("0,1", True), ("1;a=b, 0", False), ("11", False)])
def test_lines_that_a_proxy_of_ours_has_joined_are_read_one_by_one(value: str, on: bool) -> None:
    headers = Headers(headers={"sec-gpc": value})
    assert signal.is_on(headers, folded=True) is on
    assert not signal.is_on(headers, folded=False)


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_says_it_exactly_then(center: Center, path: str) -> None:
    visitor = doors.visitor(center)
    with_signal, without = await visitor.get(path, headers=ON), await visitor.get(path)
    assert with_signal.text.count(f"<span>{LINE}</span>") == with_signal.text.count(LINE) == 1
    assert LINE not in without.text
    assert "Sec-GPC" in without.headers["vary"]


async def test_a_mistake_says_it_too(center: Center) -> None:
    answer = await doors.visitor(center).post("/requests/new", data={}, headers=ON)
    assert (answer.status_code, LINE in answer.text) == (422, True)


async def test_the_toggles_show_it_and_an_anonymous_visit_leaves_nothing_but_a_count(
    center: Center, clock: Clock
) -> None:
    before = await doors.rows(center)
    visitor = doors.visitor(center)
    page = await visitor.get("/choices", headers=ON)
    assert page.text.count("</svg>Opted out</span>") == 2
    assert "for as long as it sends its privacy signal" in page.text
    assert await doors.rows(center) == before
    assert not visitor.cookies
    assert await counted(center) == 1
    for _ in range(20):
        await visitor.get("/", headers=ON)
    assert await counted(center) == 1, "a flood of visits is no flood of writes"
    app: Any = visitor._transport
    clock.forward(seconds=11)
    await visitor.get("/", headers=ON)
    assert await counted(center) == 22
    assert app.app.state.visits.waiting == 0


async def counted(center: Center) -> int:
    """How many anonymous visits with the signal are written."""
    async with center.reading(by=REQUESTER) as work:
        rows = (await work.session.exec(select(Counter))).all()
    return sum(row.count for row in rows if row.key.startswith(signal.COUNTED))


async def test_a_visit_without_it_is_no_yes(center: Center) -> None:
    ada, _ = await in_session(center)
    await ada.get("/choices", headers=ON)
    before = await standing(center)
    page = await ada.get("/choices")
    assert await standing(center) == before
    assert page.text.count("</svg>Opted out</span>") == 2
    assert LINE not in page.text


async def test_whoever_is_known_is_opted_out_everywhere_and_only_once(center: Center) -> None:
    ada, reference = await in_session(center)
    for path in (f"/requests/{reference}", "/choices", "/contact"):
        assert LINE in (await ada.get(path, headers=ON)).text
    found = await standing(center)
    assert {name: (row.choice, row.source) for name, row in found.items()} == {
        "sale": ("out", "signal"),
        "sharing": ("out", "signal"),
    }
    assert len((await doors.rows(center))["pc_preference"]) == 2
    assert await counted(center) == 0


async def test_a_session_for_a_mailbox_is_known_as_well(center: Center) -> None:
    await builders.a_case(center)
    async with center.work(by=REQUESTER) as work:
        cookie = sessions.open_requester(work, index=work.house.keys.index("email", ADA))
    ada = doors.visitor(center)
    ada.cookies.set("requester", cookie)
    await ada.get("/", headers=ON)
    assert set(await standing(center)) == {"sale", "sharing"}


async def test_the_signal_ends_a_yes_of_the_account_and_says_so_once_without_a_button(
    center: Center, clock: Clock
) -> None:
    ada, _ = await in_session(center)
    await yes(center, signalled=False)
    first, second = [(await ada.get("/choices", headers=ON)).text for _ in range(2)]
    told = "You had allowed this here before: Selling my data."
    assert told in first
    assert told not in second
    assert 'value="in"' not in first
    assert (await standing(center))["sale"].choice == "out"


async def test_the_signal_ends_a_yes_of_the_browser_and_says_so_once(center: Center) -> None:
    visitor = doors.visitor(center)
    visitor.cookies.set("choice", "v1.sale:in:1764000000.training:in:1764000000", domain="localhost.local", path="/")
    first, second = [(await visitor.get(path, headers=ON)).text for path in ("/contact", "/choices")]
    assert "You had allowed this here before: Selling my data. The no counts now." in first
    assert "You had allowed" not in second
    assert "sale:out:" in visitor.cookies["choice"]
    assert "training:in:1764000000" in visitor.cookies["choice"], "the signal does not speak of it"


async def test_a_yes_that_was_given_under_the_signal_outranks_it(center: Center, clock: Clock) -> None:
    ada, _ = await in_session(center)
    await ada.get("/choices", headers=ON)
    clock.forward(minutes=5)
    form = {"purpose": "sale", "choice": "in"}
    await ada.post("/choices", data=form, headers=ON)
    answer = await ada.post("/choices", data={**form, "confirm": "yes"}, headers=ON)
    assert answer.status_code == 200
    assert ada.cookies["choice"].endswith(":g")
    clock.forward(minutes=5)
    page = await ada.get("/choices", headers=ON)
    found = await standing(center)
    assert (found["sale"].choice, found["sharing"].choice) == ("in", "out")
    assert "Allowed by you" in page.text
    assert LINE in page.text


async def test_the_staff_s_browsers_are_not_a_requester_s(center: Center) -> None:
    hana = await doors.staff(center, Role.handler)
    before = await doors.rows(center)
    for path in ("/desk", "/desk/letters", "/desk/sign-in"):
        assert LINE not in (await hana.get(path, headers=ON)).text
    assert await doors.rows(center) == before
    assert await counted(center) == 0


async def test_a_database_that_is_away_does_not_hide_the_line(center: Center) -> None:
    ada, _ = await in_session(center)
    await center.database.dispose()
    center.database = type(center.database)("sqlite:////nowhere/at/all.db")
    for path in ("/contact", "/choices"):
        answer = await ada.get(path, headers=ON)
        assert (answer.status_code, LINE in answer.text) == (200, True)


async def test_the_support_resource_says_that_we_honour_it_and_since_when(center: Center) -> None:
    answer = await doors.visitor(center).get("/.well-known/gpc.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"gpc": True, "lastUpdate": "2026-11-01"}
    house = center.house
    bare = replace(house.installation, choosing=replace(house.installation.choosing, notice=None))
    center.house = replace(house, installation=bare)
    assert (await doors.visitor(center).get("/.well-known/gpc.json")).json() == {"gpc": True}


async def in_session(center: Center) -> tuple[AsyncClient, str]:
    """Ada, whose mailbox is proved, in session for her case."""
    reference = await builders.a_case(center)
    return await doors.requester(center, reference), reference


async def standing(center: Center) -> dict[str, Standing]:
    """What Ada has said everywhere."""
    async with center.reading(by=REQUESTER) as work:
        return await preferences.said_by(work, WHO)


async def yes(center: Center, *, signalled: bool) -> None:
    """Ada has allowed one thing before."""
    async with center.work(by=REQUESTER) as work:
        consent = Consent("2026-11-01", shown_at=work.now, given_at=work.now, signal=signalled)
        await preferences.say_yes(work, Said(("sale",), Source.button), consent, identity=WHO)
