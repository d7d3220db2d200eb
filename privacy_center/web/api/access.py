"""Who stands at the door for machines, and what they brought."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from functools import wraps
from typing import TypeVar

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import tokens
from privacy_center.casework.tokens import Bearer, Scope
from privacy_center.casework.work import REQUESTER, Work
from privacy_center.center import Center
from privacy_center.web.access import center
from privacy_center.web.api import problems
from privacy_center.web.api.problems import Problem
from privacy_center.web.api.schemas import Body

LARGEST = 256 * 1024
"""Bytes of one call: a hundred of the longest identifiers, however they are escaped."""

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="privacy-center"'}
INVALID = {"WWW-Authenticate": 'Bearer realm="privacy-center", error="invalid_token"'}
log = structlog.get_logger()

Sent = TypeVar("Sent", bound=Body)
Door = Callable[[Request], Awaitable[Response]]
Act = Callable[[Work, Bearer, Sent], Awaitable[Response]]


def reads(scope: Scope, model: type[Sent]) -> Callable[[Act[Sent]], Door]:
    """A door that only looks: one session for the token and the answer."""
    return _door(scope, model, lambda house: house.reading(by=REQUESTER))


def writes(scope: Scope, model: type[Sent]) -> Callable[[Act[Sent]], Door]:
    """A door that changes something: one transaction for the token and the change."""
    return _door(scope, model, lambda house: house.work(by=REQUESTER))


def _door(
    scope: Scope, model: type[Sent], opens: Callable[[Center], AbstractAsyncContextManager[Work]]
) -> Callable[[Act[Sent]], Door]:
    def door(act: Act[Sent]) -> Door:
        @wraps(act)
        async def opened(request: Request) -> Response:
            secret, sent = _secret(request), await read(request, model)
            async with opens(center(request)) as work:
                bearer = await _enter(work, secret, scope)
                response = await act(work, bearer, sound(sent))
            return _noted(center(request), bearer, response)

        return opened

    return door


def _secret(request: Request) -> str:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Problem(401, "Send `Authorization: Bearer` and a token.", headers=CHALLENGE)
    return secret.strip()


async def _enter(work: Work, secret: str, scope: Scope) -> Bearer:
    bearer = await tokens.shown(work, secret)
    if bearer is None:
        raise Problem(401, "This token opens nothing: it was never made here, or it is revoked.", headers=INVALID)
    if scope not in bearer.scopes:
        raise Problem(403, f"This token lacks the scope {scope}.")
    return bearer


def sound(sent: Sent | Problem) -> Sent:
    """What was sent; only whoever may come in is told what is wrong with it."""
    if isinstance(sent, Problem):
        raise sent
    return sent


async def read(request: Request, model: type[Sent]) -> Sent | Problem:
    """The body or the query as the model says, or why it is not."""
    try:
        if request.method == "GET":
            return model.model_validate(dict(request.query_params), strict=False)
        return parsed(request, await raw(request), model)
    except Problem as problem:
        return problem
    except ValidationError as error:
        return problems.unreadable(error)


def parsed(request: Request, body: bytes, model: type[Sent]) -> Sent | Problem:
    """A body as the model says, or why it is not."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return Problem(415, "The content type is application/json.")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        return problems.unreadable(error)


async def raw(request: Request) -> bytes:
    """The body to the byte. Raises Problem where it is too large."""
    length = request.headers.get("content-length", "0")
    body = bytearray()
    too_large = length.isdecimal() and int(length) > LARGEST
    if not too_large:
        async for chunk in request.stream():
            body += chunk
            too_large = len(body) > LARGEST
            if too_large:
                break
    if too_large:
        raise Problem(413, f"A call has at most {LARGEST} bytes.", headers={"Connection": "close"})
    return bytes(body)


def _noted(house: Center, bearer: Bearer, response: Response) -> Response:
    """Note the day of the token's last use once the answer is out: nobody waits for that."""
    if bearer.used_on != house.now().date():
        response.background = BackgroundTask(_touch, house, bearer)
    return response


async def _touch(house: Center, bearer: Bearer) -> None:
    try:
        async with house.work(by=REQUESTER) as work:
            await tokens.touch(work, bearer)
    except (SQLAlchemyError, OSError) as error:
        log.warning("token_day_not_noted", error=type(error).__name__)
