"""Regimes: one law in one edition, with its rules for each right."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from privacy_center.law import rules, tables
from privacy_center.law.questions import Questions
from privacy_center.law.rules import Duty, Retention, Rule
from privacy_center.law.tables import Table
from privacy_center.law.terms import Known, Roll
from privacy_center.places import Folder, files


@dataclass(frozen=True, slots=True)
class Signals:
    """Whether a preference signal, like Global Privacy Control, must be honoured, and since when."""

    required: bool
    since: date | None
    citation: str
    known: Known


@dataclass(frozen=True, slots=True)
class Regime:
    """One law in one edition. `text` is the whole edition, `digest` its SHA-256.

    `alternatives` are calendars by which somebody else may count business days; our target obeys all of them.
    With `establishment` the law also binds a controller who is established in its places, wherever the person lives.
    `revocation` is how soon processing ends once consent is taken back. `enabled` is False for a law whose text
    nobody has read yet: it computes, and protects nobody.
    """

    id: str
    name: str
    short: str
    edition: str
    enabled: bool
    places: tuple[str, ...]
    timezone: str
    calendar: str
    alternatives: tuple[str, ...]
    statutory_roll: Duty | None
    regulator_name: str
    regulator_url: str
    court: str
    establishment: bool
    signals: Signals
    retention: Retention | None
    revocation: Duty | None
    in_force: date | None
    rules: Mapping[str, Rule]
    text: str = field(repr=False)
    digest: str

    def gives(self, right: str, day: date) -> bool:
        """Whether this law gives this right to requests received on this day."""
        rule = self.rules.get(right)
        return self.enabled and rule is not None and (rule.in_force is None or day >= rule.in_force)


def load(folder: Folder, questions: Questions) -> dict[str, Regime]:
    """Every regime in the folder, with the base that it names, as the open questions are answered.

    Raises Contradictions.
    """
    found = {}
    for path in files(folder, "*.toml").values():
        table = questions.over(path.stem, tables.resolved(path, folder / "bases"))
        found[path.stem] = parse(tables.edition({"id": path.stem} | table), where=f"regimes/{path.name}")
    return found


def parse(text: str, *, where: str) -> Regime:
    """One edition as it was kept. Raises Contradictions."""
    table = Table(json.loads(text), where)
    regulator, shared = table.part("regulator"), table.part("all")
    in_force, retention = table.day("in_force"), rules.months(table.part("retention"))
    regime = Regime(
        id=table.text("id"),
        name=table.phrase("name"),
        short=table.text("short"),
        edition=table.text("edition"),
        enabled=table.flag("enabled", True),
        places=table.texts("places", ()),
        timezone=table.text("timezone"),
        calendar=table.text("calendar"),
        alternatives=table.texts("calendar_alternatives", ()),
        statutory_roll=_roll(table.part("statutory_roll")),
        regulator_name=regulator.phrase("name"),
        regulator_url=regulator.text("url", ""),
        court=table.phrase("court", ""),
        establishment=table.flag("establishment"),
        signals=_signals(table.part("signals")),
        retention=retention,
        revocation=rules.duty(table.part("revocation")),
        in_force=in_force,
        rules={
            name: rules.rule(name, part.over(shared), in_force=in_force, retention=retention)
            for name, part in _granted(table)
        },
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )
    regulator.done()
    table.done()
    return regime


def _granted(table: Table) -> Iterator[tuple[str, Table]]:
    """The rights of this law: its base may have some that it `lacks`."""
    lacks, named = table.texts("lacks", ()), dict(table.parts("rights"))
    if unknown := sorted(set(lacks) - set(named)):
        raise table.wrong("lacks", f"names {', '.join(unknown)}, which its base does not have")
    return ((name, part) for name, part in named.items() if name not in lacks)


def _roll(table: Table) -> Duty | None:
    if "citation" not in table:
        return None
    calendar, citation = table.text("calendar"), table.text("citation")
    known = rules.known(table)
    table.done()
    roll = Roll.next_working_day
    return Duty(None, citation, roll=roll, roll_calendar=calendar, roll_citation=citation, binding=False, known=known)


def _signals(table: Table) -> Signals:
    signals = Signals(table.flag("required"), table.day("since"), table.text("citation", ""), rules.known(table))
    table.done()
    return signals
