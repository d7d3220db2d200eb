"""The words of a receipt: what it says, for people, and nothing that it does not say."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from babel.dates import format_date, format_datetime

from privacy_center.casework.work import House

Said = Mapping[str, str | list[str]]
"""What a receipt says: names and plain values."""

LOCALE = "en_GB"
CHOICES = {"out": "Opted out of", "in": "Opted in to"}
SCOPES = {
    "browser": "the browser in which it was chosen",
    "identity": "the person who was named, on every device and in every account where that name is known",
}
WAYS = {
    "button": "a button on our page",
    "signal": "the signal of the browser (Global Privacy Control)",
    "mail_link": "the link in a mail of ours",
    "one_click": "the button of a mail program",
    "agent": "an agent",
    "api": "one of our own systems",
    "staff": "our staff, to whom it was said",
}


def lines(house: House, said: Said) -> tuple[tuple[str, str], ...]:
    """Title and words of each thing that a receipt says, in the order in which people read it."""
    written = ((title, _written(house, name, said)) for name, title in TITLES.items())
    return tuple((title, words) for title, words in written if words)


TITLES = {
    "ref": "Reference",
    "by": "Given by",
    "at": "Received",
    "purposes": "What was chosen",
    "right": "What was asked",
    "scope": "It counts for",
    "way": "How it reached us",
    "laws": "Law",
    "aim": "We aim to answer by",
    "limit": "The limit",
    "assurance": "Proof of identity",
    "notice": "Version of our notice",
    "edition": "Edition of the rules",
}


def _written(house: House, name: str, said: Said) -> str:
    value = said.get(name, "")
    return WRITERS.get(name, _plain)(house, value, said) if value else ""


def _plain(_house: House, value: str | list[str], _said: Said) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _by(house: House, value: str | list[str], _said: Said) -> str:
    return f"{house.installation.controller.name}, {value}" if value == house.base_url else str(value)


def _moment(_house: House, value: str | list[str], _said: Said) -> str:
    return format_datetime(datetime.fromisoformat(str(value)), "d MMMM y, HH:mm:ss 'UTC'", locale=LOCALE)


def _day(_house: House, value: str | list[str], _said: Said) -> str:
    return format_date(date.fromisoformat(str(value)), "long", locale=LOCALE)


def _purposes(house: House, value: str | list[str], said: Said) -> str:
    """A purpose that has ended since keeps its bare name."""
    names = value if isinstance(value, list) else [value]
    titles = [house.offers[name].title if name in house.offers else name for name in names]
    return f"{CHOICES.get(str(said.get('choice')), 'Chosen for')}: {'; '.join(titles)}"


def _right(house: House, value: str | list[str], _said: Said) -> str:
    name = str(value)
    return house.library.workflow_for(name).infos[name].title if name in house.library.rights() else name


def _laws(house: House, value: str | list[str], _said: Said) -> str:
    names = value if isinstance(value, list) else [value]
    known = house.library.regimes
    return "; ".join(known[name].name if name in known else name for name in names)


def _scope(_house: House, value: str | list[str], _said: Said) -> str:
    return SCOPES.get(str(value), str(value))


def _way(_house: House, value: str | list[str], _said: Said) -> str:
    return WAYS.get(str(value), str(value))


Writer = Callable[[House, str | list[str], Said], str]
WRITERS: Mapping[str, Writer] = {
    "by": _by,
    "at": _moment,
    "aim": _day,
    "limit": _day,
    "purposes": _purposes,
    "right": _right,
    "laws": _laws,
    "scope": _scope,
    "way": _way,
}
