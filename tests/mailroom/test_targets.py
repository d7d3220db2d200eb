"""Targets: what somebody typed is read strictly, and leads to the public internet or nowhere (S18)."""

import pytest

from privacy_center.mailroom import targets
from privacy_center.mailroom.outbound import Blocked, post
from tests.recipient import Names, recipient

PUBLIC = "8.8.8.8"
INWARD = [
    *("127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "0.1.2.3", "::"),  # noqa: S104 (no door is opened here)
    *("10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "100.100.100.200"),
    *("169.254.169.254", "fe80::1", "fe80::1%2", "fec0::1", "fc00::1", "fd00:ec2::254"),
    *("168.63.129.16", "192.0.0.8", "192.0.0.192", "192.88.99.1", "198.18.0.1", "192.0.2.1", "203.0.113.9"),
    *("224.0.0.1", "240.0.0.1", "255.255.255.255", "ff02::1", "ff0e::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "::ffff:0:7f00:1"),
    *("2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:808:808::", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::a00:1", "64:ff9b:1::7f00:1", "64:ff9b:1::808:808"),
    *("2001:db8::1", "3fff::1", "100::1", "5f00::1", "4000::1", "2a00:1450:4001:80b:0:5efe:7f00:1"),
]
HERE = {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}
"""This machine, under each of its numbers."""

OUTWARD = ["8.8.8.8", "2a00:1450:4001:80b::200e", "::ffff:8.8.8.8", "64:ff9b::808:808", "100.128.0.1", "172.32.0.1"]


@pytest.mark.parametrize("address", INWARD)
async def test_an_address_that_is_not_public_is_blocked_whether_found_or_typed(address: str) -> None:
    with pytest.raises(Blocked, match="not public"):
        await post("https://hooks.shop.example/", {}, b"", loopback=False, resolve=Names([address]))
    typed = f"[{address}]" if ":" in address else address
    with pytest.raises(Blocked, match=r"not public|usual"):
        await post(f"https://{typed}/", {}, b"", loopback=False)


@pytest.mark.parametrize("address", OUTWARD)
def test_a_public_address_is_allowed(address: str) -> None:
    targets.check(targets.read("https://hooks.shop.example/", loopback=False), [address], loopback=False)


async def test_a_name_with_one_public_and_one_private_address_is_blocked() -> None:
    for said in ([PUBLIC, "10.0.0.1"], ["::1", PUBLIC]):
        with pytest.raises(Blocked, match="not public"):
            await post("https://hooks.shop.example/", {}, b"", loopback=False, resolve=Names(said))


@pytest.mark.parametrize("address", [each for each in INWARD if each not in HERE])
async def test_where_loopback_is_allowed_nothing_else_inward_is(address: str) -> None:
    with pytest.raises(Blocked, match="not public"):
        await post("https://hooks.shop.example/", {}, b"", loopback=True, resolve=Names([address]))


@pytest.mark.parametrize("host", ["localhost", "localhost.", "LOCALHOST", "127.0.0.1", "[::1]"])
async def test_this_machine_is_blocked_under_each_of_its_names(host: str) -> None:
    with recipient() as server:
        with pytest.raises(Blocked, match="not public"):
            await post(f"https://{host}:{server.port}/", {}, b"", loopback=False)
        assert server.connections == 0


ODD = [
    *("2130706433", "0x7f000001", "017700000001", "127.1", "127.0.1", "0177.0.0.1", "0x7f.0.0.1", "127.0.0.0x1"),
    *("0", "0x", "127.0.0.1.0", "256.0.0.1", "1.1.1.1.1", "134744072", "shop.example.08"),
    *("[::ffff:127.0.0.1%25lo]", "[fe80::1%25eth0]", "[2a00:1450::1%eth0]", "[v1.a]", "[::1"),
]
WIDE = ["127.0.0.1.", "\uff11\uff12\uff17.0.0.1", "\u2460\u2461\u2466.\u24ea.\u24ea.\u2460", "127\u30020\u30020\u30021"]


@pytest.mark.parametrize("host", ODD)
@pytest.mark.parametrize("loopback", [False, True])
async def test_an_ip_address_in_an_odd_spelling_is_blocked_everywhere(host: str, loopback: bool) -> None:
    names = Names(["10.0.0.1"])
    with pytest.raises(Blocked, match=r"usual|cannot be read"):
        await post(f"https://{host}/", {}, b"", loopback=loopback, resolve=names)
    assert not names.asked


@pytest.mark.parametrize("host", WIDE)
async def test_an_ip_address_in_wide_characters_is_still_that_address(host: str) -> None:
    names = Names(["10.0.0.1"])
    with pytest.raises(Blocked, match="not public"):
        await post(f"https://{host}/", {}, b"", loopback=False, resolve=names)
    assert not names.asked


@pytest.mark.parametrize(
    "url",
    [
        *("http://hooks.shop.example/", "http://127.0.0.1:8080/", "http://localhost:8080/", "ftp://shop.example/"),
        *("file:///etc/passwd", "gopher://shop.example:70/", "javascript:alert(1)", "//shop.example/", "shop.example"),
        *("", " ", "https://", "https:///x", "https:shop.example", "https://./", "https://-shop.example/"),
        *(
            "https://ada@shop.example/",
            "https://ada:pw@shop.example/",
            "https://@shop.example/",
            "https://:@shop.example",
        ),
        *(
            "https://shop.example:22/",
            "https://shop.example:25/",
            "https://shop.example:80/",
            "https://shop.example:0/",
        ),
        *("https://shop.example:x/", "https://shop.example:99999/", "https://shop.example:-1/"),
        *(
            "https://shop.example/\r\nX-Evil: 1",
            "https://shop.example/a b",
            "https://sh\top.example/",
            "\nhttps://a.example/",
        ),
        *("https://shop.example\\@10.0.0.1/", "https://shop.example/\x7f", "https://shop.example/\u00fc"),
        *("https://shop.example%00/", "https://shop%2eexample/", "https://shop\u2100.example/", "https://a..example/"),
        *(
            "https://" + "a" * 64 + ".example/",
            "https://" + "a." * 130 + "example/",
            "https://shop.example\u200b.\uff0f/",
        ),
    ],
)
async def test_an_address_that_is_no_plain_https_address_is_blocked(url: str) -> None:
    names = Names(["10.0.0.1"])
    with pytest.raises(Blocked) as raised:
        await post(url, {}, b"", loopback=False, resolve=names)
    assert not names.asked
    assert "example" not in raised.value.why


@pytest.mark.parametrize(
    ("url", "authority", "path"),
    [
        ("https://Hooks.Shop.Example./in?a=1&b#part", "hooks.shop.example", "/in?a=1&b"),
        ("https://hooks.shop.example:443", "hooks.shop.example", "/"),
        ("https://hooks.shop.example:8443?x", "hooks.shop.example:8443", "/?x"),
        ("https://b\u00fccher.example/", "xn--bcher-kva.example", "/"),
        ("https://a_b.shop.example/", "a_b.shop.example", "/"),
        ("https://[2A00:1450:4001:80B::200E]:8443/", "[2a00:1450:4001:80b::200e]:8443", "/"),
    ],
)
def test_a_plain_address_is_read(url: str, authority: str, path: str) -> None:
    target = targets.read(url, loopback=False)
    assert (target.authority, target.path) == (authority, path)
