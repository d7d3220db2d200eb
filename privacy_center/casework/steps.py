"""The engine: a step is taken whole or not at all."""

from privacy_center.casework import agent_letters, deadlines, editions, effects, guards, letters, subject_letters, trail
from privacy_center.casework.facts import Facts
from privacy_center.casework.refusals import Refused
from privacy_center.casework.work import Work
from privacy_center.law.workflows import Step, UnknownStep
from privacy_center.phrases import Phrase
from privacy_center.records.case import Case
from privacy_center.records.event import Event

NOTHING = Facts()


async def take(work: Work, case: Case, name: str, facts: Facts = NOTHING) -> Event:
    """Take one step of the case's workflow. Raises Refused or Invalid, and then nothing has changed."""
    step = await _step(work, case, name)
    facts = facts.only(step.asks)
    await guards.check(work, case, step, facts)
    case.state = step.target(case.state)  # the only assignment anywhere
    case.taken += 1
    noted = await effects.apply(work, case, step, facts)
    event = await trail.record(work, case, step.name, noted)
    clock = await deadlines.refresh(work, case)
    if "mark_extended" in step.does and not clock.is_extended:
        raise Refused("This extension would not count under every law that applies: its first date has passed.")
    await agent_letters.tell_ending(work, case, step, clock=clock)
    await letters.compose(work, case, step, facts, clock=clock)
    await subject_letters.tell_ending(work, case, step, facts, clock=clock)
    return event


async def _step(work: Work, case: Case, name: str) -> Step:
    workflow = await editions.workflow(work, case)
    try:
        return workflow.step(name)
    except UnknownStep:
        raise Refused(Phrase("There is no such step in this kind of request.")) from None
