"""Reading a page: each cookie stays apart, and only our own address may lie on an inner network."""

from typing import Any

import pytest

from privacy_center.mailroom import outbound
from privacy_center.mailroom.outbound import Blocked
from tests.recipient import Authority, Names, answers, recipient


async def test_a_page_is_read_with_each_of_its_cookies_apart() -> None:
    with recipient(answers(200, b"<p>", set_cookie="a=1, 2; Path=/\r\nset-cookie: b=3")) as server:
        answer = await outbound.call("GET", server.url, {"accept": "text/html", "sec-gpc": "1"}, loopback=True)
    assert (answer.status, answer.body, answer.cookies) == (200, b"<p>", ("a=1, 2; Path=/", "b=3"))
    (call,) = server.calls
    assert (call.headers["accept"], call.headers["sec-gpc"], call.body) == ("text/html", "1", b"")
    assert "content-length" not in call.headers


async def test_an_inner_address_is_called_only_where_it_is_our_own() -> None:
    authority = Authority()
    with recipient(tls=authority.serving("privacy.northwind.example")) as server:
        url, names = server.url_as("privacy.northwind.example"), Names(["127.0.0.1"])
        how: dict[str, Any] = {"loopback": False, "resolve": names, "tls": authority.trusting()}
        with pytest.raises(Blocked, match="not public"):
            await outbound.call("GET", url, {}, **how)
        answer = await outbound.call("GET", url, {}, guarded=False, **how)
    assert (answer.status, server.connections) == (200, 1)
