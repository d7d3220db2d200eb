"""The library: every law, workflow and calendar, loaded once and checked against each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from privacy_center.law import calendars, details, lines, places, purposes, questions, regimes, workflows
from privacy_center.law.calendars import Calendars
from privacy_center.law.choices import Choices
from privacy_center.law.details import Detail
from privacy_center.law.places import OTHER, Places, UnknownPlace
from privacy_center.law.purposes import Kind
from privacy_center.law.questions import Questions
from privacy_center.law.regimes import Regime
from privacy_center.law.rules import Duty, Rule
from privacy_center.law.tables import Contradictions, Table, read
from privacy_center.law.terms import Unit
from privacy_center.law.workflows import Workflow
from privacy_center.places import Folder, stamp

__all__ = ["OTHER", "VOLUNTARY", "Contradictions", "Library", "UnknownPlace", "load"]

VOLUNTARY = "voluntary"
"""The regime of places without a law (D20)."""

NOTHING: Mapping[str, str] = {}

EVERYWHERE = ("agent_not_authorised", "no_data_held", "wrong_controller", "not_identifiable", "other_law")
"""Grounds that every law must know, so that staff can always do the lawful thing (D23)."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A reason to refuse. `lead` keeps it to leads, `second` to cases in which somebody else has recorded the doubt;
    with `citation_required` staff name the provision."""

    title: str
    letter_text: str
    lead: bool
    second: bool
    citation_required: bool


@dataclass(frozen=True, slots=True)
class Content:
    """Something that a law demands in a letter. With `asks`, staff write it; the rest is said by the letter."""

    title: str
    asks: bool
    letters: frozenset[str]


@dataclass(frozen=True, slots=True)
class Controller:
    """What the law asks of a controller: where it is established, and which laws it answers under."""

    country: str = ""
    timezone: str = "UTC"
    regimes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Library:
    """The law as this house knows it."""

    workflows: Mapping[str, Workflow]
    regimes: Mapping[str, Regime]
    calendars: Calendars
    grounds: Mapping[str, Ground]
    contents: Mapping[str, Content]
    details: Mapping[str, Detail]
    known_places: Places
    questions: Questions
    kinds: Mapping[str, Kind]

    @property
    def guard_names(self) -> frozenset[str]:
        """Every guard that a workflow names."""
        return self._named("needs")

    @property
    def effect_names(self) -> frozenset[str]:
        """Every effect that a workflow names."""
        return self._named("does")

    @property
    def letter_names(self) -> frozenset[str]:
        """Every letter that a workflow sends."""
        return self._named("mails") | frozenset(kind for w in self.workflows.values() for kind in w.opens)

    def _named(self, field: str) -> frozenset[str]:
        steps = (step for workflow in self.workflows.values() for step in workflow.steps.values())
        return frozenset(name for step in steps for name in getattr(step, field))

    def rights(self) -> frozenset[str]:
        """Every right that a workflow serves."""
        return frozenset(right for workflow in self.workflows.values() for right in workflow.rights)

    def workflow_for(self, right: str) -> Workflow:
        """The workflow that serves a right. Raises KeyError."""
        for workflow in self.workflows.values():
            if right in workflow.rights:
                return workflow
        raise KeyError(right)

    def regime(self, name: str) -> Regime:
        """One law. Raises KeyError."""
        return self.regimes[name]

    def laws(self, place: str, right: str, day: date, controller: Controller) -> list[Regime]:
        """The laws that give a person in this place this right on this day, the place's own first; `voluntary` alone
        where none does (D20).

        A law of the place itself goes before one of its country. A law that follows the controller's establishment
        protects everybody, wherever they live (GDPR Art. 3(1)).
        """
        giving = [law for name in controller.regimes if (law := self.regimes[name]).gives(right, day)]
        country = place.partition("-")[0]
        near = [law for law in giving if place in law.places] or [law for law in giving if country in law.places]
        home = [law for law in giving if law.establishment and controller.country in law.places]
        found = near + [law for law in home if law not in near]
        return found or [self.regimes[VOLUNTARY]]

    def choices(self, regime: Regime, right: str, controller: Controller) -> Choices:
        """How this controller reads this law.

        Where the law looks to "the Member State in which the action is to be taken" (Reg 1182/71 Art. 2(1)), the
        controller's zone and holidays count; a law of one place keeps its own, and the controller's day can only make
        our aim earlier.
        """
        here = controller.country in regime.places
        own = here or not regime.places
        base = Choices(
            country=controller.country if here else "",
            timezone=controller.timezone if own else None,
            zones=() if own else (controller.timezone,),
        )
        return self.questions.choices(base, regime.id, right)

    def places(self) -> Mapping[str, str]:
        """Every place to choose from, by code, in the order of names."""
        return self.known_places.names

    def parse_place(self, typed: str) -> str:
        """A place's code as typed. Raises UnknownPlace."""
        return self.known_places.parse(typed)

    def place_name(self, code: str) -> str:
        """What people call a place."""
        return self.known_places.name(code)


def load(folder: Folder, answers: Mapping[str, str] = NOTHING) -> Library:
    """Read and check the whole library. `answers` are an installation's readings of open questions, by name.

    A process that opens many houses reads it once, until one of its files changes.
    Raises Contradictions; each line names its file and line.
    """
    return _loaded(folder, tuple(sorted(answers.items())), stamp(folder))


@lru_cache(maxsize=8)
def _loaded(folder: Folder, answers: tuple[tuple[str, str], ...], _stamp: object) -> Library:
    try:
        library = _read(folder, dict(answers))
        if wrong := faults(library):
            raise Contradictions(wrong)
    except Contradictions as wrong:
        raise Contradictions(lines.located(wrong.lines, folder)) from None
    return library


def _read(folder: Folder, answers: Mapping[str, str]) -> Library:
    asked = questions.load(folder / "questions" / "open.toml").answered(answers)
    return Library(
        workflows=workflows.load(folder),
        regimes=regimes.load(folder / "regimes", asked),
        calendars=calendars.load(folder / "calendars"),
        grounds=_grounds(folder / "answers" / "grounds.toml"),
        contents=_contents(folder / "answers" / "contents.toml"),
        details=details.load(folder / "answers" / "details.toml"),
        known_places=places.load(folder / "places" / "iso-3166.toml"),
        questions=asked,
        kinds=purposes.load(folder / "purposes" / "kinds.toml"),
    )


def _grounds(path: Folder) -> dict[str, Ground]:
    table = Table({"grounds": read(path)}, f"answers/{path.name}")
    return {name: _ground(part) for name, part in table.parts("grounds")}


def _ground(table: Table) -> Ground:
    ground = Ground(
        title=table.phrase("title"),
        letter_text=table.phrase("letter_text"),
        lead=table.flag("lead"),
        second=table.flag("second"),
        citation_required=table.flag("citation_required"),
    )
    table.done()
    return ground


def _contents(path: Folder) -> dict[str, Content]:
    table = Table({"contents": read(path)}, f"answers/{path.name}")
    return {name: _content(part) for name, part in table.parts("contents")}


def _content(table: Table) -> Content:
    content = Content(table.phrase("title"), table.flag("asks"), frozenset(table.texts("letters")))
    table.done()
    return content


def faults(library: Library) -> list[str]:
    """Every contradiction between the files, one line each."""
    wrong = [] if VOLUNTARY in library.regimes else [f"regimes: {VOLUNTARY}.toml is missing (D20)"]
    served = [right for workflow in library.workflows.values() for right in workflow.rights]
    wrong += [f"workflows: {right} is served twice" for right in sorted(set(served)) if served.count(right) > 1]
    for regime in library.regimes.values():
        wrong += [f"regimes/{regime.id}.toml: {line}" for line in _regime_faults(library, regime)]
    for workflow in library.workflows.values():
        own = [*_reminder_faults(library, workflow), *details.faults(workflow, library.details)]
        wrong += [f"workflows/{workflow.name}.toml: {line}" for line in own]
    protective = {right for workflow in library.workflows.values() if workflow.protective for right in workflow.rights}
    wrong += purposes.faults(library.kinds, protective=protective, regimes=library.regimes)
    voluntary = library.regimes.get(VOLUNTARY)
    if voluntary is not None:
        wrong += [f"regimes/{VOLUNTARY}.toml: lacks {right}" for right in sorted(set(served) - set(voluntary.rules))]
    return wrong


SHORTEST = {Unit.calendar_days: 1, Unit.business_days: 1, Unit.calendar_months: 28}
"""Days that a unit has at least."""


def _reminder_faults(library: Library, workflow: Workflow) -> list[str]:
    """A reminder in days must lie inside the shortest period of any law; what must be done at once has no room."""
    rules = [law.rules[right] for law in library.regimes.values() for right in workflow.rights if right in law.rules]
    periods = [rule.answer.period for rule in rules if rule.answer.period and rule.answer.period.count]
    shortest = min((period.count * SHORTEST[period.unit] for period in periods), default=0)
    late = [reminder for reminder in workflow.remind if reminder.days and periods and reminder.days >= shortest]
    return [f"remind {reminder.words!r} lies outside the shortest period, {shortest} days" for reminder in late]


def _regime_faults(library: Library, regime: Regime) -> list[str]:
    wrong = [
        f"calendar {name} is unknown"
        for name in (regime.calendar, *regime.alternatives)
        if name not in library.calendars.definitions
    ]
    for right, rule in regime.rules.items():
        wrong += [f"[rights.{right}] {line}" for line in _rule_faults(library, rule)]
    return wrong


def _rule_faults(library: Library, rule: Rule) -> list[str]:
    wrong = [] if rule.right in library.rights() else ["no workflow serves this right"]
    wrong += [f"ground {name} is unknown" for name in rule.grounds if name not in library.grounds]
    wrong += [f"lacks the ground {name} (D23)" for name in EVERYWHERE if name not in rule.grounds]
    wrong += [f"content {name} is unknown" for name in rule.contents if name not in library.contents]
    duties = [duty for duty in (rule.acknowledge, rule.answer) if duty is not None]
    return wrong + [line for duty in duties for line in _duty_faults(library, duty)]


def _duty_faults(library: Library, duty: Duty) -> list[str]:
    names = [name for name in (duty.calendar, duty.roll_calendar) if name]
    return [f"calendar {name} is unknown" for name in names if name not in library.calendars.definitions]
