"""The installation: whose house this is, where its people live, what it does with their data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from privacy_center.settings import SettingsError


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
class Installation:
    """One controller's file, checked."""

    controller: Controller
    regimes: tuple[str, ...]
    page_languages: tuple[str, ...]
    letter_languages: tuple[str, ...]
    places_first: tuple[str, ...]
    disclosures: Disclosures
    retention_months: int
    notice_version: str
    brand: str = field(default="")
    anchors_mail: str = ""
    solo: bool = False
    questions: Mapping[str, str] = field(default_factory=dict)


def read(path: Path) -> Installation:
    """Read the installation's TOML. Raises SettingsError with one line that names the file and the key."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None
    return _installation(_Table(table, path))


class _Table:
    """A TOML table that knows its file, so that a mistake names its place."""

    def __init__(self, table: dict[str, Any], path: Path, name: str = "") -> None:
        self.table, self.path, self.name = table, path, name

    def part(self, name: str) -> "_Table":
        return _Table(self._get(name, dict, {}), self.path, name)

    def text(self, name: str, default: str | None = None) -> str:
        value: str = self._get(name, str, default)
        return value.strip()

    def texts(self, name: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        values = self._get(name, list, None if default is None else list(default))
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(name, "must be a list of texts")
        return tuple(values)

    def words(self) -> dict[str, str]:
        """Every key of this table, each with a text."""
        return {name: self.text(name) for name in self.table}

    def flag(self, name: str) -> bool:
        value: bool = self._get(name, bool, False)
        return value

    def number(self, name: str, default: int) -> int:
        value: int = self._get(name, int, default)
        return value

    def wrong(self, name: str, why: str) -> SettingsError:
        where = f"[{self.name}] {name}" if self.name else name
        return SettingsError(f"{self.path}: {where} {why}")

    def _get(self, name: str, kind: type, default: Any) -> Any:
        value = self.table.get(name, default)
        if value is None or (value == "" and default is None):
            raise self.wrong(name, "is missing")
        if not isinstance(value, kind):
            raise self.wrong(name, f"must be a {kind.__name__}")
        return value


def _installation(table: _Table) -> Installation:
    languages = table.part("languages")
    controller = _controller(table.part("controller"))
    return Installation(
        controller=controller,
        regimes=table.texts("regimes"),
        page_languages=languages.texts("pages", ("en",)),
        letter_languages=languages.texts("letters", ("en",)),
        places_first=table.part("places").texts("first", ()),
        disclosures=_disclosures(table.part("disclosures")),
        retention_months=table.part("retention").number("months", 24),
        notice_version=table.text("notice_version", "1"),
        brand=controller.brand,
        solo=table.part("desk").flag("solo"),
        anchors_mail=_mail(table.part("anchors"), "mail"),
        questions=table.part("questions").words(),
    )


def _mail(table: _Table, name: str) -> str:
    address = table.text(name, "")
    if address and ("@" not in address or any(c in address for c in "\r\n ")):
        raise table.wrong(name, "must be one e-mail address")
    return address


def _controller(table: _Table) -> Controller:
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
        dpo=table.text("dpo", ""),
    )


def _disclosures(table: _Table) -> Disclosures:
    lists = ("purposes", "categories", "sources", "recipients", "sold_or_shared", "disclosed", "retention")
    return Disclosures(
        **{name: table.texts(name, ()) for name in lists},
        transfers=table.text("transfers", ""),
        automated=table.text("automated", ""),
    )
