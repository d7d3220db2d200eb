"""Markup: the forms of a page and the hosts it loads from, as far as both can be read without running it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

LOADS = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "frame": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "input": ("src",),
}
"""Attributes from which a browser loads by itself."""

LINKED = frozenset(
    {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "preconnect", "dns-prefetch", "manifest"}
)
"""Kinds of `link` upon which it goes to the host; `canonical` and the like are only names."""


@dataclass(slots=True)
class Form:
    """One form: where it goes, its hidden fields in order, and the names of the others."""

    action: str
    hidden: list[tuple[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """One page, read once: `forms`, and `loaded`, the addresses that a browser would load, whole."""

    def __init__(self, url: str, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.loaded: list[str] = []
        self._base = url
        self._open: Form | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what this element sends or loads."""
        given = {name: value or "" for name, value in attrs}
        if tag == "base" and "href" in given:
            self._base = _joined(self._base, given["href"])
        elif tag == "form":
            self._open = Form(given.get("action", ""))
            self.forms.append(self._open)
        elif tag == "input" and self._open is not None:
            self._note_field(self._open, given)
        self.loaded += [_joined(self._base, address) for address in _addresses(tag, given)]

    def handle_endtag(self, tag: str) -> None:
        """A form ends."""
        if tag == "form":
            self._open = None

    def _note_field(self, form: Form, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if given.get("type") == "hidden":
            form.hidden.append((name, given.get("value", "")))
        elif name:
            form.asked.append(name)


def _joined(base: str, address: str) -> str:
    """The whole address; one that no browser could read either leads nowhere."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def _addresses(tag: str, given: dict[str, str]) -> Iterator[str]:
    if tag == "link" and LINKED & set(given.get("rel", "").lower().split()):
        yield given.get("href", "")
    for name in LOADS.get(tag, ()):
        if name == "srcset":
            yield from (part.split()[0] for part in given.get(name, "").split(",") if part.strip())
        elif name in given:
            yield given[name].strip()


def foreign(loaded: Iterable[str], own: Iterable[str]) -> list[str]:
    """The hosts among these addresses that are none of one's own, each once. What lies below an own host is own."""
    ours, found = tuple(own), dict[str, None]()
    for address in loaded:
        try:
            parts = urlsplit(address)
            host = (parts.hostname or "").lower().removesuffix(".")
        except ValueError:
            continue
        if parts.scheme in {"http", "https"} and host and not any(is_below(host, each) for each in ours):
            found[host] = None
    return list(found)


def is_below(host: str, other: str) -> bool:
    """Whether a host is another one or lies below it."""
    return host == other or host.endswith(f".{other}")
