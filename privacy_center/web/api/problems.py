"""Problems: what went wrong, for machines (RFC 9457). Nothing that was sent is ever repeated in it (U39)."""

import re
from collections.abc import Sequence
from typing import Any

import structlog
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from privacy_center.casework.refusals import Invalid, Refused
from privacy_center.casework.settling import Unsettled
from privacy_center.web.errors import HANDLERS, Handler

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "This is no request that we can read",
    401: "A token is needed",
    403: "This token does not allow it",
    404: "There is nothing at this address",
    405: "This address does not work that way",
    409: "This cannot be done now",
    413: "This is too much at once",
    415: "Send JSON",
    422: "The request has invalid fields",
    500: "Something went wrong on our side",
    503: "Not now; please ask again",
}
NAME = re.compile(r"[A-Za-z0-9_]{1,40}")
Errors = list[dict[str, str]]


class Problem(Exception):
    """Why a call is not answered; the detail is one sentence for whoever wrote the client."""

    def __init__(
        self, status: int, detail: str, *, errors: Errors | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.headers = status, detail, errors or [], headers

    def response(self) -> Response:
        """As the client gets it."""
        said: dict[str, Any] = {
            "type": f"/api/openapi.json#/components/responses/{self.status}",
            "title": TITLES[self.status],
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            said["errors"] = self.errors
        return JSONResponse(said, status_code=self.status, headers=self.headers, media_type=MEDIA_TYPE)


def invalid(field: str, detail: str) -> Problem:
    """422 for one field, named by a JSON pointer."""
    return Problem(422, "See the errors.", errors=[{"pointer": field, "detail": detail}])


def unreadable(error: ValidationError) -> Problem:
    """422 with a pointer and a reason for each mistake, and nothing of what was typed."""
    found = error.errors(include_input=False, include_url=False, include_context=False)[:20]
    if any(one["type"] == "json_invalid" for one in found):
        return Problem(400, "This is no JSON.")
    errors = [{"pointer": pointer(one["loc"]), "detail": one["msg"]} for one in found]
    return Problem(422, "See the errors.", errors=errors)


def pointer(place: Sequence[int | str]) -> str:
    """A JSON pointer (RFC 6901); what does not look like a field's name may hold anything and is left out."""
    return "".join(f"/{part}" if NAME.fullmatch(str(part)) else "/…" for part in place)


async def problem(_request: Request, error: Exception) -> Response:
    """What a door of the API itself refuses."""
    if not isinstance(error, Problem):
        raise error
    return error.response()


async def refused(_request: Request, error: Exception) -> Response:
    """What casework refuses, in its own words."""
    if isinstance(error, Invalid):
        errors = [{"pointer": f"/{name}", "detail": words} for name, words in error.errors.items()]
        return Problem(422, "See the errors.", errors=errors).response()
    return Problem(422, error.why if isinstance(error, Refused) else "").response()


async def http_error(_request: Request, error: Exception) -> Response:
    """What Starlette refuses: no such address, another method, too large."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else None
    known = status if status in TITLES else 400
    return Problem(known, f"{TITLES[known]}.", headers=headers).response()


async def unsettled(_request: Request, _error: Exception) -> Response:
    """503: somebody writes for longer than we wait, and nothing may be skipped."""
    return Problem(503, "Choices are being written. Ask again.", headers={"Retry-After": "2"}).response()


async def broken(_request: Request, error: Exception) -> Response:
    """500: the error itself is in the log, never in the answer."""
    log.error("api_broken", error=type(error).__name__, exc_info=error)
    return Problem(500, "Nothing was changed. Treat it as no and ask again.").response()


# A database that is away is told by the same handlers as on the pages; they speak JSON here.
OURS: dict[int | type[Exception], Handler] = {
    Problem: problem,
    Invalid: refused,
    Refused: refused,
    Unsettled: unsettled,
    HTTPException: http_error,
    Exception: broken,
}
API_HANDLERS: dict[type[Exception], Handler] = {
    kind: handler for kind, handler in ({**HANDLERS, **OURS}).items() if isinstance(kind, type)
}
