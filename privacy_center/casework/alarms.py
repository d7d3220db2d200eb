"""Alarms: time as an actor. What is due happens on reading a case to change it, or in the worker's sweep."""

from collections.abc import Awaitable, Callable

from sqlmodel import col, select

from privacy_center.casework import deadlines, editions, guards, letters, staffing, steps, trail
from privacy_center.casework.work import CLOCK, Work
from privacy_center.law.workflows import Step
from privacy_center.records.case import Case

BATCH = 500
"""References read by one sweep."""


async def due(work: Work) -> list[str]:
    """References of cases on which time has to act now, the longest waiting first."""
    query = (
        select(Case.reference)
        .where(col(Case.closed_at).is_(None), col(Case.alarm_at) <= work.now)
        .order_by(col(Case.alarm_at))
        .limit(BATCH)
    )
    return list(await work.session.exec(query))


async def catch_up(work: Work, case: Case) -> None:
    """Let time act on this case if it is due (rule 5: checked on reading). The actor's own work goes on after."""
    if case.alarm_at is None or case.alarm_at > work.now or case.closed_at is not None:
        return
    await as_clock(work, case, act)


async def as_clock(work: Work, case: Case, act: Callable[[Work, Case], Awaitable[None]]) -> None:
    """Let time be the actor of one thing."""
    actor, work.by = work.by, CLOCK
    try:
        await act(work, case)
    finally:
        work.by = actor


async def act(work: Work, case: Case) -> None:
    """End what was never verified, or remind those who must answer."""
    for step in await _clock_steps(work, case):
        if await guards.why_not(work, case, step) is None:
            await steps.take(work, case, step.name)
            return
    await remind(work, case)


async def remind(work: Work, case: Case) -> None:
    """Write to the owner, or to all leads where nobody owns the case: which case, which date, nothing personal."""
    case.reminded += 1
    await trail.record(work, case, "remind", {"reminder": case.reminded})
    for member in await staffing.to_remind(work, case):
        await letters.write_to_staff(work, "staff_reminder", member, case=case)
    await deadlines.refresh(work, case)


async def _clock_steps(work: Work, case: Case) -> tuple[Step, ...]:
    workflow = await editions.workflow(work, case)
    return workflow.open_to(case.state, work.by.roles)
