"""Languages: which one a visitor is answered in, how it goes on without a cookie, and that nothing stays English."""

import re
from collections.abc import Iterator
from dataclasses import replace
from gettext import NullTranslations
from html.parser import HTMLParser

import pytest
from sqlmodel import select

from privacy_center.casework.work import REQUESTER
from privacy_center.catalogues import Catalogue
from privacy_center.center import Center
from privacy_center.records.case import Case
from tests import builders
from tests.builders import ADA
from tests.trust import doors
from tests.trust.doors import visitor

STANDING = (
    "/",
    "/choices",
    "/requests/new",
    "/requests/sent",
    "/rights",
    "/rights/DE",
    "/rights/US-CA",
    "/rights/other",
    "/verify",
    "/sign-in",
    "/receipts",
    "/notice",
    "/accessibility",
    "/contact",
    "/agents",
    "/agents/requests",
    "/agents/requests/sent",
    "/nothing-here",
)
FILING = {"right": "access", "place": "ES", "email": ADA, "name": "Ada", "note": "", "form": "one"}


@pytest.mark.parametrize(
    ("asks", "answered"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("eo,vo;q=0.9", "en"),
        ("en;q=0.5, ar;q=0.9", "ar"),
        ("es;q=0, ar", "ar"),
        ("*", "en"),
        ("ES-419", "es"),
        ("es;q=nonsense, ar", "ar"),
        (",;;=,es" * 50, "es"),
    ],
)
async def test_a_visitor_is_answered_in_the_language_that_the_browser_asks_for(
    center: Center, asks: str, answered: str
) -> None:
    page = await visitor(center).get("/", headers={"Accept-Language": asks})
    assert page.headers["content-language"] == answered
    assert f'<html lang="{answered}" dir="{"rtl" if answered == "ar" else "ltr"}">' in page.text
    assert {"Accept-Language", "Sec-GPC"} <= {name.strip() for name in page.headers["vary"].split(",")}
    assert "lang=" not in "".join(href for href in hrefs(page.text) if "lang=" in href and href.count("lang=") > 1)


def hrefs(page: str) -> list[str]:
    """Where a page leads: its links and its forms."""
    return re.findall(r'\b(?:href|action)="(/[^"]*)"', page)


async def test_what_the_address_says_wins_and_goes_along_with_every_link_form_and_redirect(center: Center) -> None:
    ada = visitor(center)
    page = await ada.get("/requests/new?right=access&lang=es", headers={"Accept-Language": "ar"})
    assert page.headers["content-language"] == "es"
    here = [href for href in hrefs(page.text) if not href.startswith(("/static/", "/.well-known/"))]
    assert len(here) > 10
    assert not [href for href in here if "lang=" not in href]
    assert 'href="/requests/new?right=access&amp;lang=en" lang="en"' in page.text
    answer = await ada.post("/requests/new?lang=es", data=FILING)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/requests/sent?lang=es"
    assert "set-cookie" not in answer.headers
    rights = await ada.get("/rights?lang=ar")
    assert '<input type="hidden" name="lang" value="ar">' in rights.text
    answer = await ada.get("/rights?place=DE&lang=ar")
    assert answer.headers["location"] == "/rights/DE?lang=ar"


@pytest.mark.parametrize("named", ["xx", "EN", "es%0d%0aSet-Cookie:x", "../es", "", '"><b>'])
async def test_a_language_that_we_do_not_speak_changes_nothing(center: Center, named: str) -> None:
    page = await visitor(center).get(f"/?lang={named}")
    assert page.headers["content-language"] == "en"
    assert "<b>" not in page.text.split("<main")[0]
    assert "set-cookie" not in page.headers


async def test_the_desk_files_and_machines_speak_as_before(center: Center) -> None:
    door = await visitor(center).get("/desk/sign-in?lang=ar", headers={"Accept-Language": "ar"})
    assert '<html lang="en" dir="ltr">' in door.text
    assert 'class="tongues"' not in door.text
    keys = await visitor(center).get("/.well-known/privacy-center-keys.json?lang=ar")
    assert keys.status_code == 200


@pytest.mark.parametrize(("lang", "written", "told"), [("es", "es", False), ("ar", "en", True), ("en", "en", False)])
async def test_a_request_keeps_the_language_of_its_page_for_every_letter(
    center: Center, lang: str, written: str, told: bool
) -> None:
    ada = visitor(center)
    page = await ada.get(f"/requests/new?lang={lang}")
    assert ("الإنجليزية" in page.text) is told
    assert (await ada.post(f"/requests/new?lang={lang}", data=FILING)).status_code == 303
    async with center.reading(by=REQUESTER) as work:
        assert [case.language for case in await work.session.exec(select(Case))] == [written]


async def test_a_mistake_is_told_in_the_language_of_the_page(center: Center) -> None:
    answer = await visitor(center).post("/requests/new?lang=es", data={**FILING, "place": "", "note": "x" * 2001})
    assert answer.status_code == 422
    assert "Elija dónde vive: de ello depende qué ley le protege." in answer.text
    assert "2,000 caracteres como máximo. La suya tiene 2,001." in answer.text
    assert "<title>Error:" in answer.text


async def test_places_have_their_names_and_order_in_the_language_of_the_page(center: Center) -> None:
    page = (await visitor(center).get("/rights?lang=es")).text
    names = re.findall(r"<option value=\"[A-Z-]+\">([^<]*)</option>", page.split("Todos los lugares")[1])
    assert names.index("Alemania") < names.index("Bélgica") < names.index("España") < names.index("Suecia")
    assert "Texas, Estados Unidos" in names


class Bracketed(NullTranslations):
    """A language that says every message between brackets."""

    def gettext(self, message: str) -> str:
        """One message."""
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """One of two."""
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


SILENT = {"style", "script", "bdi", "code", "pre", "cite", "textarea"}
"""What holds names, codes, citations and what somebody typed, and no words of ours."""


class Words(HTMLParser):
    """The words of a page that nobody bracketed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.depth = 0
        self.skipped = 0
        self.typed = ""
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Words in attributes are read out, too."""
        given = dict(attrs)
        self.skipped += tag in SILENT
        if given.get("dir") == "auto" and tag in {"p", "div"}:
            self.typed = tag
        for name in ("aria-label", "alt", "title", "label", "placeholder"):
            if value := given.get(name):
                self.handle_data(value)

    def handle_endtag(self, tag: str) -> None:
        """The end of what has no words of ours."""
        self.skipped -= tag in SILENT
        self.typed = "" if tag == self.typed else self.typed

    def handle_data(self, data: str) -> None:
        """Collect what stands outside all brackets."""
        for part in re.split(r"([⟦⟧])", data):
            if part in "⟦⟧":
                self.depth += {"⟦": 1, "⟧": -1}.get(part, 0)
            elif not self.depth and not self.skipped and not self.typed and re.search(r"[A-Za-z]{3}", part):
                self.found.append(" ".join(part.split()))


NAMES = re.compile(
    r"Northwind|northwind|PR-[0-9A-Z-]+|\b\d{1,2} [A-Z][a-z]+ 20\d\d|^English$|^español$|^[^A-Za-z]+$"
    r"|GMT|UTC|http|@|^SHA|^[0-9a-f]{64}$|^Civ\. Code [0-9.]|^[A-Z]{3}$|^PCR1$"
)
"""What is a name, an address or a date and so is no message."""


def unsaid(page: str, center: Center) -> Iterator[str]:
    """Words that stand on a page in English whatever its language, but for names of laws and citations."""
    laws = center.house.library.regimes.values()
    rules = [rule for law in laws for rule in law.rules.values()]
    cited = {cite for rule in rules for cite in (rule.citation, rule.answer.citation, rule.answer.roll_citation)}
    cited |= {
        cite for kind in center.house.library.kinds.values() for cite in (*kind.also.values(), *kind.consent.values())
    }
    names = (
        cited
        | {name for law in laws for name in (law.name, law.short)}
        | {center.house.installation.controller.address}
    )
    return (
        words
        for words in Words(page).found
        if not NAMES.search(words) and words not in names and not set(words.split("; ")) <= names
    )


async def test_no_word_of_a_page_stays_english(center: Center) -> None:
    here, tongue = center.house.installation, Catalogue("en", Bracketed())
    references = [await builders.a_case(center, state) for state in ("unverified", "clarifying", "fulfilled", "denied")]
    references.append(await builders.a_case(center, "reviewing", regime="us-ca-ccpa", right="delete"))
    center.house = replace(center.house, catalogues=dict.fromkeys((*here.page_languages, "en"), tongue))
    found = {path: [*unsaid((await visitor(center).get(path)).text, center)] for path in STANDING}
    answer = await visitor(center).post("/choices", data={"purpose": ["sale", "newsletter"], "choice": "out"})
    found["a no"] = [*unsaid(answer.text, center)]
    found["a yes"] = [
        *unsaid((await visitor(center).post("/choices", data={"purpose": "sale", "choice": "in"})).text, center)
    ]
    found["a mistake"] = [
        *unsaid((await visitor(center).post("/requests/new", data={"right": "x", "email": "y"})).text, center)
    ]
    found["a receipt"] = [*unsaid((await visitor(center).post("/receipts", data={"receipt": "PCR1"})).text, center)]
    for reference in references:
        ada = await doors.requester(center, reference, fresh=True)
        for path in ("", "/place", "/withdraw", "/package"):
            found[f"{reference}{path}"] = [*unsaid((await ada.get(f"/requests/{reference}{path}")).text, center)]
        found["/requests"] = [*unsaid((await ada.get("/requests")).text, center)]
    left = {path: words for path, words in found.items() if words}
    assert not left, "\n".join(map(str, left.items()))
