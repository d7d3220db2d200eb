"""Rules: what one law says of one right, each number with its citation and how well we know it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from privacy_center.law.periods import Period
from privacy_center.law.tables import Table
from privacy_center.law.terms import Count, Known, Needed, Roll, Start, Tolls, Unit

THE_ACT = "the act"
"""In place of a ground's citation: it is cited as the right itself is."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A period for one thing to be done; `period` is None where the law sets no end.

    `calendar` counts business days; `roll_calendar` moves an end off a day off. `binding` is False for a number that
    guidance gives, not the statute. `aim` is what we hold ourselves to where the law has no number at all.
    """

    period: Period | None
    citation: str
    calendar: str = ""
    roll: Roll = Roll.none
    roll_calendar: str = ""
    roll_citation: str = ""
    binding: bool = True
    aim: Period | None = None
    known: Known = Known.high


@dataclass(frozen=True, slots=True)
class Extension:
    """How much longer an answer may take once the person has been told why. None: as long as the notice says."""

    period: Period | None
    citation: str
    reasons: bool
    known: Known


@dataclass(frozen=True, slots=True)
class Tolling:
    """Whether waiting stops the clock, what waiting, and how its days are counted."""

    by: Tolls
    waits: tuple[str, ...]
    count: Count
    citation: str
    known: Known


@dataclass(frozen=True, slots=True)
class Verification:
    """How sure we must be who asks (D8); `data_points` is how many facts must match what is on file."""

    needed: Needed
    level: str
    data_points: int
    declaration: bool
    never: tuple[str, ...]
    citation: str
    known: Known


@dataclass(frozen=True, slots=True)
class Agent:
    """Whether somebody else may ask for the person, and with what proof."""

    allowed: bool
    proof: str
    citation: str
    known: Known


@dataclass(frozen=True, slots=True)
class Fee:
    """What it costs: free, `times` in twelve months where the law names a number (0: none), and what holds then."""

    times: int
    rule: str
    citation: str
    known: Known


@dataclass(frozen=True, slots=True)
class Appeal:
    """A second look by the controller: until when to ask, how long the answer may take, and whether a refusal must
    name the authority."""

    window: str
    answer: Period
    extension: Period | None
    names_regulator: bool
    citation: str
    known: Known


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the record of a request is kept, in months."""

    months: int
    citation: str
    known: Known


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
    agent: Agent
    fee: Fee
    appeal: Appeal | None
    grounds: Mapping[str, str]
    contents: tuple[str, ...]
    unverified_next: str
    in_force: date | None
    retention: Retention | None
    at_once: bool
    reask_months: int
    note: str


def rule(name: str, table: Table, *, in_force: date | None, retention: Retention | None) -> Rule:
    """One right, read from its table; what holds for the whole law stands in the arguments. Raises Contradictions."""
    citation = table.text("citation")
    found = Rule(
        right=name,
        citation=citation,
        start=table.term("start", Start, Start.receipt),
        acknowledge=duty(table.part("acknowledge")),
        answer=_duty(table.part("answer")),
        extension=_extension(table.part("extension")),
        tolling=_tolling(table.part("tolls")),
        verification=_verification(table.part("verification"), citation),
        agent=_agent(table.part("agent"), citation),
        fee=_fee(table.part("fee"), citation),
        appeal=_appeal(table.part("appeal")),
        grounds=_grounds(table, citation),
        contents=table.texts("contents"),
        unverified_next=table.phrase("unverified_next", ""),
        in_force=table.day("in_force") or in_force,
        retention=months(table.part("retention")) or retention,
        at_once=table.flag("at_once"),
        reask_months=table.number("reask_months", 0),
        note=table.text("note", ""),
    )
    table.done()
    return found


def _grounds(table: Table, citation: str) -> dict[str, str]:
    """The grounds with their citations, less those that the others have and this right is `without`."""
    named, without = table.words("grounds"), table.texts("without", ())
    if unknown := sorted(set(without) - set(named)):
        raise table.wrong("without", f"names {', '.join(unknown)}, which no ground here is")
    return {name: citation if cited == THE_ACT else cited for name, cited in named.items() if name not in without}


def months(table: Table) -> Retention | None:
    """A period of retention, or None where nothing is said."""
    if "months" not in table:
        return None
    found = Retention(table.number("months"), table.text("citation"), known(table))
    table.done()
    return found


def known(table: Table) -> Known:
    """Whether somebody has read the text, or how sure we are without."""
    return table.term("known", Known, Known.high)


def period(table: Table) -> Period | None:
    """A count and its unit, or None. Raises Contradictions for one without the other, or less than nothing."""
    if "count" not in table and "unit" not in table:
        return None
    count = table.number("count")
    if count < 0:
        raise table.wrong("count", "must not be negative")
    return Period(count, table.term("unit", Unit))


def _duty(table: Table) -> Duty:
    counted, aim = period(table), period(table.part("aim"))
    found = Duty(
        period=None if aim is not None else counted,  # an aim of ours stands in for a number that the law lacks
        citation=table.text("citation"),
        calendar=table.text("calendar", ""),
        roll=table.term("roll", Roll, Roll.none),
        roll_calendar=table.text("roll_calendar", ""),
        roll_citation=table.text("roll_citation", ""),
        binding=table.flag("binding", True),
        aim=aim,
        known=known(table),
    )
    table.done()
    if found.period is None and found.binding:
        raise table.wrong("count", "is missing: a duty without a number needs `binding = false`")
    return found


def duty(table: Table) -> Duty | None:
    """A duty that a law may have; without a number it has none."""
    return _duty(table) if "count" in table else None


def _extension(table: Table) -> Extension | None:
    if "citation" not in table:  # nothing said, or a right that takes back what the others have: `extension = {}`
        return None
    extension = Extension(period(table), table.text("citation"), table.flag("reasons", True), known(table))
    table.done()
    return extension


def _tolling(table: Table) -> Tolling:
    tolling = Tolling(
        by=table.term("by", Tolls, Tolls.never),
        waits=table.texts("waits", ()),
        count=table.term("count", Count, Count.half_open),
        citation=table.text("citation", ""),
        known=known(table),
    )
    table.done()
    return tolling


def _verification(table: Table, citation: str) -> Verification:
    verification = Verification(
        needed=table.term("needed", Needed, Needed.always),
        level=table.phrase("level", ""),
        data_points=table.number("data_points", 1),
        declaration=table.flag("declaration"),
        never=table.phrases("never", ()),
        citation=table.text("citation", citation),
        known=known(table),
    )
    table.done()
    return verification


def _agent(table: Table, citation: str) -> Agent:
    agent = Agent(table.flag("allowed"), table.phrase("proof", ""), table.text("citation", citation), known(table))
    table.done()
    return agent


def _fee(table: Table, citation: str) -> Fee:
    fee = Fee(table.number("times", 0), table.phrase("rule", "free"), table.text("citation", citation), known(table))
    table.done()
    return fee


def _appeal(table: Table) -> Appeal | None:
    if "citation" not in table:
        return None
    answer = period(table)
    if answer is None:
        raise table.wrong("count", "is missing: an appeal needs a number for its answer")
    appeal = Appeal(
        window=table.phrase("window"),
        answer=answer,
        extension=Period(table.number("further"), answer.unit) if "further" in table else None,
        names_regulator=table.flag("names_regulator"),
        citation=table.text("citation"),
        known=known(table),
    )
    table.done()
    return appeal
