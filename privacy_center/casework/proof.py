"""Proof that the trail is whole: every chain is walked from its first event to the stored state, and held against
the anchors."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from privacy_center.casework import anchors, probing, trail
from privacy_center.casework.anchors import Head
from privacy_center.casework.work import Work
from privacy_center.records.case import Case
from privacy_center.records.event import Event, HouseEvent

BATCH = 500
"""Cases read at a time: memory stays flat at a million cases."""


ANCHORS = "ANCHORS"
"""The name of the anchors' own chain, where a case would have its reference."""


@dataclass(frozen=True, slots=True)
class Broken:
    """One place where a chain does not hold."""

    reference: str
    why: str


async def verify(work: Work, reference: str | None = None) -> AsyncIterator[tuple[str, Broken | None]]:
    """Walk one chain or all; yields each chain's name with what is broken in it, or None."""
    if reference in (None, trail.HOUSE):
        events = list(await work.session.exec(select(HouseEvent).order_by(col(HouseEvent.number))))
        why = chain_fault(events, reference=trail.HOUSE) or anchors.head_fault(await anchors.house_heads(work), events)
        why = why or await probing.fault(work, events)
        yield trail.HOUSE, Broken(trail.HOUSE, why) if why else None
    if reference is None and await anchors.newest(work) is not None:
        why = await anchors.fault(work)
        yield ANCHORS, Broken(ANCHORS, why) if why else None
    last: UUID | None = None
    while batch := await _cases(work, reference, last):
        chains, anchored = await _chains(work, batch), await anchors.of_cases(work, [case.id for case in batch])
        for case in batch:
            why = fault(case, chains.get(case.id, []), anchored.get(case.id, []))
            yield case.reference, Broken(case.reference, why) if why else None
        last = batch[-1].id
        work.session.expunge_all()


def fault(case: Case, events: list[Event], anchored: Sequence[Head] = ()) -> str | None:
    """The first thing wrong with a case's chain, or None."""
    return (
        chain_fault(events, reference=case.reference)
        or anchors.head_fault(anchored, events)
        or _end_fault(case, events)
    )


def chain_fault(events: Sequence[Event | HouseEvent], *, reference: str) -> str | None:
    """The first link that does not hold, or None."""
    previous = trail.GENESIS
    for number, event in enumerate(events, start=1):
        if event.number != number:
            return f"event {number} is missing"
        if event.previous != previous:
            return f"event {number} does not follow event {number - 1}"
        if event.digest != trail.digest(event, reference=reference):
            return f"event {number} was changed"
        previous = event.digest
    return None


def _end_fault(case: Case, events: list[Event]) -> str | None:
    if not events:
        return "the case has no events"
    receipts = [event.facts["received_at"] for event in events if "received_at" in event.facts]
    if (receipts[-1] if receipts else events[0].at.isoformat()) != case.received_at.isoformat():
        return "the receipt is not the one that the trail tells"
    if events[-1].facts.get("state") != case.state:
        return f"the case says {case.state}, its trail ends in {events[-1].facts.get('state')}"
    return None


async def _cases(work: Work, reference: str | None, last: UUID | None) -> list[Case]:
    query = select(Case).order_by(col(Case.id)).limit(BATCH)
    if reference is not None:
        query = query.where(col(Case.reference) == reference)
    if last is not None:
        query = query.where(col(Case.id) > last)
    return list(await work.session.exec(query))


async def _chains(work: Work, cases: list[Case]) -> dict[UUID, list[Event]]:
    ids = [case.id for case in cases]
    query = select(Event).where(col(Event.case_id).in_(ids)).order_by(col(Event.case_id), col(Event.number))
    chains: dict[UUID, list[Event]] = {}
    for event in await work.session.exec(query):
        chains.setdefault(event.case_id, []).append(event)
    return chains
