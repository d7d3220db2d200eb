"""The words of a receipt: what it says, for people, and nothing that it does not say."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from privacy_center.casework.work import House
from privacy_center.phrases import Phrase, together

Said = Mapping[str, str | list[str]]
"""What a receipt says: names and plain values."""

CHOICES = {"out": Phrase("Opted out of"), "in": Phrase("Opted in to")}
SCOPES = {
    "browser": Phrase("the browser in which it was chosen"),
    "identity": Phrase("the person who was named, on every device and in every account where that name is known"),
}
WAYS = {
    "button": Phrase("a button on our page"),
    "signal": Phrase("the signal of the browser (Global Privacy Control)"),
    "mail_link": Phrase("the link in a mail of ours"),
    "one_click": Phrase("the button of a mail program"),
    "agent": Phrase("an agent"),
    "api": Phrase("one of our own systems"),
    "staff": Phrase("our staff, to whom it was said"),
}

ASSURED: Mapping[str, str] = {
    said: said
    for said in (
        Phrase("none asked, none needed"),
        Phrase("mailbox proved in that session"),
        Phrase("mailbox not yet confirmed"),
    )
}
"""How sure a receipt says that we were; it holds the English words."""


def lines(house: House, said: Said) -> tuple[tuple[str, str], ...]:
    """Title and words of each thing that a receipt says, in the order in which people read it."""
    written = ((title, _written(house, name, said)) for name, title in TITLES.items())
    return tuple((title, words) for title, words in written if words)


TITLES = {
    "ref": Phrase("Reference"),
    "by": Phrase("Given by"),
    "at": Phrase("Received"),
    "purposes": Phrase("What was chosen"),
    "right": Phrase("What was asked"),
    "scope": Phrase("It counts for"),
    "way": Phrase("How it reached us"),
    "laws": Phrase("Law"),
    "aim": Phrase("We aim to answer by"),
    "limit": Phrase("The limit"),
    "assurance": Phrase("Proof of identity"),
    "notice": Phrase("Version of our notice"),
    "edition": Phrase("Edition of the rules"),
}


def _written(house: House, name: str, said: Said) -> str:
    value = said.get(name, "")
    return WRITERS.get(name, _plain)(house, value, said) if value else ""


def _plain(_house: House, value: str | list[str], _said: Said) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _assured(_house: House, value: str | list[str], _said: Said) -> str:
    return ASSURED.get(str(value), str(value))


def _by(house: House, value: str | list[str], _said: Said) -> str:
    return f"{house.installation.controller.name}, {value}" if value == house.base_url else str(value)


def _moment(_house: House, value: str | list[str], _said: Said) -> str:
    at = datetime.fromisoformat(str(value))
    return Phrase("{day}, {time}", day=at.date(), time=f"{at:%H:%M:%S} UTC")


def _day(_house: House, value: str | list[str], _said: Said) -> str:
    return Phrase("{day}", day=date.fromisoformat(str(value)))


def _purposes(house: House, value: str | list[str], said: Said) -> str:
    """A purpose that has ended since keeps its bare name."""
    names = value if isinstance(value, list) else [value]
    titles = [house.offers[name].title if name in house.offers else name for name in names]
    choice = CHOICES.get(str(said.get("choice")), Phrase("Chosen for"))
    return Phrase("{choice}: {purposes}", choice=choice, purposes=together("; ", titles))


def _right(house: House, value: str | list[str], _said: Said) -> str:
    name = str(value)
    return house.library.workflow_for(name).infos[name].title if name in house.library.rights() else name


def _laws(house: House, value: str | list[str], _said: Said) -> str:
    names = value if isinstance(value, list) else [value]
    known = house.library.regimes
    return together("; ", [known[name].name if name in known else name for name in names])


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
    "assurance": _assured,
}
