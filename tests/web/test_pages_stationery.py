"""The stationery of pages: whole pages or none, addresses that change with their content, nothing from elsewhere."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jinja2
import pytest
from starlette.requests import Request
from starlette.routing import Match

from privacy_center import installation, places
from privacy_center.web import pages
from privacy_center.web.pages import Pages
from privacy_center.web.routes import ROUTES
from tests.conftest import NORTHWIND

WEB = Path(pages.__file__).parent
HREF = re.compile(r'(?:href|action)="(/[^"{#?]*)["?#]')
FORBIDDEN = re.compile(r"style=|<script|<style|\|\s*safe|Markup|//(?!www\.w3\.org)[\w-]+\.[\w.]+")
"""No inline style or script (they would not work under our policy), no unescaped text, nothing from elsewhere."""

EXAMPLES = {"public/sent.html", "public/contact.html", "public/accessibility.html", "desk/sign_in_sent.html"}
"""Pages that need nothing but what every page knows."""


@pytest.fixture
def stationery() -> Pages:
    """The pages of the example installation."""
    return Pages(places.TEMPLATES, installation=installation.read(NORTHWIND))


def a_request(path: str = "/") -> Request:
    """A visitor at an address."""
    return Request({"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "state": {}})


def templates() -> Iterator[tuple[str, str]]:
    """Every template of a page with its source."""
    for path in sorted(places.TEMPLATES.rglob("*.html")):
        yield path.relative_to(places.TEMPLATES).as_posix(), path.read_text(encoding="utf-8")


def opened(address: str) -> bool:
    """Whether a GET or POST route answers here."""
    scopes: list[dict[str, Any]] = [{"type": "http", "method": method, "path": address} for method in ("GET", "POST")]
    return any(route.matches(scope)[0] is Match.FULL for scope in scopes for route in ROUTES)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_page_says_where_it_is_and_whose_it_is(stationery: Pages, name: str) -> None:
    answer = stationery.render(a_request(), name)
    text = bytes(answer.body).decode()
    assert answer.status_code == 200
    assert text.startswith("<!doctype html>")
    assert "Northwind" in text.partition("</title>")[0]
    assert text.count("<h1>") == 1


def test_a_page_that_lacks_something_is_not_sent_at_all(stationery: Pages) -> None:
    with pytest.raises(jinja2.UndefinedError):
        stationery.render(a_request(), "public/status.html", {"case": {}})


def test_what_people_typed_stays_text(stationery: Pages) -> None:
    context = {"title": "<b>x</b>", "text": ['"><script>'], "links": []}
    text = bytes(stationery.render(a_request(), "public/message.html", context).body).decode()
    assert "<b>x" not in text
    assert "<script" not in text


def test_a_mistake_shows_in_the_title_and_leads_to_its_field(stationery: Pages) -> None:
    context = {"values": {"email": "ada@"}, "errors": {"email": "Enter your address."}}
    answer = stationery.render(a_request("/sign-in"), "public/sign_in.html", context, status=422)
    text = bytes(answer.body).decode()
    assert answer.status_code == 422
    assert "<title>Error: " in text
    assert '<a href="#email">Enter your address.</a>' in text
    assert 'aria-invalid="true"' in text
    assert 'value="ada@"' in text
    assert text.count("Enter your address.") == 2


def test_no_template_brings_style_script_or_strangers_in() -> None:
    found = {name: FORBIDDEN.findall(source) for name, source in templates()}
    assert not {name: marks for name, marks in found.items() if marks}


def test_no_link_of_a_page_is_dead() -> None:
    addresses = {address for _, source in templates() for address in HREF.findall(source)}
    assert len(addresses) > 10
    assert not {address for address in addresses if not opened(address)}


def test_every_page_that_a_door_renders_exists() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in WEB.rglob("*.py"))
    named = set(re.findall(r'"((?:public|desk|errors)/\w+\.html)"', sources))
    assert named == {name for name, _ in templates() if "/" in name}


def test_the_address_of_a_file_changes_with_its_content() -> None:
    assert re.fullmatch(r"/static/style\.css\?v=[0-9a-f]{12}", pages.static("style.css"))
    assert pages.static("style.css") != pages.static("favicon.svg")


def test_every_file_that_the_style_names_is_there() -> None:
    style = (places.STATIC / "style.css").read_text(encoding="utf-8")
    names = re.findall(r"url\(([^)]+)\)", style)
    assert len(names) == 4
    assert all((places.STATIC / name).is_file() for name in names)


def test_dates_cannot_be_misread() -> None:
    assert pages.day(date(2026, 5, 4)) == "4 May 2026"
    assert pages.short_day(date(2026, 12, 24)) == "24 Dec 2026"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Dublin", "24 November 2026, 16:01\N{NO-BREAK SPACE}GMT"),
        ("Europe/Berlin", "24 November 2026, 17:01\N{NO-BREAK SPACE}CET"),
        ("America/Los_Angeles", "24 November 2026, 08:01\N{NO-BREAK SPACE}PST"),
        ("America/Sao_Paulo", "24 November 2026, 13:01\N{NO-BREAK SPACE}UTC-03"),
    ],
)
def test_a_moment_names_its_zone(zone: str, said: str) -> None:
    assert pages.moment(datetime(2026, 11, 24, 16, 1, tzinfo=UTC), zone) == said


@pytest.mark.parametrize(("count", "said"), [(7, "7 bytes"), (1200, "1.2 kB"), (12_500_000, "12.5 MB")])
def test_a_size_is_said_as_people_say_it(count: int, said: str) -> None:
    assert pages.size(count) == said


def test_a_letter_on_a_page_holds_no_link_and_no_code() -> None:
    assert pages.as_said("Open\n[[link:verify]]\nCode: [[code]]") == (
        "Open\n[link: only in the mail itself]\nCode: [code: only in the mail itself]"
    )
