"""The cookie that holds the choice: what this browser said to which purpose and when, never who it is (D6)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.center import Center
from privacy_center.records.preference import Choice
from privacy_center.web import access

NAME = "choice"
VERSION = "v1"
LIFE = int(timedelta(days=400).total_seconds())
"""Seconds: the longest that browsers keep a cookie; a visit to the page of the choices begins it anew."""

LONGEST = 4096
"""Characters that a browser keeps of one cookie."""

SIGNAL = "g"
"""Marks a yes that was given while the browser said no by Global Privacy Control, and so outranks it (D17)."""

ENTRY = re.compile(r"([a-z][a-z0-9_]{0,31}):(out|in):([0-9]{1,11})(:g)?")


@dataclass(frozen=True, slots=True)
class Kept:
    """What this browser keeps of one purpose."""

    choice: Choice
    at: datetime
    signal: bool = False


Choices = Mapping[str, Kept]


def write(choices: Choices) -> str:
    """The cookie's text, like `v1.sale:out:1764000000.sharing:in:1764000000:g`."""
    return ".".join([VERSION, *(_entry(name, kept) for name, kept in choices.items())])


def _entry(name: str, kept: Kept) -> str:
    mark = f":{SIGNAL}" if kept.signal else ""
    return f"{name}:{kept.choice.value}:{int(kept.at.timestamp())}{mark}"


def read(text: str) -> dict[str, Kept]:
    """What a cookie says. One that is garbled anywhere says nothing at all."""
    version, *entries = text.split(".")
    found = [ENTRY.fullmatch(entry) for entry in entries]
    if version != VERSION or len(text) > LONGEST or not all(found):
        return {}
    kept = {entry[1]: _kept(entry) for entry in found if entry}
    return kept if len(kept) == len(entries) else {}


def _kept(entry: re.Match[str]) -> Kept:
    return Kept(Choice(entry[2]), datetime.fromtimestamp(int(entry[3]), UTC), bool(entry[4]))


def domain(center: Center) -> str:
    """The parent domain for which the cookie is set, where the installation names one above our host; else empty."""
    named = center.house.installation.choosing.cookie_domain.strip(".").lower()
    host = (urlsplit(center.settings.base_url).hostname or "").lower()
    return named if named and (host == named or host.endswith(f".{named}")) else ""


def names(center: Center) -> tuple[str, ...]:
    """What the cookie is called here, and what it was called if the installation has since named a parent domain.

    A cookie for a parent domain may not carry `__Host-` (RFC 6265bis, 4.1.3.2); on https it is `__Secure-` then.
    """
    if not center.settings.secure:
        return (NAME,)
    own, shared = f"__Host-{NAME}", f"__Secure-{NAME}"
    return (shared, own) if domain(center) else (own, shared)


def of(request: Request) -> dict[str, Kept]:
    """What this browser has said to the purposes that this house has. The signal of this very visit is in it."""
    told: dict[str, Kept] | None = getattr(request.state, "choices", None)
    if told is not None:
        return dict(told)
    center = access.center(request)
    found: dict[str, Kept] = {}
    for text in (request.cookies.get(name, "") for name in names(center)):
        for purpose, kept in read(text).items():
            if purpose in center.house.offers and (purpose not in found or found[purpose].at < kept.at):
                found[purpose] = kept
    return found


def put(request: Request, response: Response, choices: Choices) -> None:
    """Set it, for the parent domain where there is one: the sites' own scripts may read it then (DECISIONS 43)."""
    center = access.center(request)
    shared = domain(center)
    response.set_cookie(
        names(center)[0],
        write(choices),
        max_age=LIFE,
        path="/",
        domain=shared or None,
        secure=center.settings.secure,
        httponly=not shared,
        samesite="lax",
    )
