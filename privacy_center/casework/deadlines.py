"""Deadlines: the one place where a case's dates are computed, from receipt and history."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from privacy_center.casework import editions, trail
from privacy_center.casework.work import Work
from privacy_center.law import combining, reckoning
from privacy_center.law.choices import Choices
from privacy_center.law.clock import Clock, local_day
from privacy_center.law.pauses import Pause
from privacy_center.law.places import OTHER
from privacy_center.law.starts import History
from privacy_center.law.terms import Phase
from privacy_center.law.workflows import Workflow
from privacy_center.records.case import Case
from privacy_center.records.event import Event

EVENING = time(20)
"""When a request that nobody confirmed ends: late on its last day, so that the day is the person's (D2)."""

AT_LEAST = timedelta(days=14)
"""How long a person has to confirm where the law wants an answer at once: as long as the link lives."""

MORNING = time(9)
"""When time acts by itself, in the law's time zone: a letter then still goes out on its day."""


async def open_clock(work: Work, case: Case) -> Clock:
    """The dates of a case that has just been received."""
    clock = await _compute(work, case, History(), told=False)
    _set(case, clock)
    workflow = await editions.workflow(work, case)
    case.alarm_at = next_alarm(work, case, workflow, clock)
    return clock


async def refresh(work: Work, case: Case) -> Clock:
    """Fold the history again, store the dates and when time acts next."""
    workflow = await editions.workflow(work, case)
    clock = await _compute(work, case, history(case, workflow, await trail.events(work, case)), told=False)
    _set(case, clock)
    case.alarm_at = next_alarm(work, case, workflow, clock)
    return clock


async def clock(work: Work, case: Case) -> Clock:
    """A case's dates and the reason for each, read only."""
    workflow = await editions.workflow(work, case)
    return await _compute(work, case, history(case, workflow, await trail.events(work, case)), told=True)


def last_day(case: Case, clock: Clock) -> date:
    """The last day to confirm a request: its target, or two weeks from receipt where the law says “at once”."""
    received = local_day(case.received_at, timezone=clock.timezone)
    at_once = not clock.limited or clock.answer.legal == received
    return max(case.target_due, received + AT_LEAST) if at_once else case.target_due


def is_last_day(work: Work, case: Case, clock: Clock) -> bool:
    """Whether the last day to confirm a request is here, or over, where its days count."""
    return local_day(work.now, timezone=clock.timezone) >= last_day(case, clock)


async def first_dates(work: Work, case: Case) -> list[tuple[date, date | None]]:
    """Of each law: today in its zone, and the last day on which it lets us announce an extension."""
    workflow = await editions.workflow(work, case)
    happened = history(case, workflow, await trail.events(work, case))
    clocks = [await _under(work, case, law, happened, told=False) for law in _timed(case)]
    return [(local_day(work.now, timezone=found.timezone), found.extend_until) for found in clocks]


async def timezone(work: Work, case: Case) -> str:
    """The zone whose midnight counts for this case."""
    first = case.laws[0]
    return Choices.of(first["choices"]).timezone or (await editions.edition(work, first)).timezone


def history(case: Case, workflow: Workflow, events: list[Event]) -> History:
    """What the law's clock needs of the events: waiting is read from the states, never from an act to remember."""
    proved = next((e.at for e in events if e.facts.get("proved")), None)
    return History(
        verified_at=proved,
        extension_noticed_at=case.extended_at,
        extended_until=case.extended_until,
        pauses=_pauses(workflow, events),
    )


def _pauses(workflow: Workflow, events: list[Event]) -> tuple[Pause, ...]:
    pauses: list[Pause] = []
    since: datetime | None = None
    for event in events:
        state = workflow.states.get(str(event.facts.get("state")))
        waits = state is not None and state.phase is Phase.waiting and state.waits_for == "clarification"
        if waits and since is None:
            since = event.at
        elif not waits and since is not None:
            pauses.append(Pause(asked_at=since, answered_at=event.at, why="clarification"))
            since = None
    if since is not None:
        pauses.append(Pause(asked_at=since, answered_at=None, why="clarification"))
    return tuple(pauses)


async def _compute(work: Work, case: Case, history: History, *, told: bool) -> Clock:
    """The clock of every law that this case keeps; each date is the earliest of all."""
    clocks = [await _under(work, case, law, history, told=told) for law in _timed(case)]
    why = combining.SHORTEST if case.place == OTHER else combining.TOGETHER
    governing = sum(law["for"] == editions.GOVERNS for law in case.laws)
    return combining.clock(clocks, why, governing=governing)


def _timed(case: Case) -> list[editions.Kept]:
    """The laws whose dates a case keeps, the governing ones first."""
    return [law for law in case.laws if law["for"] != editions.ASSURANCE]


async def _under(work: Work, case: Case, law: editions.Kept, history: History, *, told: bool) -> Clock:
    regime = await editions.edition(work, law)
    return reckoning.compute(
        regime,
        regime.rules[case.right],
        received_at=case.received_at,
        history=history,
        choices=Choices.of(law["choices"]),
        calendars=work.house.library.calendars,
        told=told,
    )


def _set(case: Case, clock: Clock) -> None:
    case.acknowledge_due = clock.acknowledge.target if clock.acknowledge else None
    case.answer_due = clock.current.legal
    case.target_due = clock.current.target


def next_alarm(work: Work, case: Case, workflow: Workflow, clock: Clock) -> datetime | None:
    """When time acts next on this case: the next reminder, the end of an unproved case, or tomorrow when late."""
    if case.closed_at is not None:
        return None
    zone = ZoneInfo(clock.timezone)
    target = datetime.combine(case.target_due, MORNING, zone)
    if case.held:
        return _tomorrow(work, zone)  # a review that somebody waits for: staff hear of it every day (D13)
    if workflow.states[case.state].waits_for == "identity":
        end = datetime.combine(last_day(case, clock), EVENING, zone)  # it ends then, if nobody has confirmed it (D2)
        return end if end > work.now else _tomorrow(work, zone)
    received = local_day(case.received_at, timezone=clock.timezone)
    days = [datetime.combine(r.day(received, case.target_due), MORNING, zone) for r in workflow.remind] + [target]
    ahead = [day for day in days if day > work.now]
    return min(ahead) if ahead else _tomorrow(work, zone)


def _tomorrow(work: Work, zone: ZoneInfo) -> datetime:
    tomorrow = work.now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, MORNING, zone)
