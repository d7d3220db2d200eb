"""The cookie that holds the choice: what it says, where it is set, and that it names nobody (D6)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from httpx2 import AsyncClient

from privacy_center.center import Center
from privacy_center.records.preference import Choice
from privacy_center.web import choice_cookie
from privacy_center.web.choice_cookie import Kept
from tests.conftest import Clock
from tests.trust.doors import visitor

AT = datetime(2026, 11, 24, 16, 1, tzinfo=UTC)
SECOND = int(AT.timestamp())
OUT = {"purpose": "sale", "choice": "out"}
GARBLED = (
    "",
    "v1",
    "v1.",
    "v2.sale:out:1",
    "v1.sale:out:1.",
    "v1.sale:out:x",
    "v1.sale:out:-1",
    "v1.sale:maybe:1",
    "v1.SALE:out:1",
    "v1.sale:out:1:h",
    "v1.sale:out:1:g:g",
    "v1.sale:out:1.sale:in:2",
    "v1.sale:out:999999999999",
    "v1.sale:out:1 ",
    "v1.sale:out:\u0661",
    "v1." + ".".join(f"p{number}:out:1" for number in range(1000)),
)


@pytest.fixture
async def at(center: Center) -> Center:
    """The same house at https://privacy.northwind.example."""
    center.settings = replace(center.settings, base_url="https://privacy.northwind.example")
    return center


def test_it_says_what_was_said_and_when() -> None:
    said = {"sale": Kept(Choice.out, AT), "sharing": Kept(Choice.in_, AT, signal=True)}
    assert choice_cookie.write(said) == f"v1.sale:out:{SECOND}.sharing:in:{SECOND}:g"
    assert choice_cookie.read(choice_cookie.write(said)) == said
    assert choice_cookie.read(choice_cookie.write({})) == {}


@pytest.mark.parametrize("text", GARBLED)
async def test_a_garbled_one_says_nothing(center: Center, text: str) -> None:
    assert choice_cookie.read(text) == {}
    headers = {"Cookie": b"choice=" + text.encode()}
    answer = await visitor(center).get("/choices", headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 200


async def test_it_is_host_only_and_closed_to_scripts_where_no_parent_domain_is_shared(center: Center) -> None:
    answer = await visitor(center).post("/choices", data=OUT)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"choice=v1.sale:out:{SECOND};")
    assert "domain" not in cookie.lower()
    assert "httponly" in cookie.lower()
    assert "max-age=34560000" in cookie.lower()
    assert "samesite=lax" in cookie.lower()
    assert '<strong>shop.northwind.example</strong><span class="badge warn">' in answer.text


async def test_on_https_it_is_set_for_the_parent_domain_and_the_page_claims_the_sites_that_read_it(at: Center) -> None:
    answer = await secure(at).post("/choices", data=OUT)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"__Secure-choice=v1.sale:out:{SECOND};")
    assert "domain=northwind.example" in cookie.lower()
    assert "secure" in cookie.lower().replace("__secure", "")
    assert "httponly" not in cookie.lower(), "the sites' own scripts read it; it names nobody"
    assert '<strong>shop.northwind.example</strong><span class="badge ok">' in answer.text


@pytest.mark.parametrize("domain", ["", "other.example", "thwind.example", "y.privacy.northwind.example"])
async def test_a_domain_that_is_no_parent_is_not_used(at: Center, domain: str) -> None:
    house = at.house
    choosing = replace(house.installation.choosing, cookie_domain=domain)
    at.house = replace(house, installation=replace(house.installation, choosing=choosing))
    answer = await secure(at).post("/choices", data=OUT)
    assert answer.headers["set-cookie"].startswith("__Host-choice=v1.")
    assert "domain" not in answer.headers["set-cookie"].lower()


async def test_a_no_from_before_the_parent_domain_was_named_still_stands(at: Center) -> None:
    old, new = f"v1.sale:out:{SECOND}.training:out:{SECOND - 9}", f"v1.training:in:{SECOND}.sale:in:{SECOND - 9}"
    headers = {"Cookie": f"__Host-choice={old}; __Secure-choice={new}"}
    answer = await secure(at).get("/choices", headers=headers)
    assert f"__Secure-choice=v1.training:in:{SECOND}.sale:out:{SECOND};" in answer.headers["set-cookie"]


async def test_a_visit_to_the_page_begins_its_life_anew_and_changes_nothing(center: Center, clock: Clock) -> None:
    ada = visitor(center)
    await ada.post("/choices", data=OUT)
    clock.forward(days=300)
    answer = await ada.get("/choices")
    assert answer.headers["set-cookie"].startswith(f"choice=v1.sale:out:{SECOND}; ")
    assert "34560000" in answer.headers["set-cookie"]


async def test_a_purpose_that_has_ended_is_dropped(center: Center) -> None:
    headers = {"Cookie": f"choice=v1.sale:out:{SECOND}.gone:in:{SECOND}"}
    answer = await visitor(center).get("/choices", headers=headers)
    assert f"choice=v1.sale:out:{SECOND};" in answer.headers["set-cookie"]


async def test_the_newest_word_counts_for_each_purpose(center: Center, clock: Clock) -> None:
    ada = visitor(center)
    await ada.post("/choices", data={"purpose": ["sale", "training"], "choice": "out"})
    clock.forward(minutes=1)
    form = {"purpose": "sale", "choice": "in"}
    await ada.post("/choices", data=form)
    await ada.post("/choices", data={**form, "confirm": "yes"})
    assert ada.cookies["choice"] == f"v1.sale:in:{SECOND + 60}.training:out:{SECOND}"


def secure(center: Center) -> AsyncClient:
    """A browser that speaks https to it."""
    client = visitor(center)
    client.base_url = "https://privacy.northwind.example"
    return client
