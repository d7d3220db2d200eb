"""The installation: whose house this is, where its people live, what it does with their data."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from privacy_center import overlay, places, recipients, sheet
from privacy_center.phrases import Phrase
from privacy_center.places import Folder
from privacy_center.recipients import Recipient
from privacy_center.sheet import Sheet

PURPOSE_ID = re.compile(r"[a-z][a-z0-9_]{0,31}")
"""How the name of a purpose looks."""


@dataclass(frozen=True, slots=True)
class Controller:
    """The company that answers (GDPR Art. 4(7); CCPA "business")."""

    name: str
    brand: str
    address: str
    country: str
    timezone: str
    contact_email: str
    contact_phone: str
    dpo: str


@dataclass(frozen=True, slots=True)
class Disclosures:
    """What an answer must say about the processing as a whole (GDPR Art. 15(1); 11 CCR 7024)."""

    purposes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    sold_or_shared: tuple[str, ...] = ()
    disclosed: tuple[str, ...] = ()
    retention: tuple[str, ...] = ()
    transfers: str = ""
    automated: str = ""


@dataclass(frozen=True, slots=True)
class Purpose:
    """Something this controller does with people's data, that they can say no to; empty words are the kind's own."""

    id: str
    kind: str
    title: str = ""
    words: str = ""


class Bridge(StrEnum):
    """How a choice made here reaches a site (D6): by the parent domain's cookie, a signed link, a look-up, or not."""

    cookie = "cookie"
    handoff = "handoff"
    lookup = "lookup"
    none = "none"


@dataclass(frozen=True, slots=True)
class Site:
    """A site of the controller. `steps_out` and `steps_in` count the presses from there to a no and to a yes (L3).

    Probes load its `pages`, which may load from its own hosts and from `third_parties`.
    """

    host: str
    bridge: Bridge
    handoff: str = ""
    steps_out: int = 2
    steps_in: int = 3
    pages: tuple[str, ...] = ()
    third_parties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Probes:
    """How the house tests its own opt-out (D28). Without the table, or with `every_hours` 0, it does not."""

    every_hours: int = 0
    answer_hours: int = 12
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Choosing:
    """How people choose here: what the lint of the law looks at."""

    notice: date | None = None
    cookie_domain: str = ""
    asks: tuple[str, ...] = ("email",)
    verify: bool = False
    fresh_minutes: int = 15


@dataclass(frozen=True, slots=True)
class Installation:
    """One controller's file, checked."""

    controller: Controller
    regimes: tuple[str, ...]
    page_languages: tuple[str, ...]
    letter_languages: tuple[str, ...]
    places_first: tuple[str, ...]
    disclosures: Disclosures
    retention_months: int
    lifting_days: int
    notice_version: str
    brand: str = field(default="")
    anchors_mail: str = ""
    solo: bool = False
    questions: Mapping[str, str] = field(default_factory=dict)
    purposes: tuple[Purpose, ...] = ()
    sites: tuple[Site, ...] = ()
    choosing: Choosing = field(default_factory=Choosing)
    recipients: tuple[Recipient, ...] = ()
    loopback: bool = False
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    probes: Probes = field(default_factory=Probes)
    templates: Folder = places.TEMPLATES
    workflows: Folder = places.WORKFLOWS


def read(path: Path) -> Installation:
    """Read the installation's TOML. Raises SettingsError with one line that names the file and the key."""
    return _installation(sheet.read(path))


def _installation(table: Sheet) -> Installation:
    languages = table.part("languages")
    controller, own = _controller(table.part("controller")), overlay.of(table)
    return Installation(
        controller=controller,
        regimes=table.texts("regimes"),
        page_languages=languages.texts("pages", ("en",)),
        letter_languages=languages.texts("letters", ("en",)),
        places_first=table.part("places").texts("first", ()),
        disclosures=_disclosures(table.part("disclosures")),
        retention_months=table.part("retention").number("months", 24),
        lifting_days=_lifting_days(table.part("restriction")),
        notice_version=table.text("notice_version", "1"),
        brand=controller.brand,
        solo=table.part("desk").flag("solo"),
        anchors_mail=_mail(table.part("anchors"), "mail"),
        questions=table.part("questions").words(),
        purposes=tuple(_purpose(row) for row in table.rows("purposes")),
        sites=tuple(_site(row) for row in table.rows("sites")),
        choosing=_choosing(table.part("choices")),
        recipients=recipients.all_of(table),
        loopback=table.part("telling").flag("loopback"),
        words={code: part.words() for code, part in table.part("words").parts().items()},
        probes=_probes(table, controller),
        templates=overlay.laid(own, "templates"),
        workflows=overlay.laid(own, "workflows"),
    )


def _lifting_days(table: Sheet) -> int:
    days = table.number("lifting_days", 14)  # GDPR Art. 18(3) says “before” and gives no number
    if days < 1:
        raise table.wrong("lifting_days", "must be at least 1: the person is told before")
    return days


def _purpose(table: Sheet) -> Purpose:
    name = table.text("id")
    if not PURPOSE_ID.fullmatch(name):
        raise table.wrong("id", f"must be small letters, digits and _ (at most 32): {name}")
    title, words = (Phrase(table.text(each, "")) for each in ("title", "words"))
    return Purpose(name, table.text("kind", name), title, words)


def _site(table: Sheet) -> Site:
    bridge = table.text("bridge", Bridge.none)
    if bridge not in set(Bridge):
        raise table.wrong("bridge", f"is {bridge!r}; the words are: {', '.join(Bridge)}")
    host = table.text("host")
    return Site(
        host=host,
        bridge=Bridge(bridge),
        handoff=table.text("handoff", ""),
        steps_out=table.number("steps_out", 2),
        steps_in=table.number("steps_in", 3),
        pages=table.texts("pages", (f"https://{host}/",)),
        third_parties=table.texts("third_parties", ()),
    )


def _probes(table: Sheet, controller: Controller) -> Probes:
    part = table.part("probes")
    every = part.number("every_hours", 24 if "probes" in table.table else 0)
    domain = f"probes.{controller.contact_email.rpartition('@')[2]}"
    return Probes(every, part.number("answer_hours", max(1, every // 2)), part.text("domain", domain))


def _choosing(table: Sheet) -> Choosing:
    return Choosing(
        notice=table.day("notice"),
        cookie_domain=table.text("cookie_domain", ""),
        asks=table.texts("asks", ("email",)),
        verify=table.flag("verify"),
        fresh_minutes=table.number("fresh_minutes", 15),
    )


def _mail(table: Sheet, name: str) -> str:
    address = table.text(name, "")
    if address and ("@" not in address or any(c in address for c in "\r\n ")):
        raise table.wrong(name, "must be one e-mail address")
    return address


def _controller(table: Sheet) -> Controller:
    zone = table.text("timezone")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise table.wrong("timezone", f"names no time zone: {zone}") from None
    name = table.text("name")
    return Controller(
        name=name,
        brand=table.text("brand", name),
        address=table.text("address"),
        country=table.text("country"),
        timezone=zone,
        contact_email=table.text("contact_email"),
        contact_phone=table.text("contact_phone", ""),
        dpo=Phrase(table.text("dpo", "")),
    )


def _disclosures(table: Sheet) -> Disclosures:
    lists = ("purposes", "categories", "sources", "recipients", "sold_or_shared", "disclosed", "retention")
    return Disclosures(
        **{name: tuple(Phrase(words) for words in table.texts(name, ())) for name in lists},
        transfers=Phrase(table.text("transfers", "")),
        automated=Phrase(table.text("automated", "")),
    )
