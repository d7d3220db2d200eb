"""Pages: the stationery of the web. A page is written whole before a byte of it leaves, or not at all."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from gettext import NullTranslations
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from privacy_center import catalogues
from privacy_center.catalogues import ENGLISH, Catalogue, Catalogues
from privacy_center.installation import Installation
from privacy_center.mailroom import stationery
from privacy_center.phrases import Phrase, counted
from privacy_center.places import STATIC, Folder, layers
from privacy_center.web import speech


class Pages:
    """Every page that a person sees, made from `templates/` in each language of the house."""

    def __init__(self, folder: Folder, *, installation: Installation, tongues: Catalogues | None = None) -> None:
        self._installation = installation
        self._tongues = tongues or catalogues.of_house(
            installation.templates / "languages",
            installation.page_languages,
            installation.letter_languages,
            installation.words,
        )
        self._written = {code: environment(folder, each, installation) for code, each in self._tongues.items()}

    def render(
        self,
        request: Request,
        name: str,
        context: Mapping[str, Any] | None = None,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """One page. A name that the page needs and nobody gave raises: better an error than half a page."""
        spoken = speech.of(request, self._installation)
        known = standing(request) | self._standing(request, spoken) | dict(context or {})
        written = self._written[spoken.language].get_template(name).render(known)
        page = speech.carry(written, spoken.language) if spoken.chosen else written
        answer = HTMLResponse(page, status_code=status, headers=headers)
        answer.headers["Content-Language"] = spoken.language
        answer.headers.add_vary_header("Sec-GPC")
        answer.headers.add_vary_header("Accept-Language")
        return answer

    def _standing(self, request: Request, spoken: speech.Spoken) -> dict[str, Any]:
        """What every page knows of its language, and of the others that it could be in."""
        here, said = self._installation, self._tongues[spoken.language]
        letters = here.letter_languages
        elsewhere = "" if spoken.language in letters else said.name_of(letters[0])
        return {
            "language": spoken.language,
            "direction": said.direction,
            "chosen": spoken.chosen,
            "letters_elsewhere": elsewhere,
            "languages": [
                {
                    "code": code,
                    "name": self._tongues[code].name,
                    "direction": self._tongues[code].direction,
                    "href": speech.carried(_openable(request), code),
                }
                for code in here.page_languages
            ],
        }


def _openable(request: Request) -> str:
    """The address of this page, or the first page where this one answers a form that no link opens."""
    if request.method in {"GET", "HEAD"}:
        return f"{request.url.path}?{request.url.query}"
    route = request.scope.get("route")
    return request.url.path if "GET" in (getattr(route, "methods", None) or ()) else "/"


def environment(folder: Folder, tongue: Catalogue, installation: Installation) -> Environment:
    """What writes the pages of a folder in one language."""
    made = Environment(
        loader=FileSystemLoader(layers(folder)),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        finalize=tongue.say,
        bytecode_cache=_compiled(tongue.messages, tuple(tongue.own.items())),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension's own
    made.globals |= {"installation": installation, "brand": installation.brand, "static": static}
    made.globals |= _gettext(tongue)
    made.filters |= _filters(tongue)
    return made


class Compiled(BytecodeCache):
    """Templates as compiled for one language, which is all that this depends on, for every house of this process."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled of this source, if it was."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key, bucket.checksum] = bucket.code


@lru_cache(maxsize=8)
def _compiled(_messages: NullTranslations, _own: tuple[tuple[str, str], ...]) -> Compiled:
    return Compiled()


def _gettext(tongue: Catalogue) -> dict[str, Any]:
    """What `{% trans %}` and `_()` call: a message with its values, each said in this language and escaped."""

    def one(message: str, /, **values: Any) -> Markup:
        return Markup(tongue.one(message)) % {name: tongue.say(each) for name, each in values.items()}  # noqa: S704 (ours)

    def many(single: str, several: str, number: int, /, **values: Any) -> Markup:
        said = {"num": number} | {name: tongue.say(each) for name, each in values.items()}
        return Markup(tongue.many(single, several, number)) % said  # noqa: S704 (ours)

    return {"gettext": one, "ngettext": many}


def _filters(tongue: Catalogue) -> dict[str, Any]:
    return {
        "day": lambda value: day(value, tongue),
        "short_day": lambda value: short_day(value, tongue),
        "moment": lambda value, zone: moment(value, zone, tongue),
        "size": lambda count: size(count, tongue),
        "as_said": lambda body: as_said(body, tongue),
        "said": tongue.say,
    }


def standing(request: Request) -> dict[str, Any]:
    """What every page knows: where it is, and who looks at it."""
    return {
        "path": request.url.path,
        "requester": getattr(request.state, "requester", False),
        "staff": getattr(request.state, "staff", None),
        "signal": getattr(request.state, "signal", None),
    }


@cache
def static(path: str) -> str:
    """The address of a file of our own; it changes with the content, so that a browser may keep it for a year."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def day(value: date | datetime, tongue: Catalogue = ENGLISH) -> str:
    """A date in words: 4 May 2026."""
    return tongue.day(value)


def short_day(value: date | datetime, tongue: Catalogue = ENGLISH) -> str:
    """The same for a table: 4 May 2026 stays, 24 December 2026 becomes 24 Dec 2026."""
    return format_date(value, "d MMM y", locale=tongue.locale)


def moment(value: datetime, zone: str, tongue: Catalogue = ENGLISH) -> str:
    """A moment in words, in the zone whose days count, which is named: 4 May 2026, 09:12 IST."""
    local = value.astimezone(ZoneInfo(zone))
    name = local.tzname() or ""  # Babel has no short names for most zones in English and writes +0100
    said = Phrase("{day}, {time}", day=tongue.day(local), time=f"{local:%H:%M}")
    return f"{tongue.say(said)}\N{NO-BREAK SPACE}{name if name.isalpha() else 'UTC' + name}"


def size(count: int, tongue: Catalogue = ENGLISH) -> str:
    """A number of bytes as people say it: 12.5 MB."""
    for unit, name in ((1_000_000, "MB"), (1_000, "kB")):
        if count >= unit:
            return f"{format_decimal(round(count / unit, 1), locale=tongue.locale)} {name}"
    return str(tongue.say(counted("{number} byte", "{number} bytes", count)))


def as_said(body: str, tongue: Catalogue = ENGLISH) -> str:
    """A letter as a page shows it: in the place of each mark stands why there is no link or code."""
    why = {"link": Phrase("link: only in the mail itself"), "code": Phrase("code: only in the mail itself")}
    return stationery.SPELLED.sub(lambda mark: f"[{tongue.say(why[mark[1].partition(':')[0]])}]", body)
