"""The rules of the house, held against what a case's rows tell. Nothing here asks the code under test what is right."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import SQLModel, col, select

from privacy_center.casework import cases, proof
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.law.library import Library
from privacy_center.law.periods import Period
from privacy_center.law.terms import Disposition, Phase, Role, Unit
from privacy_center.law.workflows import Workflow
from privacy_center.records.case import Case
from privacy_center.records.challenge import Challenge
from privacy_center.records.event import Event
from privacy_center.records.letter import Letter
from privacy_center.records.package import PackageFile
from privacy_center.records.people import Identifier, Text

GRANTED = {Disposition.fulfilled, Disposition.partly_fulfilled}
PARTS: tuple[type[SQLModel], ...] = (Letter, Identifier, Text, Challenge, PackageFile)
MONTH, WEEK = 31, 7
KEPT = 2 * 365
"""Days for which a closed case is kept at the least, by the installation of the tests."""

LIFTING_DAYS = 14
"""Days between the letter that announces the end of a restriction and that end, by the installation of the tests."""

ROLL = 12
"""Days that a weekend, a feast and the days around them can add at the most."""


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that is written about one case."""

    case: dict[str, Any]
    parts: dict[str, list[dict[str, Any]]]
    events: list[Event]
    fault: str | None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Told) and (self.case, self.parts, len(self.events)) == (
            other.case,
            other.parts,
            len(other.events),
        )

    @property
    def mailbox(self) -> dict[str, Any]:
        """What is proved of the person."""
        return self.parts["Identifier"][0]


async def told(center: Center, reference: str) -> Told:
    """Read a case anew, with its chain checked."""
    async with center.reading(by=REQUESTER) as work:
        case = await cases.seen(work, reference)
        events = list(await work.session.exec(_of(Event, case).order_by(col(Event.number))))
        parts = {
            part.__name__: [row.model_dump() for row in await work.session.exec(_of(part, case))] for part in PARTS
        }
        for rows in parts.values():
            rows.sort(key=lambda row: str(row["id"]))
        return Told(case.model_dump(), parts, events, proof.fault(case, events))


def _of(table: type[Any], case: Case) -> Any:
    return select(table).where(table.case_id == case.id)


def hold(told: Told, law: Library, *, before: Told | None) -> None:
    """What is true of every case at every moment."""
    workflow = law.workflow_for(told.case["right"])
    assert told.fault is None, told.fault
    assert replayed(told.events, workflow) == (told.case["state"], told.case["disposition"], told.case["held"])
    assert received(told.events) == told.case["received_at"]
    kept_or_forgotten(told)
    closed = workflow.states[told.case["state"]].phase is Phase.closed
    assert closed == (told.case["closed_at"] is not None) == (told.case["disposition"] is not None)
    assert closed or told.case["alarm_at"] is not None, "time has forgotten this case"
    dates(told, law)
    restriction(told)
    if before is not None:
        assert [e.digest for e in told.events[: len(before.events)]] == [e.digest for e in before.events]


def replayed(events: list[Event], workflow: Workflow) -> tuple[str, str | None, bool]:
    """Where the trail says that the case stands, with every step judged by the workflow alone."""
    state, disposition, held = workflow.begins, None, False
    for event in events:
        step = workflow.steps.get(event.step)
        if step is not None:
            assert state in step.from_, f"{step.name} was taken at {state}"
            assert _roles(event.role) & step.by, f"{step.name} was taken by {event.role}"
            state = step.to or state
            reopens = step.to is not None and workflow.states[step.to].phase is not Phase.closed
            disposition = step.closes if step.closes else None if reopens else disposition
        held = bool(event.facts.get("held", held))
        assert event.facts["state"] == state
    return state, disposition, held


def restriction(told: Told) -> None:
    """A restriction stands from when it was granted until it is lifted, and nothing of its case is forgotten."""
    stands = next((bool(e.facts["restricted"]) for e in reversed(told.events) if "restricted" in e.facts), False)
    assert stands == (told.case["restricted_at"] is not None)
    assert not stands or told.case["forgotten_at"] is told.case["forget_at"] is None
    if told.case["state"] in {"restricted", "lifting"}:
        assert stands


def lifted(before: Told, now: datetime) -> None:
    """The person was told, in time, and whatever they said of it was answered (GDPR Art. 18(3))."""
    steps = [event.step for event in before.events]
    begun = len(steps) - steps[::-1].index("announce_lifting")
    said = [step for step in steps[begun:] if step in {"write", "hear_out", "inform"}]
    assert said[-1:] in ([], ["inform"])
    told = [event.at for event in before.events[begun:] if event.step in {"letter", "told_by_post"}]
    assert any(now.date() - at.date() >= timedelta(days=LIFTING_DAYS) for at in told)


def received(events: list[Event]) -> datetime:
    """When the trail says that the request came; later only where two people have said so (S22)."""
    at = datetime.fromisoformat(str(events[0].facts["received_at"]))
    for number, event in enumerate(events):
        if event.step == "receipt":
            to = datetime.fromisoformat(str(event.facts["received_at"]))
            assert to < at or _agreed(proposed(events[:number]), event), "one person alone made a receipt later"
            at = to
    return at


def proposed(events: list[Event]) -> Event | None:
    """The later receipt that waits for a second person."""
    last = next((event for event in reversed(events) if event.step.startswith("receipt")), None)
    return last if last is not None and last.step == "receipt_proposed" else None


def _agreed(before: Event | None, event: Event) -> bool:
    if before is None or before.facts["to"] != event.facts["received_at"]:
        return False
    return before.role == event.role == Role.lead and before.actor != event.actor


def kept_or_forgotten(told: Told) -> None:
    """Everything personal is there until it is forgotten, and then nothing of it."""
    forgotten = told.case["forgotten_at"] is not None
    assert forgotten == (told.case["salt"] is None) == any(event.step == "forget" for event in told.events)
    if forgotten:
        assert not any(told.parts.values())
        assert told.case["closed_at"] is not None
    else:
        assert len(told.parts["Identifier"]) == 1
        assert told.parts["Letter"]


def may_be_forgotten(before: Told, *, now: datetime) -> None:
    """Only what has been closed for the whole period, and what nobody holds."""
    assert before.case["legal_hold_at"] is None
    assert before.case["closed_at"] + timedelta(days=KEPT) <= now
    assert before.case["forget_at"] <= now


def new_steps(before: Told, after: Told) -> list[str]:
    """What has happened since."""
    return [event.step for event in after.events[len(before.events) :]]


def no_later(before: Told, after: Told) -> bool:
    """Whether neither date has become later."""
    return all(after.case[due] <= before.case[due] for due in ("answer_due", "target_due"))


def _roles(role: str) -> set[Role]:
    return {Role(role), Role.handler} if role == Role.lead else {Role(role)}


def one_step(before: Told, after: Told, law: Library, *, name: str, role: Role, now: datetime) -> None:
    """A step that was taken: one event, its letters, and an ending only with its ending letter and its assurance."""
    (event,) = after.events[len(before.events) :]
    assert (event.step, event.role, event.at) == (name, role.value, now)
    workflow = law.workflow_for(after.case["right"])
    step = workflow.steps[name]
    written = after.parts["Letter"][len(before.parts["Letter"]) :]
    assert sorted(letter["kind"] for letter in written) == sorted(step.mails)
    assert all(letter["created_at"] == now for letter in written)
    if step.closes is None:
        assert after.case["closed_at"] is None or before.case["closed_at"] == after.case["closed_at"]
    else:
        assert written, "an ending without its letter"
        assert (after.case["closed_at"], after.case["disposition"]) == (now, step.closes)
    if step.closes in GRANTED and not workflow.protective:
        assured(before, workflow)
    if step.closes is Disposition.denied:
        assert after.case["ground"]
    if name == "lift_restriction":
        lifted(before, now)
    if name == "extend":
        assert after.case["answer_due"] >= before.case["answer_due"], "an extension has shortened"
        assert after.case["target_due"] >= before.case["target_due"]


def assured(before: Told, workflow: Workflow) -> None:
    """Rule 1, D8, D13: proved, found on file where something is disclosed, and disputed by nobody."""
    assert before.mailbox["proved_at"] is not None
    assert before.mailbox["matched_at"] is not None or not workflow.discloses
    assert not before.case["held"]


def dates(told: Told, law: Library) -> None:
    """Our target is never later than the law's day; that day is neither before nor beyond what the laws give."""
    case = told.case
    assert case["received_at"].date() - timedelta(1) <= case["target_due"] <= case["answer_due"]
    last = []
    for kept in case["laws"]:
        found = law.regimes[kept["regime"]].rules[case["right"]]
        extension = found.extension.period if found.extension and case["extended_at"] else None
        if (period := found.answer.period) is not None:
            last.append(longest(period) + (longest(extension) if extension else 0))
    if last and case["place"] != "other":
        limit: date = case["received_at"].date() + timedelta(days=min(last) + ROLL + waited(told))
        assert case["answer_due"] <= limit, f"{case['answer_due']} is later than {limit}"


def longest(period: Period) -> int:
    """The most days that a period can have."""
    days = {Unit.calendar_days: 1, Unit.calendar_months: MONTH, Unit.business_days: 2}
    return period.count * days[period.unit]


def waited(told: Told) -> int:
    """Days for which a question waited for its answer, and for a proof that starts the clock in some places."""
    moments = [event.at for event in told.events if event.facts["state"] in {"clarifying", "unverified"}]
    return (told.events[-1].at - min(moments)).days + 1 + MONTH + WEEK if moments else 0
