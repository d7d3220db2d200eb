"""Outbound: only the public internet, only the address that was checked, and nothing without a limit (S18)."""

import asyncio
import ssl
from collections.abc import Iterator, Sequence

import pytest

from privacy_center.mailroom import outbound
from privacy_center.mailroom.outbound import Answer, Blocked, Resolve, Trouble, post
from tests.recipient import (
    Authority,
    Behaviour,
    Names,
    RecipientServer,
    answers,
    drips,
    hangs,
    pours,
    recipient,
    redirects,
    says,
)


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Whom the tests trust."""
    return Authority()


@pytest.fixture
def server() -> Iterator[RecipientServer]:
    """A recipient without TLS."""
    with recipient() as server:
        yield server


async def call(url: str, *, loopback: bool = True, timeout: float = 5, limit: int = 4096) -> Answer:  # noqa: ASYNC109
    """Post two bytes there."""
    return await post(url, {}, b"{}", loopback=loopback, timeout=timeout, limit=limit)


# ---------------------------------------------------------------- what is called


async def test_http_is_for_this_machine_alone(server: RecipientServer) -> None:
    with pytest.raises(Blocked, match="not https"):
        await post("http://hooks.shop.example/", {}, b"", loopback=True, resolve=Names(["127.0.0.1"]))
    with pytest.raises(Blocked, match="not public"):
        await post("http://localhost/", {}, b"", loopback=True, resolve=Names(["8.8.8.8"]))
    assert (await call(server.url)).status == 200


async def test_a_header_cannot_be_smuggled_in(server: RecipientServer) -> None:
    for headers in ({"webhook-id": "a\r\nx: y"}, {"a b": "c"}, {"x": "a\x00b"}):
        with pytest.raises(Blocked, match="HTTP"):
            await post(server.url, headers, b"", loopback=True)
    assert server.connections == 0


# ---------------------------------------------------------------- what is pinned


async def test_a_name_is_asked_for_once_and_the_checked_address_is_called(authority: Authority) -> None:
    with recipient(tls=authority.serving("hooks.shop.example")) as server:
        names = Names(["127.0.0.1"], ["10.0.0.1"])
        url = server.url_as("hooks.shop.example")
        answer = await post(url, {}, b"{}", loopback=True, resolve=names, tls=authority.trusting())
        assert answer.status == 200
        assert names.asked == [("hooks.shop.example", server.port)]
        assert server.calls[0].headers["host"] == f"hooks.shop.example:{server.port}"


async def test_a_name_that_turns_inward_later_is_blocked_later(authority: Authority) -> None:
    with recipient(tls=authority.serving("hooks.shop.example")) as server:
        names = Names(["127.0.0.1"], ["169.254.169.254"])
        url, tls = server.url_as("hooks.shop.example"), authority.trusting()
        await post(url, {}, b"{}", loopback=True, resolve=names, tls=tls)
        with pytest.raises(Blocked, match="not public"):
            await post(url, {}, b"{}", loopback=True, resolve=names, tls=tls)
        assert server.connections == 1


async def test_the_next_address_is_tried_when_one_is_closed(authority: Authority) -> None:
    with recipient(tls=authority.serving("hooks.shop.example")) as server:
        url = server.url_as("hooks.shop.example")
        names = Names(["127.0.0.2", "::1", "127.0.0.1"])
        answer = await post(url, {}, b"{}", loopback=True, resolve=names, tls=authority.trusting())
        assert answer.status == 200


@pytest.mark.parametrize("names", [("other.example",), ("127.0.0.1",), ("hooks.shop.example.evil.example",)])
async def test_a_certificate_for_somebody_else_is_not_trusted(names: tuple[str, ...], authority: Authority) -> None:
    await _untrusted(authority.serving(*names), authority.trusting())


async def test_a_certificate_that_is_old_or_signed_by_nobody_we_know_is_not_trusted(authority: Authority) -> None:
    await _untrusted(authority.serving("hooks.shop.example", days=-1), authority.trusting())
    await _untrusted(Authority().serving("hooks.shop.example"), authority.trusting())
    await _untrusted(authority.serving("hooks.shop.example"), None)


async def _untrusted(serving: ssl.SSLContext, tls: ssl.SSLContext | None) -> None:
    with recipient(tls=serving) as server:
        url, names = server.url_as("hooks.shop.example"), Names(["127.0.0.1"])
        with pytest.raises(Trouble, match="certificate"):
            await post(url, {}, b"{}", loopback=True, resolve=names, tls=tls)
        assert not server.calls


async def test_plain_words_behind_https_are_trouble() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(9)
        writer.write(b"HTTP/1.1 400 This is no TLS\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Trouble, match="secure"):
            await call(f"https://127.0.0.1:{port}/")


# ---------------------------------------------------------------- what is said and heard


async def test_the_call_comes_in_as_it_was_made(server: RecipientServer) -> None:
    server.behaves = answers(202, b'{"status":"accepted"}', Content_Type="application/json", Retry_After="7")
    answer = await post(server.url, {"Webhook-Id": "a", "host": "evil.example"}, b'{"x":1}', loopback=True)
    assert (answer.status, answer.body) == (202, b'{"status":"accepted"}')
    assert answer.headers["retry-after"] == "7"
    (came,) = server.calls
    assert (came.target, came.body, came.headers["webhook-id"]) == ("/hooks", b'{"x":1}', "a")
    assert (came.headers["host"], came.headers["connection"]) == (f"localhost:{server.port}", "close")


@pytest.mark.parametrize("status", [200, 201, 204, 301, 302, 307, 400, 401, 404, 410, 422, 429, 500, 503, 599])
async def test_every_status_is_only_an_answer(status: int, server: RecipientServer) -> None:
    server.behaves = says(f"HTTP/1.1 {status} So\r\ncontent-length: 0\r\n\r\n".encode())
    assert (await call(server.url)).status == status
    assert len(server.calls) == 1


async def test_a_redirect_is_not_followed(server: RecipientServer) -> None:
    with recipient() as inner:
        for status in (301, 302, 303, 307, 308):
            server.behaves = redirects(inner.url, status)
            answer = await call(server.url)
            assert (answer.status, answer.headers["location"]) == (status, inner.url)
        assert inner.connections == 0


@pytest.mark.parametrize(
    ("said", "body"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokand more that nobody asked for", b"ok"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n", b"ok"),
        (
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
            b"ok",
        ),
        (b"HTTP/1.0 200 OK\r\n\r\nok", b"ok"),
        (b"HTTP/1.1 200 OK\r\nx: \xff\xfe\r\nx: b\r\ncontent-length: 2\r\n\r\nok", b"ok"),
    ],
)
async def test_an_odd_answer_is_read_where_it_has_one_meaning(
    said: bytes, body: bytes, server: RecipientServer
) -> None:
    server.behaves = says(said)
    assert (await call(server.url)).body == body


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\x00\x01\x02\x03\r\n\r\n",
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nok",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nok",
        b"HTTP/1.1 200 OK\r\nx",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\nabc",
        b"HTTP/1.1 999999 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n",
    ],
)
async def test_an_answer_that_lies_or_breaks_off_is_trouble(said: bytes, server: RecipientServer) -> None:
    server.behaves = says(said)
    with pytest.raises(Trouble) as raised:
        await call(server.url)
    assert "localhost" not in raised.value.why


# ---------------------------------------------------------------- what has a limit

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "behaves",
    [
        hangs(),
        drips(OK + b"content-length: 2\r\n\r\nok", every=0.2),
        drips(OK + b"transfer-encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 99, every=0.01),
        drips(b"HTTP/1.1 100 Continue\r\n\r\n" * 9, every=0.05),
    ],
)
async def test_who_takes_too_long_holds_nobody(behaves: Behaviour, server: RecipientServer) -> None:
    server.behaves = behaves
    begun = asyncio.get_running_loop().time()
    with pytest.raises(Trouble, match="in time"):
        await call(server.url, timeout=0.6)
    assert asyncio.get_running_loop().time() - begun < 4


async def test_a_silent_name_server_or_handshake_holds_nobody(server: RecipientServer) -> None:
    async def silent(_host: str, _port: int) -> Sequence[str]:
        await asyncio.sleep(3600)
        return []

    with pytest.raises(Trouble, match="in time"):
        await post("https://hooks.shop.example/", {}, b"", loopback=False, resolve=silent, timeout=0.3)
    with pytest.raises(Trouble, match="in time"):  # this server waits for HTTP, not for TLS
        await call(f"https://localhost:{server.port}/", timeout=0.3)


@pytest.mark.parametrize(
    "behaves",
    [
        answers(200, b"x" * 4097),
        pours(OK + b"content-length: 99999999999\r\n\r\n", b"x" * 1000),
        pours(OK + b"transfer-encoding: chunked\r\n\r\n", b"400\r\n" + b"x" * 1024 + b"\r\n"),
        pours(OK + b"\r\n", b"x" * 1000),
        pours(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
async def test_an_answer_that_is_too_long_is_not_read_to_its_end(behaves: Behaviour, server: RecipientServer) -> None:
    server.behaves = behaves
    with pytest.raises(Trouble, match="too long"):
        await call(server.url)


@pytest.mark.parametrize(
    "behaves",
    [
        pours(OK, b"x: " + b"y" * 1000 + b"\r\n"),
        pours(OK, b"y" * 1000),
        pours(OK + b"transfer-encoding: chunked\r\n\r\n", b"0" * 1000),
        pours(OK + b"transfer-encoding: chunked\r\n\r\n0\r\n", b"x: " + b"y" * 1000 + b"\r\n"),
    ],
)
async def test_a_head_without_end_is_trouble(behaves: Behaviour, server: RecipientServer) -> None:
    server.behaves = behaves
    with pytest.raises(Trouble, match=r"too long|no HTTP"):
        await call(server.url)


async def test_an_answer_of_just_the_limit_is_read(server: RecipientServer) -> None:
    server.behaves = answers(200, b"x" * 4096)
    assert len((await call(server.url)).body) == 4096


# ---------------------------------------------------------------- what passes


async def test_an_outage_passes(server: RecipientServer) -> None:
    server.down()
    with pytest.raises(Trouble, match="ConnectionRefusedError"):
        await call(server.url)
    server.up()
    assert (await call(server.url)).status == 200


async def test_a_name_that_is_not_found_now_may_be_found_later() -> None:
    with pytest.raises(Trouble, match="not found"):
        await call("https://nobody.invalid/", loopback=False)
    with pytest.raises(Trouble, match="no address"):
        await post("https://hooks.shop.example/", {}, b"", loopback=False, resolve=Names([]))
    with pytest.raises(Blocked, match="no IP address"):
        await post("https://hooks.shop.example/", {}, b"", loopback=False, resolve=Names(["hooks"]))


async def test_the_machine_s_own_resolver_is_asked() -> None:
    ask: Resolve = outbound.look_up
    assert "127.0.0.1" in await ask("localhost", 443)


async def test_many_calls_at_once_leave_nothing_open(server: RecipientServer) -> None:
    answered = await asyncio.gather(*(call(server.url) for _ in range(50)))
    assert {answer.status for answer in answered} == {200}
    assert len(server.calls) == 50
