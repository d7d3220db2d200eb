"""What a page loads and asks, read without running it."""

import pytest

from privacy_center.mailroom import markup
from privacy_center.mailroom.markup import Page

HERE = "https://shop.northwind.example/a/page"


def strangers(html: str, *own: str) -> list[str]:
    """The hosts of others that a page names."""
    return markup.foreign(Page(HERE, html).loaded, own or ("northwind.example",))


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://ads.example/t.js"></script>',
        "<SCRIPT SRC=//ads.example/t.js></SCRIPT>",
        '<img src="https://ads.example/p.gif">',
        '<img srcset="/own.png 1x, https://ads.example/p.png 2x">',
        '<iframe src="https://ads.example/"></iframe>',
        '<link rel="preconnect" href="https://ads.example">',
        '<link rel="Stylesheet" href="https://ads.example/s.css">',
        '<base href="https://ads.example/"><script src="t.js"></script>',
        '<noscript><img src="https://ads.example/p.gif"></noscript>',
        '<script src=" https://ads.example:8443/t.js "></script>',
        '<video poster="https://ADS.example./x.png"></video>',
        '<object data="https://ads.example/o"></object>',
    ],
)
def test_whatever_a_browser_loads_by_itself_is_seen(html: str) -> None:
    assert strangers(html) == ["ads.example"]


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://ads.example/">them</a>',
        '<link rel="canonical" href="https://ads.example/">',
        '<img src="data:image/gif;base64,R0lGODlh">',
        '<script src="/own.js"></script><img src="https://pictures.northwind.example/1.png">',
        '<!-- <script src="https://ads.example/t.js"></script> -->',
        '<script src="https://[::1/"></script>',
        "<p>https://ads.example/t.js</p>",
        "",
    ],
)
def test_links_names_comments_and_what_is_one_s_own_are_not(html: str) -> None:
    assert strangers(html) == []


def test_a_name_that_only_ends_alike_is_a_stranger_s() -> None:
    html = '<script src="https://notnorthwind.example/t.js"></script>'
    assert strangers(html) == ["notnorthwind.example"]
    assert strangers(html, "northwind.example", "notnorthwind.example") == []


def test_a_form_is_read_with_its_hidden_fields_in_order() -> None:
    html = (
        '<form action="/one"><input type="hidden" name="purpose" value="sale"><input type="hidden" name="purpose" '
        'value="a&amp;b"><input name="email" type="email"></form><form><input name="q"></form><input name="loose">'
    )
    one, two = Page(HERE, html).forms
    assert (one.action, one.hidden, one.asked) == ("/one", [("purpose", "sale"), ("purpose", "a&b")], ["email"])
    assert (two.action, two.asked) == ("", ["q"])
