"""Workflows: the states and steps of one kind of request, as a lawyer wrote them down."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from privacy_center.law import tables
from privacy_center.law.reminders import Reminder
from privacy_center.law.tables import Contradictions, Table
from privacy_center.law.terms import Disposition, Phase, Role, Waits
from privacy_center.places import Folder, files


class UnknownStep(Exception):
    """This workflow has no such step."""


@dataclass(frozen=True, slots=True)
class RightInfo:
    """A right in the person's words: its title, one sentence for its card, and how to ask for it in a letter."""

    title: str
    card: str


@dataclass(frozen=True, slots=True)
class State:
    """Where a case can stand. `says` is for the requester, `short` for lists."""

    name: str
    short: str
    says: str
    phase: Phase
    waits_for: Waits | None


@dataclass(frozen=True, slots=True)
class Step:
    """A permitted move. `to` is None where the state stays; `tells` is empty where the requester is not told."""

    name: str
    title: str
    says: str
    tells: str
    from_: frozenset[str]
    to: str | None
    by: frozenset[Role]
    needs: tuple[str, ...]
    asks: tuple[str, ...]
    does: tuple[str, ...]
    mails: tuple[str, ...]
    closes: Disposition | None

    def target(self, state: str) -> str:
        """The state after this step."""
        return self.to or state


@dataclass(frozen=True, slots=True)
class Workflow:
    """One kind of request.

    `details` are what the form of each right may ask for, by name. `protective` kinds act at once for anybody (D3);
    `discloses` is False where fulfilling neither discloses nor changes anything that is held. `text` is the whole
    edition, `digest` its SHA-256.
    """

    name: str
    title: str
    protective: bool
    discloses: bool
    rights: tuple[str, ...]
    infos: Mapping[str, RightInfo]
    details: Mapping[str, tuple[str, ...]]
    begins: str
    opens: tuple[str, ...]
    remind: tuple[Reminder, ...]
    states: Mapping[str, State]
    steps: Mapping[str, Step]
    text: str = field(repr=False)
    digest: str

    def step(self, name: str) -> Step:
        """One step. Raises UnknownStep."""
        try:
            return self.steps[name]
        except KeyError:
            raise UnknownStep(name) from None

    def rests_after(self, step: Step) -> bool:
        """Whether a step leads to a state in which nobody waits any more."""
        return step.to is not None and self.states[step.to].phase is Phase.closed

    def open_to(self, state: str, roles: frozenset[Role]) -> tuple[Step, ...]:
        """The steps that lead on from a state for these roles, guards aside."""
        return tuple(step for step in self.steps.values() if state in step.from_ and step.by & roles)


def load(folder: Folder) -> dict[str, Workflow]:
    """Every workflow in the folder, with the base that it names. Raises Contradictions."""
    found = {}
    for path in files(folder, "*.toml").values():
        table = tables.resolved(path, folder / "bases")
        found[path.stem] = parse(tables.edition({"name": path.stem} | table), where=f"workflows/{path.name}")
    return found


def parse(text: str, *, where: str) -> Workflow:
    """One edition as it was kept. Raises Contradictions."""
    table = Table(json.loads(text), where)
    workflow = Workflow(
        name=table.text("name"),
        title=table.text("title"),
        protective=table.flag("protective"),
        discloses=table.flag("discloses", True),
        rights=table.texts("rights"),
        infos={name: _info(part) for name, part in table.parts("titles")},
        details=_details(table),
        begins=table.text("begins"),
        opens=table.texts("opens"),
        remind=_reminders(table),
        states={name: _state(name, part) for name, part in table.parts("states")},
        steps={name: _step(name, part) for name, part in table.parts("steps")},
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )
    table.done()
    if wrong := [f"{where}: {line}" for line in faults(workflow)]:
        raise Contradictions(wrong)
    return workflow


def _details(table: Table) -> dict[str, tuple[str, ...]]:
    part = table.part("details")
    return {right: part.texts(right) for right in table.plain("details")}


def _reminders(table: Table) -> tuple[Reminder, ...]:
    try:
        return tuple(Reminder.parse(words) for words in table.texts("remind"))
    except ValueError as error:
        raise table.wrong("remind", str(error)) from None


def _info(table: Table) -> RightInfo:
    info = RightInfo(table.phrase("title"), table.phrase("card"))
    table.done()
    return info


def _state(name: str, table: Table) -> State:
    state = State(
        name=name,
        short=table.phrase("short"),
        says=table.phrase("says"),
        phase=table.term("phase", Phase),
        waits_for=table.term("waits_for", Waits) if "waits_for" in table else None,
    )
    table.done()
    return state


def _step(name: str, table: Table) -> Step:
    step = Step(
        name=name,
        title=table.text("title"),
        says=table.text("says", ""),
        tells=table.phrase("tells", ""),
        from_=frozenset(table.texts("from")),
        to=table.text("to", "") or None,
        by=frozenset(_role(table, word) for word in table.texts("by")),
        needs=table.texts("needs", ()),
        asks=table.texts("asks", ()),
        does=table.texts("does", ()),
        mails=table.texts("mails", ()),
        closes=table.term("closes", Disposition) if "closes" in table else None,
    )
    table.done()
    return step


def _role(table: Table, word: str) -> Role:
    try:
        return Role(word)
    except ValueError:
        raise table.wrong("by", f"names {word!r}, which is no role") from None


def faults(workflow: Workflow) -> list[str]:
    """What contradicts itself inside one workflow: one line each."""
    return [*_naming_faults(workflow), *_path_faults(workflow), *_rule_faults(workflow)]


def _naming_faults(workflow: Workflow) -> list[str]:
    wrong = [f"begins at {workflow.begins!r}, which is no state"] if workflow.begins not in workflow.states else []
    wrong += [f"[titles] lacks {right}" for right in workflow.rights if right not in workflow.infos]
    for step in workflow.steps.values():
        named = step.from_ | ({step.to} if step.to else set())
        wrong += [
            f"step {step.name} names {state!r}, which is no state" for state in sorted(named - set(workflow.states))
        ]
    return wrong


def _path_faults(workflow: Workflow) -> list[str]:
    reached = _reached(workflow, {workflow.begins}, back=False)
    closed = {name for name, state in workflow.states.items() if state.phase is Phase.closed}
    ending = _reached(workflow, closed, back=True)
    wrong = [f"nothing leads to state {name!r}" for name in workflow.states if name not in reached]
    return wrong + [f"state {name!r} has no way to an end" for name in workflow.states if name not in ending]


def _reached(workflow: Workflow, begin: set[str], *, back: bool) -> set[str]:
    pairs = [(state, step.target(state)) for step in workflow.steps.values() for state in step.from_]
    found, size = set(begin), 0
    while size != len(found):
        size = len(found)
        found |= {a if back else b for a, b in pairs if (b if back else a) in found}
    return found


HANDS_OUT = "seal_package"
"""The effect by which files reach whoever asked."""

STAFF = frozenset({Role.handler, Role.lead})

SAYS_NO = frozenset({"limit_sensitive", "adm_optout", "object_direct_marketing", "withdraw_consent"})
"""Rights that only protect, beside every `optout_…`."""

OPENS = frozenset({"access", "portability", "adm_access", "delete", "deindex", "delete_drop", "correct", "restrict"})
"""Rights that cannot be granted without disclosing or changing what is held."""

DISCLOSING = frozenset({Disposition.fulfilled, Disposition.partly_fulfilled})


def assurance(workflow: Workflow) -> tuple[str, ...]:
    """Guards without which nothing is granted: the mailbox is proved, nobody disputes it and, where something is
    disclosed or changed, the person was on file before (rule 1, D8, D13)."""
    return ("mailbox_proved", "not_held", "matched") if workflow.discloses else ("mailbox_proved", "not_held")


def _rule_faults(workflow: Workflow) -> list[str]:
    wrong = []
    first = "receipt" if workflow.protective else "acknowledgement"
    if first not in workflow.opens:
        wrong.append(f"opens without the {first}, which never waits (D1)")
    if workflow.protective and any(state.waits_for is Waits.identity for state in workflow.states.values()):
        wrong.append("is protective and waits for identity (D3, 11 CCR 7026(d))")
    for right in workflow.rights:
        if workflow.protective and not (right.startswith("optout_") or right in SAYS_NO):
            wrong.append(f"is protective and serves {right}, which does more than say no (D3)")
        if not workflow.discloses and right in OPENS:
            wrong.append(f"serves {right}, which discloses or changes what is held, and says it does not (rule 1)")
    for step in workflow.steps.values():
        wrong += [f"step {step.name} {line}" for line in _step_faults(workflow, step)]
    return wrong


def _step_faults(workflow: Workflow, step: Step) -> list[str]:
    wrong = []
    closed = {name for name, state in workflow.states.items() if state.phase is Phase.closed}
    ends = step.to in closed and not step.from_ <= closed
    if ends != (step.closes is not None):
        wrong.append("must have `closes` exactly when it leads from an open state to a closed one")
    if step.to in closed and not step.mails:
        wrong.append("ends a case without a letter (rule 3)")
    if step.closes in DISCLOSING and not step.by <= STAFF:
        wrong.append("grants by somebody who is no staff (rule 1)")
    if (step.closes in DISCLOSING or HANDS_OUT in step.does) and not workflow.protective:
        wrong += [f"grants without the guard {name} (rule 1)" for name in assurance(workflow) if name not in step.needs]
    return wrong
