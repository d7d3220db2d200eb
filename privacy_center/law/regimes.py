"""Regimes: one law's rules, one right at a time, each number with its citation."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from privacy_center.law import tables
from privacy_center.law.periods import Period
from privacy_center.law.tables import Table
from privacy_center.law.terms import Count, Roll, Start, Tolls, Unit


@dataclass(frozen=True, slots=True)
class Duty:
    """A period for one thing to be done; `period` is None where the law sets no end.

    `calendar` counts business days; `roll_calendar` moves an end off a day off. `binding` is False for a number that
    guidance gives, not the statute.
    """

    period: Period | None
    citation: str
    calendar: str = ""
    roll: Roll = Roll.none
    roll_calendar: str = ""
    roll_citation: str = ""
    binding: bool = True


@dataclass(frozen=True, slots=True)
class Extension:
    """How much longer an answer may take once the person has been told why. None: as long as the notice says."""

    period: Period | None
    citation: str
    reasons: bool = True


@dataclass(frozen=True, slots=True)
class Tolling:
    """Whether waiting stops the clock, what waiting, and how its days are counted."""

    by: Tolls
    waits: tuple[str, ...]
    count: Count
    citation: str


@dataclass(frozen=True, slots=True)
class Verification:
    """How sure we must be who asks (D8); `data_points` is how many facts must match what is on file."""

    level: str
    data_points: int
    declaration: bool
    citation: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What one law says of one right."""

    right: str
    citation: str
    start: Start
    acknowledge: Duty | None
    answer: Duty
    extension: Extension | None
    tolling: Tolling
    verification: Verification
    grounds: Mapping[str, str]
    contents: tuple[str, ...]
    unverified_next: str
    in_force: date | None
    retention_months: int | None


@dataclass(frozen=True, slots=True)
class Regime:
    """One law in one edition. `text` is the whole edition, `digest` its SHA-256."""

    id: str
    name: str
    short: str
    edition: str
    places: tuple[str, ...]
    timezone: str
    calendar: str
    alternatives: tuple[str, ...]
    statutory_roll: Duty | None
    regulator_name: str
    regulator_url: str
    court: str
    retention_months: int | None
    rules: Mapping[str, Rule]
    text: str = field(repr=False)
    digest: str


def load(folder: Path) -> dict[str, Regime]:
    """Every regime in the folder, with the base that it names. Raises Contradictions."""
    found = {}
    for path in sorted(folder.glob("*.toml")):
        table = tables.resolved(path, folder / "bases")
        found[path.stem] = parse(tables.edition({"id": path.stem} | table), where=f"regimes/{path.name}")
    return found


def parse(text: str, *, where: str) -> Regime:
    """One edition as it was kept. Raises Contradictions."""
    table = Table(json.loads(text), where)
    regulator, shared = table.part("regulator"), table.part("all")
    rules = {name: _rule(name, table, part.over(shared)) for name, part in table.parts("rights")}
    regime = Regime(
        id=table.text("id"),
        name=table.text("name"),
        short=table.text("short"),
        edition=table.text("edition"),
        places=table.texts("places", ()),
        timezone=table.text("timezone"),
        calendar=table.text("calendar"),
        alternatives=table.texts("calendar_alternatives", ()),
        statutory_roll=_roll(table),
        regulator_name=regulator.text("name"),
        regulator_url=regulator.text("url"),
        court=table.text("court"),
        retention_months=_months(table),
        rules=rules,
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )
    table.day("in_force")
    regulator.done()
    table.done()
    return regime


def _rule(name: str, regime: Table, table: Table) -> Rule:
    """One right: what all rights of this law share, and what this one says instead."""
    rule = Rule(
        right=name,
        citation=table.text("citation"),
        start=table.term("start", Start, Start.receipt),
        acknowledge=_acknowledge(table.part("acknowledge")),
        answer=_duty(table.part("answer")),
        extension=_extension(table),
        tolling=_tolling(table.part("tolls")),
        verification=_verification(table.part("verification")),
        grounds=table.words("grounds"),
        contents=table.texts("contents"),
        unverified_next=table.text("unverified_next", ""),
        in_force=table.day("in_force") or regime.day("in_force"),
        retention_months=_months(table),
    )
    table.done()
    return rule


def _period(table: Table) -> Period | None:
    if "count" not in table:
        return None
    return Period(table.number("count"), table.term("unit", Unit))


def _duty(table: Table) -> Duty:
    duty = Duty(
        period=_period(table),
        citation=table.text("citation"),
        calendar=table.text("calendar", ""),
        roll=table.term("roll", Roll, Roll.none),
        roll_calendar=table.text("roll_calendar", ""),
        roll_citation=table.text("roll_citation", ""),
        binding=table.flag("binding", True),
    )
    table.done()
    return duty


def _acknowledge(table: Table) -> Duty | None:
    return _duty(table) if "count" in table else None


def _extension(table: Table) -> Extension | None:
    part = table.part("extension")
    if "citation" not in part:  # nothing said, or a right that takes back what the others have: `extension = {}`
        return None
    extension = Extension(_period(part), part.text("citation"), part.flag("reasons", True))
    part.done()
    return extension


def _tolling(table: Table) -> Tolling:
    tolling = Tolling(
        by=table.term("by", Tolls, Tolls.never),
        waits=table.texts("waits", ()),
        count=table.term("count", Count, Count.half_open),
        citation=table.text("citation", ""),
    )
    table.done()
    return tolling


def _verification(table: Table) -> Verification:
    verification = Verification(
        level=table.text("level"),
        data_points=table.number("data_points", 1),
        declaration=table.flag("declaration"),
        citation=table.text("citation"),
    )
    table.done()
    return verification


def _roll(table: Table) -> Duty | None:
    if "statutory_roll" not in table:
        return None
    part = table.part("statutory_roll")
    calendar, citation = part.text("calendar"), part.text("citation")
    roll = Duty(None, citation, roll=Roll.next_working_day, roll_calendar=calendar, roll_citation=citation)
    part.done()
    return roll


def _months(table: Table) -> int | None:
    if "retention" not in table:
        return None
    part = table.part("retention")
    months = part.number("months")
    part.text("citation")
    part.done()
    return months
