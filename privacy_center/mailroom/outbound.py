"""Outbound: the one way in which we call an address that somebody typed, and the guard that stands before it (S18).

A name is looked up once, all that is found is checked, and the connection goes to a checked address: a name server
that changes its mind in between changes nothing. Nothing is followed, and everything has a limit.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address

import h11

from privacy_center.mailroom import targets
from privacy_center.mailroom.targets import Blocked, Target

__all__ = ["Answer", "Blocked", "Trouble", "call", "post"]

TIMEOUT = 20.0
"""Seconds for all of it: name, connection, TLS, question and answer. Standard Webhooks advises 15 to 30."""

BODY, HEAD = 64 * 1024, 16 * 1024
"""Bytes that an answer's body and its head may have."""

OVERHEAD = 8
"""An answer may come in this many times the bytes of its body: chunks of one byte are allowed, endless ones are not."""

TRIED = 4
"""Addresses of one name that are tried; all of them are checked."""

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Looks a host and port up and returns IP addresses. Raises OSError."""


class Trouble(Exception):
    """It did not work now; later it may. `why` names no address and quotes nothing."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said: names of headers in lower case, the body whole, each cookie it sets apart."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()


async def look_up(host: str, port: int) -> Sequence[str]:
    """Every address that the machine's resolver finds. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_, where in found))


async def post(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    loopback: bool,
    timeout: float = TIMEOUT,  # noqa: ASYNC109 (it caps all steps together, and says so in one word)
    limit: int = BODY,
    resolve: Resolve = look_up,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """Post a body to an address and return the answer, whatever its status. Raises Blocked or Trouble.

    `loopback` also lets calls to this very machine through, for demo and tests; `limit` is in bytes, `timeout` in
    seconds over everything, so that a server which sends a byte now and then holds nobody.
    """
    return await call(
        "POST", url, headers, body, loopback=loopback, timeout=timeout, limit=limit, resolve=resolve, tls=tls
    )


async def call(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes = b"",
    *,
    loopback: bool,
    guarded: bool = True,
    timeout: float = TIMEOUT,  # noqa: ASYNC109 (as above)
    limit: int = BODY,
    resolve: Resolve = look_up,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """The same with any method. `guarded` is false for our own public address alone, which the operator has set and
    which may lie on an inner network. Raises Blocked or Trouble."""
    target = targets.read(url, loopback=loopback)
    message = _message(method, target, headers, body)
    try:
        async with asyncio.timeout(timeout):
            addresses = await _addresses(target, resolve)
            if guarded:
                targets.check(target, addresses, loopback=loopback)
            reader, writer = await _connected(target, addresses, tls, patience=timeout / min(len(addresses), TRIED))
            try:
                writer.write(message)
                return await _answer(method, reader, limit)
            finally:
                await _hang_up(writer)
    except TimeoutError:
        raise Trouble("no whole answer came in time") from None
    except h11.RemoteProtocolError:
        raise Trouble("what came was no HTTP answer") from None
    except OSError as error:
        raise _judged(error) from None


def _message(method: str, target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    ours = {"host": target.authority, "accept-encoding": "identity", "connection": "close"}
    ours |= {} if method == "GET" else {"content-length": str(len(body))}
    both = {"accept": "application/json"} | {name.lower(): value for name, value in headers.items()} | ours
    connection = h11.Connection(h11.CLIENT)
    try:
        request = h11.Request(method=method, target=target.path, headers=list(both.items()))
        parts = [connection.send(event) for event in (request, h11.Data(data=body), h11.EndOfMessage())]
    except h11.LocalProtocolError:
        raise Blocked("the call cannot be written as HTTP") from None
    return b"".join(part or b"" for part in parts)


async def _addresses(target: Target, resolve: Resolve) -> Sequence[str]:
    """The addresses of the host, looked up this once."""
    with contextlib.suppress(ValueError):
        return [str(ip_address(target.host))]
    try:
        found = await resolve(target.host, target.port)
    except OSError:
        raise Trouble("the host was not found") from None
    if not found:
        raise Trouble("the host has no address now")
    return found


async def _connected(
    target: Target, addresses: Sequence[str], tls: ssl.SSLContext | None, *, patience: float
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the first address that takes one; the certificate must be for the host. Raises OSError."""
    secure = target.scheme == "https"
    context, name = (tls or _trust(), target.host) if secure else (None, None)
    for address in addresses[:TRIED]:
        try:
            async with asyncio.timeout(patience):
                return await asyncio.open_connection(address, target.port, ssl=context, server_hostname=name)
        except OSError as error:
            trouble = error
    raise trouble


@cache
def _trust() -> ssl.SSLContext:
    """Certificates as this machine trusts them; read once, since that takes a while."""
    return ssl.create_default_context()


async def _answer(method: str, reader: asyncio.StreamReader, limit: int) -> Answer:
    """Read one answer within its limits. Raises Trouble, OSError or h11.RemoteProtocolError."""
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD)
    _as_if_sent(method, connection)
    head: h11.Response | None = None
    body, taken = b"", 0
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            data = await reader.read(HEAD)
            taken += len(data)
            connection.receive_data(data)
        elif isinstance(event, h11.Response):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            return Answer(head.status_code, _lower(head), body, _cookies(head))
        elif not isinstance(event, h11.InformationalResponse):
            raise Trouble("what came was no HTTP answer")
        if len(body) > limit or taken > HEAD + OVERHEAD * limit:
            raise Trouble("the answer is too long")


def _as_if_sent(method: str, connection: h11.Connection) -> None:
    """Tell the reader of the answer what kind of question it belongs to."""
    connection.send(h11.Request(method=method, target="/", headers=[("host", "-"), ("content-length", "0")]))
    connection.send(h11.EndOfMessage())


def _lower(head: h11.Response) -> dict[str, str]:
    """The headers by name; one that comes twice is joined (RFC 9110 5.3)."""
    found: dict[str, str] = {}
    for name, value in head.headers:
        key, text = name.decode("ascii"), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _cookies(head: h11.Response) -> tuple[str, ...]:
    """A cookie's text may hold commas, so that joined ones could not be told apart (RFC 6265 3)."""
    return tuple(value.decode("latin-1") for name, value in head.headers if name == b"set-cookie")


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    """At once: a polite end would wait for the other side."""
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def _judged(error: OSError) -> Trouble:
    """What went wrong below HTTP."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Trouble("its certificate cannot be trusted")
    if isinstance(error, ssl.SSLError):
        return Trouble("no secure connection could be made")
    return Trouble(f"the connection failed ({type(error).__name__})")
