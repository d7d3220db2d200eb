"""Access: who stands at the door. Cookies in, cookies out; what they open is casework's to say."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from privacy_center.casework import budget, cases, sessions, vault
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.refusals import NotFound
from privacy_center.casework.sessions import Member, Visitor
from privacy_center.casework.work import REQUESTER, Work
from privacy_center.center import Center
from privacy_center.records.case import Case

REQUESTER_COOKIE = "requester"
STAFF_COOKIE = "staff"
PAGE_COOKIE = "page"
"""Set by a page that confirms, so that only the browser that saw the page can press its button (S10)."""

NOTICE_COOKIE = "notice"
"""Set by the page that asks whether a yes is meant: shows that its notice was open in this browser before (D5)."""

PAGE_LIFE = 3600


def center(request: Request) -> Center:
    """The house this request has come to."""
    found: Center = request.app.state.center
    return found


def address(request: Request) -> str:
    """The network address the request came from."""
    return request.client.host if request.client else ""


async def count_post(request: Request) -> None:
    """Count one post of this network in a transaction of its own. Raises TooMany."""
    async with center(request).work(by=REQUESTER) as work:
        await budget.check_network(work, address(request))


def see_other(where: str) -> RedirectResponse:
    """The answer to a POST that went well."""
    return RedirectResponse(where, status_code=303)


def cookie(request: Request, name: str) -> str | None:
    """One of our cookies."""
    return request.cookies.get(cookie_name(request, name))


def set_cookie(request: Request, response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    """Set one: always HttpOnly and SameSite=Lax; on https Secure and with the __Host- prefix."""
    named, secure = cookie_name(request, name), center(request).settings.secure
    response.set_cookie(named, value, max_age=max_age, path="/", secure=secure, httponly=True, samesite="lax")


def drop_cookie(request: Request, response: Response, name: str) -> None:
    """Let the browser forget one."""
    secure = center(request).settings.secure
    response.delete_cookie(cookie_name(request, name), path="/", secure=secure, httponly=True, samesite="lax")


def cookie_name(request: Request, name: str) -> str:
    """What one of our cookies is called here; the notice names it."""
    return f"__Host-{name}" if center(request).settings.secure else name


def page_cookie(request: Request) -> str:
    """The confirming page's own cookie, kept from an earlier page or new."""
    return cookie(request, PAGE_COOKIE) or secrets.token_urlsafe(16)


def sealed_page(request: Request, response: Response, value: str) -> Response:
    """Send the confirming page's cookie with it."""
    set_cookie(request, response, PAGE_COOKIE, value, max_age=PAGE_LIFE)
    return response


def pressed_here(request: Request, token: str, seal: str) -> bool:
    """Whether the button was pressed in the browser that was shown it."""
    return center(request).house.links.seal_matches(token, cookie(request, PAGE_COOKIE) or "", seal)


async def visitor(work: Work, request: Request) -> Visitor | None:
    """The requester in session, or None."""
    found = await sessions.visitor(work, cookie(request, REQUESTER_COOKIE))
    request.state.requester = found is not None
    return found


async def own_identity(work: Work, request: Request) -> Identity | None:
    """Who has proved a mailbox in this very session, or None (D5)."""
    found = await visitor(work, request)
    return await sessions.own_identity(work, found) if found is not None else None


async def own_mailbox(work: Work, request: Request) -> str | None:
    """The blind index of the mailbox that opened this session, or None: enough to be heard in its name."""
    found = await visitor(work, request)
    return await sessions.own_mailbox(work, found) if found is not None else None


async def own_case(work: Work, request: Request, *, lock: bool = False) -> tuple[Visitor, Case]:
    """The case in the address, if this session may see it. Raises NotFound: a stranger learns nothing (S7)."""
    found = await visitor(work, request)
    if found is None:
        raise NotFound
    reference = request.path_params["reference"]
    case = await (cases.locked if lock else cases.seen)(work, reference)
    if not found.may_see(case, await vault.mailbox(work, case)):
        raise NotFound
    return found, case


class SignInFirst(Exception):
    """A page of the desk was asked for without a session."""


async def member(work: Work, request: Request) -> Member:
    """The member of staff in session. Raises SignInFirst."""
    found = await sessions.member(work, cookie(request, STAFF_COOKIE))
    if found is None:
        raise SignInFirst
    request.state.staff = found
    return found


async def staff_at_door(request: Request) -> Member:
    """The member of staff in session; their last-seen moment is written now and then. Raises SignInFirst."""
    async with center(request).reading(by=REQUESTER) as work:
        found = await member(work, request)
        stale = sessions.is_stale(work, found.session)
    if stale:
        await _touch(request, found)
    return found


async def _touch(request: Request, found: Member | Visitor) -> None:
    async with center(request).work(by=REQUESTER) as work:
        await sessions.touch(work, found.session)


@asynccontextmanager
async def looking(request: Request) -> AsyncIterator[Work]:
    """A read for a requester's page; their last-seen moment is written now and then."""
    async with center(request).reading(by=REQUESTER) as work:
        yield work
        found = await visitor(work, request)
        stale = found is not None and sessions.is_stale(work, found.session)
    if found is not None and stale:
        await _touch(request, found)
