"""Errors: what went wrong, in plain words, and what to do next."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from socket import gaierror

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from privacy_center.casework.refusals import LinkExpired, NotFound, Refused, Stale, TooMany
from privacy_center.phrases import Phrase
from privacy_center.web import access
from privacy_center.web.access import SignInFirst
from privacy_center.web.headers import HEADERS
from privacy_center.web.pages import Pages

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Trouble:
    """One kind of error page."""

    title: str
    text: str


CROSS_ORIGIN = Trouble(
    Phrase("This came from another website"),
    Phrase(
        "For your safety we only accept forms that were sent from our own pages. Open the page here and send it again."
    ),
)
NOT_FOUND = Trouble(
    Phrase("We cannot show you this page"),
    Phrase(
        "There is nothing at this address, or it is not open to you from this browser. If you have made a request, "
        "sign in with your e-mail address to see it."
    ),
)
NO_CASE = Trouble(
    Phrase("There is nothing at this address"), Phrase("No case or letter has this name. Check the reference.")
)
METHOD = Trouble(Phrase("This address does not work that way"), Phrase("Open the page first and use the form on it."))
TOO_LARGE = Trouble(
    Phrase("This is too much at once"),
    Phrase(
        "What you sent is larger than we can take. Shorten the text, or leave out the largest file, and send it again."
    ),
)
BAD_FORM = Trouble(
    Phrase("We could not read this form"), Phrase("Something in it was not as expected. Go back and send it again.")
)
STALE = Trouble(
    Phrase("Someone has just changed this case"),
    Phrase("Nothing of yours was saved. Open the case again to see what has changed, then decide anew."),
)
BROKEN = Trouble(
    Phrase("Something went wrong on our side"),
    Phrase(
        "Nothing was changed. Please try again in a few minutes. If it stays like this, write to us; we will help you."
    ),
)
AWAY = Trouble(
    Phrase("We cannot reach our records at the moment"),
    Phrase(
        "Nothing that you sent was saved. Please wait a minute, then go back and send it again: what reaches us twice "
        "counts once. If it stays like this, write to us; we will help you."
    ),
)
RETRY_AFTER = 30
"""Seconds after which a database that was restarted is usually there again."""

OTHERS = {415: BAD_FORM, 404: NOT_FOUND, 405: METHOD, 413: TOO_LARGE, 400: BAD_FORM}
HOME = {"href": "/", "text": Phrase("Go to the first page")}
SIGN_IN = {"href": "/sign-in", "text": Phrase("Sign in with your e-mail address")}
AGAIN = {"href": "/verify#again", "text": Phrase("Have the mail sent again")}
DESK_DOOR = {"href": "/desk/sign-in", "text": Phrase("Sign in to the desk")}
CONTACT = {"href": "/contact", "text": Phrase("How to reach us")}

Handler = Callable[[Request, Exception], Awaitable[Response]]


def page(
    request: Request, status: int, trouble: Trouble, *actions: dict[str, str], headers: dict[str, str] | None = None
) -> Response:
    """An error page."""
    pages: Pages = request.app.state.pages
    shown = list(actions) or [HOME, CONTACT]
    context = {"status": status, "title": trouble.title, "text": trouble.text, "actions": shown}
    return pages.render(request, "errors/error.html", context, status=status, headers=headers)


def plain_page(status: int, trouble: Trouble) -> Response:
    """The same before the house is open: no template, no room."""
    return PlainTextResponse(f"{trouble.title}\n\n{trouble.text}\n", status_code=status)


async def not_found(request: Request, _error: Exception) -> Response:
    """404: no such thing and not yours look alike (S7)."""
    if request.url.path.startswith("/desk"):
        return page(request, 404, NO_CASE, {"href": "/desk", "text": Phrase("Back to the queue")})
    return page(request, 404, NOT_FOUND, SIGN_IN, HOME)


async def http_error(request: Request, error: Exception) -> Response:
    """What Starlette itself refuses."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return await not_found(request, error)
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else None
    return page(request, status, OTHERS.get(status, BAD_FORM if status < 500 else BROKEN), headers=headers)


async def expired(request: Request, error: Exception) -> Response:
    """410: right once, with what to do now (U14)."""
    if not isinstance(error, LinkExpired):
        raise error
    if error.used:
        text = Phrase("It did what it was for. Sign in to see where things stand.")
        trouble = Trouble(Phrase("This link has already been used"), text)
    else:
        since = Phrase("{day}, {time}", day=error.since.date(), time=f"{error.since:%H:%M} UTC")
        text = Phrase("It was good until {since}. Nothing is lost: you can ask for a new one.", since=since)
        trouble = Trouble(Phrase("This link has expired"), text)
    return page(request, 410, trouble, *_after_a_link(request.url.path, used=error.used))


def _after_a_link(path: str, *, used: bool) -> list[dict[str, str]]:
    """What helps somebody whose link no longer opens anything, the likeliest first."""
    if path.startswith("/desk"):
        return [DESK_DOOR]
    if not path.startswith("/verify"):
        return [SIGN_IN, HOME]
    return [SIGN_IN, AGAIN, HOME] if used else [AGAIN, SIGN_IN, HOME]


async def refused(request: Request, error: Exception) -> Response:
    """409: the step is not open, and why."""
    why = error.why if isinstance(error, Refused) else ""
    return page(request, 409, Trouble(Phrase("This cannot be done now"), why), _back(request), HOME)


async def stale(request: Request, _error: Exception) -> Response:
    """409: somebody else was faster."""
    return page(request, 409, STALE, _back(request))


def _back(request: Request) -> dict[str, str]:
    reference = request.path_params.get("reference")
    if reference and request.url.path.startswith("/desk"):
        return {"href": f"/desk/cases/{reference}", "text": Phrase("Back to the case")}
    return {"href": f"/requests/{reference}", "text": Phrase("Back to the request")} if reference else SIGN_IN


async def too_many(request: Request, error: Exception) -> Response:
    """429, with when to come back."""
    if not isinstance(error, TooMany):
        raise error
    trouble = Trouble(Phrase("Please wait a little"), error.why)
    return page(request, 429, trouble, headers={"Retry-After": str(error.retry_after)})


async def sign_in_first(_request: Request, _error: Exception) -> Response:
    """The desk's door."""
    return access.see_other("/desk/sign-in")


async def away(request: Request, error: Exception) -> Response:
    """503: the database is down, or locked for too long. The log has the kind of error and its code, never words."""
    cause = getattr(error, "orig", None) or error
    code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    if code == "SQLITE_ERROR":
        raise error  # a wrong statement, which SQLite calls by the same name: that is our fault, and a 500
    log.error("database_away", error=type(cause).__name__, code=code)
    headers = {"Retry-After": str(RETRY_AFTER)}
    if _is_for_machines(request):
        return problem(503, AWAY, headers)
    again = [{"href": request.url.path, "text": Phrase("Try again")}] if request.method == "GET" else []
    return page(request, 503, AWAY, *again, CONTACT, headers=headers)


def problem(status: int, trouble: Trouble, headers: dict[str, str]) -> Response:
    """The same as problem details (RFC 9457)."""
    said = {"type": "about:blank", "title": trouble.title, "status": status, "detail": trouble.text}
    return JSONResponse(said, status_code=status, headers=headers, media_type="application/problem+json")


def _is_for_machines(request: Request) -> bool:
    accepts = request.headers.get("accept", "")
    return request.url.path.startswith("/api/") or ("json" in accepts and "text/html" not in accepts)


async def broken(request: Request, _error: Exception) -> Response:
    """500: the error itself is in the log, not on the page."""
    # Starlette answers outside our own front door here, so this page brings its headers itself.
    return page(request, 500, BROKEN, headers=HEADERS | {"Cache-Control": "no-store"})


HANDLERS: dict[int | type[Exception], Handler] = {
    NotFound: not_found,
    LinkExpired: expired,
    Refused: refused,
    Stale: stale,
    StaleDataError: stale,
    TooMany: too_many,
    SignInFirst: sign_in_first,
    OperationalError: away,
    InterfaceError: away,
    PoolTimeout: away,
    ConnectionError: away,
    TimeoutError: away,
    gaierror: away,
    HTTPException: http_error,
    500: broken,
}
