"""The signal: Global Privacy Control, read from each request and honoured before any page is made (D17)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from privacy_center.casework import preferences
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.work import REQUESTER, House
from privacy_center.center import Center
from privacy_center.records import counter
from privacy_center.records.preference import Choice
from privacy_center.web import access, choice_cookie
from privacy_center.web.choice_cookie import Kept

HEADER = "sec-gpc"
DEAF = ("/desk", "/static/", "/api/", "/.well-known/", "/healthz", "/readyz", "/metrics", "/u/")
"""Where the signal is nobody's: the staff's browsers are no requester's (D17), machines and files have no browser."""

COUNTED = "signal"
"""Under which name anonymous visits with the signal are counted, by day (D16)."""

DAY = timedelta(days=1)
EVERY = timedelta(seconds=10)
"""How often a process writes its count: a visit never waits for it, and a flood of visits is no flood of writes."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal that came with this visit; `overruled` are the titles of what had been allowed here before (U27)."""

    overruled: tuple[str, ...] = ()


def is_on(headers: Headers, *, folded: bool) -> bool:
    """Whether one field is exactly `1` (GPC 3.4). `folded`: a proxy of ours may have joined several with commas."""
    values = headers.getlist(HEADER)
    parts = [part for value in values for part in value.split(",")] if folded else values
    return any(part.strip(" \t") == "1" for part in parts)


def came(request: Request) -> bool:
    """Whether this visit brought the signal."""
    return getattr(request.state, "signal", None) is not None


class Visits:
    """Anonymous visits with the signal that this process has not written yet."""

    def __init__(self) -> None:
        self.waiting = 0
        self.written: datetime | None = None

    async def write(self, center: Center, *, now: bool = False) -> None:
        """Write what waits, every few seconds. A database that is away costs nothing but the count."""
        if not self.waiting or not (now or self.written is None or center.now() - self.written >= EVERY):
            return
        number, self.waiting, self.written = self.waiting, 0, center.now()
        try:
            async with center.work(by=REQUESTER) as work:
                await counter.count(work.session, COUNTED, now=work.now, per=DAY, by=number)
        except (SQLAlchemyError, OSError) as error:
            self.waiting += number
            log.warning("signal_not_counted", error=type(error).__name__)


class Honour:
    """Middleware: makes the signal count before the page is written, and tells the page."""

    def __init__(self, app: ASGIApp, *, folded: bool) -> None:
        self.app = app
        self.folded = folded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What fails here never keeps a page from being shown, nor its line."""
        heard = scope["type"] == "http" and not scope["path"].startswith(DEAF)
        if not heard or not is_on(Headers(scope=scope), folded=self.folded):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        changed = await _honour(request)
        await self.app(scope, receive, _with_cookie(request, send) if changed else send)
        await request.app.state.visits.write(access.center(request))


async def _honour(request: Request) -> bool:
    """Let it count for this browser and for whoever is in session; returns whether the browser's choice changed."""
    house = access.center(request).house
    before = choice_cookie.of(request)
    here = [name for name in preferences.covered(house) if _is_overruled(before.get(name))]
    there = await _for_the_person(request)
    if there is None:
        request.app.state.visits.waiting += 1
    titles = (house.offers[name].title for name in dict.fromkeys([*here, *(there or ())]))
    request.state.signal = Signal(tuple(titles))
    now = access.center(request).now()
    request.state.choices = {**before, **{name: Kept(Choice.out, now) for name in here}}
    return bool(here)


def _is_overruled(kept: Kept | None) -> bool:
    """A yes that this browser keeps and that was not given under the signal."""
    return kept is not None and kept.choice is Choice.in_ and not kept.signal


async def _for_the_person(request: Request) -> Sequence[str] | None:
    """What the person in session had allowed and the signal now ends, account-wide (L12); None where nobody is."""
    if not access.cookie(request, access.REQUESTER_COOKIE):
        return None
    try:
        async with access.center(request).reading(by=REQUESTER) as work:
            who = await access.own_identity(work, request)
            standing = await preferences.said_by(work, who) if who else {}
        return None if who is None else await _write(access.center(request), who, standing)
    except (SQLAlchemyError, OSError) as error:
        log.warning("signal_not_recorded", error=type(error).__name__)
        return None


async def _write(center: Center, who: Identity, standing: Mapping[str, preferences.Standing]) -> Sequence[str]:
    """Read first, write only on a change (D16)."""
    if any(preferences.changes(standing.get(name)) for name in preferences.covered(center.house)):
        async with center.work(by=REQUESTER) as work:
            await preferences.signalled(work, who)
    return _overruled(center.house, standing)


def _overruled(house: House, standing: Mapping[str, preferences.Standing]) -> list[str]:
    rows = ((name, standing.get(name)) for name in preferences.covered(house))
    return [name for name, row in rows if row and row.choice == Choice.in_ and preferences.changes(row)]


def _with_cookie(request: Request, send: Send) -> Send:
    """Let the browser keep that the signal ended its yes, unless the page itself sets the cookie."""
    told = Response()
    choice_cookie.put(request, told, request.state.choices)
    name = choice_cookie.names(access.center(request))[0]

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if not any(value.startswith(f"{name}=") for value in headers.getlist("set-cookie")):
                headers.append("set-cookie", told.headers["set-cookie"])
        await send(message)

    return sending
