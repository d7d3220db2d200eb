"""Speech: in which language a visitor is answered. No cookie keeps it: an address does, or the browser says it.

The order is: `?lang=es` in the address, what the browser asks for, the first language of the pages. A language
that was chosen goes along with every link, form and redirect of a page. Letters keep the language of their case.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from privacy_center.catalogues import Catalogue
from privacy_center.installation import Installation
from privacy_center.web import access

PARAMETER = "lang"
DEAF = ("/desk", "/static/", "/api/", "/.well-known/")
"""Addresses that speak one language: the desk, files and machines."""

OURS = re.compile(r'\b(href|action)="(/(?!/)[^"#]*)(#[^"]*)?"')
"""Links and forms of a page that lead to this house."""

ASKED = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*")
MOST = 20
"""Languages of one browser that are looked at."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The language of one answer; `chosen` where the visitor said so in the address."""

    language: str
    chosen: bool


def of(request: Request, here: Installation) -> Spoken:
    """The language in which this visitor is answered."""
    if request.url.path.startswith(DEAF):
        return Spoken("en", False)
    if named := chosen(request, here):
        return Spoken(named, True)
    return Spoken(negotiated(request.headers.get("accept-language", ""), here.page_languages), False)


def chosen(request: HTTPConnection, here: Installation) -> str | None:
    """What the address says, if these pages speak it."""
    named = QueryParams(request.scope["query_string"]).get(PARAMETER)
    return named if named in here.page_languages else None


def negotiated(header: str, known: tuple[str, ...]) -> str:
    """The first of the browser's languages that the pages speak (RFC 9110, 12.5.4; RFC 4647, 3.4)."""
    asked = [found for part in header.split(",")[:MOST] if (found := ASKED.fullmatch(part))]
    for found in sorted(asked, key=lambda each: -float(each[2] or 1)):
        wanted = found[1].casefold()
        while wanted and float(found[2] or 1) > 0:
            for code in known:
                if code.casefold() == wanted:
                    return code
            wanted = wanted.rpartition("-")[0]
    return known[0]


def catalogue(request: Request) -> Catalogue:
    """The words of this answer."""
    house = access.center(request).house
    return house.catalogues[of(request, house.installation).language]


def of_letters(request: Request) -> str:
    """The language in which we will write to this visitor: that of the page, or our first where no letter speaks it."""
    here = access.center(request).house.installation
    spoken = of(request, here).language
    return spoken if spoken in here.letter_languages else here.letter_languages[0]


def carried(address: str, language: str) -> str:
    """The same address in a language."""
    path, mark, query = address.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != PARAMETER]
    return f"{path}?{urlencode([*kept, (PARAMETER, language)])}" if mark or not path.startswith(DEAF) else address


def carry(page: str, language: str) -> str:
    """A page whose links and forms go on in its language."""

    def on(found: re.Match[str]) -> str:
        name, address, place = found.groups()
        if address.startswith(DEAF) or f"{PARAMETER}=" in address:
            return found[0]
        return f'{name}="{address}{"&amp;" if "?" in address else "?"}{PARAMETER}={language}{place or ""}"'

    return OURS.sub(on, page)


class GoesOn:
    """Middleware: a redirect within this house keeps the language that was chosen."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Mend the address of a redirect on its way out."""
        if scope["type"] != "http" or scope["path"].startswith(DEAF) or b"lang=" not in scope["query_string"]:
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        named = chosen(connection, connection.app.state.center.house.installation)

        async def going_on(message: Message) -> None:
            if message["type"] == "http.response.start" and named:
                where = Headers(scope=message).get("location", "")
                if where.startswith("/") and not where.startswith(("//", *DEAF)):
                    MutableHeaders(scope=message)["location"] = carried(where, named)
            await send(message)

        await self.app(scope, receive, going_on)
