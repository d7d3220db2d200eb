"""The front door: what every request passes before it reaches a room, and every answer on its way out."""

import secrets
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from privacy_center.web.errors import CROSS_ORIGIN, plain_page
from privacy_center.web.headers import HEADERS

ONE_CLICK = "/u/"
"""Mail programs post here from their own pages (RFC 8058). Such a post carries no cookie that we read, and its signed
address can do one thing: opt out."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
log = structlog.get_logger()


class SecureHeaders:
    """Puts the strict headers on every answer, errors included; pages are never stored unless they say so."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        more = {"Strict-Transport-Security": "max-age=63072000"} if secure else {}
        headers = {**HEADERS, **more, "Cache-Control": "no-store"}
        self.headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap `send`."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                said = {name for name, _ in given}
                message["headers"] = [*given, *(each for each in self.headers if each[0] not in said)]
            await send(message)

        await self.app(scope, receive, send_with_headers)


class SameOrigin:
    """Refuses a write that another site's page started (S13).

    The rule of Go's CrossOriginProtection: `Sec-Fetch-Site` decides where a browser sends it, else `Origin`
    is compared with the host; a client that sends neither is no browser and carries no one's cookies unknown
    to them. No token, no script, no session is needed.
    """

    def __init__(self, app: ASGIApp, *, base_url: str) -> None:
        self.app = app
        self.origin = base_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 to what is not from here."""
        if scope["type"] == "http" and not self._may_pass(scope):
            await plain_page(403, CROSS_ORIGIN)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _may_pass(self, scope: Scope) -> bool:
        harmless = scope["method"] in SAFE or scope["path"].startswith(ONE_CLICK)
        return harmless or self._is_ours(Headers(scope=scope))

    def _is_ours(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = headers.get("origin")
        here = f"{urlsplit(self.origin).scheme}://{headers.get('host', '')}"
        return origin is None or origin in {self.origin, here}


class RequestLog:
    """One line a request: what, how it went; never an address, a token or a query."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the status on its way out."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id, status = secrets.token_hex(6), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            route = scope.get("route")
            log.info("request", id=request_id, method=scope["method"], route=getattr(route, "path", "-"), status=status)
