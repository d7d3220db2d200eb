"""Pages: the stationery of the web. A page is written whole before a byte of it leaves, or not at all."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from privacy_center.installation import Installation
from privacy_center.mailroom import stationery
from privacy_center.places import STATIC

LOCALE = "en_GB"
"""Dates with the month as a word: 4/5/2026 is two days, 4 May 2026 is one."""


class Pages:
    """Every page that a person sees, made from `templates/`."""

    def __init__(self, folder: Path, *, installation: Installation) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {"installation": installation, "brand": installation.brand, "static": static}
        self._templates.filters |= {written.__name__: written for written in (day, short_day, moment, size, as_said)}

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
        written = self._templates.get_template(name).render(standing(request) | dict(context or {}))
        answer = HTMLResponse(written, status_code=status, headers=headers)
        answer.headers.add_vary_header("Sec-GPC")
        return answer


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


def day(value: date | datetime) -> str:
    """A date in words: 4 May 2026."""
    return format_date(value, "long", locale=LOCALE)


def short_day(value: date | datetime) -> str:
    """The same for a table: 4 May 2026 stays, 24 December 2026 becomes 24 Dec 2026."""
    return format_date(value, "d MMM y", locale=LOCALE)


def moment(value: datetime, zone: str) -> str:
    """A moment in words, in the zone whose days count, which is named: 4 May 2026, 09:12 IST."""
    local = value.astimezone(ZoneInfo(zone))
    name = local.tzname() or ""  # Babel has no short names for most zones in English and writes +0100
    return f"{format_datetime(local, 'd MMMM y, HH:mm', locale=LOCALE)} {name if name.isalpha() else 'UTC' + name}"


def size(count: int) -> str:
    """A number of bytes as people say it: 12.5 MB."""
    for unit, name in ((1_000_000, "MB"), (1_000, "kB")):
        if count >= unit:
            return f"{format_decimal(round(count / unit, 1), locale=LOCALE)} {name}"
    return f"{count} bytes"


def as_said(body: str) -> str:
    """A letter as a page shows it: in the place of each mark stands why there is no link or code."""
    return stationery.SPELLED.sub(lambda mark: f"[{mark[1].partition(':')[0]}: only in the mail itself]", body)
