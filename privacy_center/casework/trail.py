"""The trail: one chain of events per case and one of the house, append-only, without personal data."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from privacy_center.casework.work import Work
from privacy_center.records.case import Case
from privacy_center.records.event import Event, HouseEvent
from privacy_center.records.sealed import commitment

GENESIS = "0" * 64
"""What the first event of a chain follows."""

Head = tuple[int, str]
NOTHING_YET: Head = (0, GENESIS)
"""The head of a chain without events."""

HOUSE = "HOUSE"
"""The name of the house's own chain, where a case would have its reference."""

Noted = Mapping[str, str | int | bool | None]

_HOUSE_LOCK = 0x707264


async def record(work: Work, case: Case, step: str, facts: Noted, *, head: Head | None = None) -> Event:
    """Append what has happened. The caller holds the case's lock, so that numbers have no gaps and no twins.

    `head` is the number and digest of the last event where the caller knows them, as for a case just opened.
    """
    number, previous = head or await _head(work, case.id)
    event = Event(case_id=case.id, **_link(work, number + 1, step, {**facts, "state": case.state}, previous))
    event.digest = digest(event, reference=case.reference)
    work.session.add(event)
    return event


async def record_house(work: Work, step: str, facts: Noted) -> HouseEvent:
    """Append what has happened to the house itself; rare, so one lock for all is no burden."""
    if work.session.get_bind().dialect.name == "postgresql":
        await work.session.exec(select(func.pg_advisory_xact_lock(_HOUSE_LOCK)))
    query = select(HouseEvent.number, HouseEvent.digest).order_by(col(HouseEvent.number).desc()).limit(1)
    number, previous = (await work.session.exec(query)).first() or NOTHING_YET
    event = HouseEvent(**_link(work, number + 1, step, facts, previous))
    event.digest = digest(event, reference=HOUSE)
    work.session.add(event)
    await work.session.flush()
    return event


def _link(work: Work, number: int, step: str, facts: Noted, previous: str) -> dict[str, Any]:
    return {
        "number": number,
        "step": step,
        "role": work.by.role.value,
        "actor": str(work.by.staff_id) if work.by.staff_id else None,
        "at": work.now,
        "facts": dict(facts),
        "previous": previous,
        "digest": "",
    }


def digest(event: Event | HouseEvent, *, reference: str) -> str:
    """SHA-256 over the event and its predecessor's digest, in canonical JSON (sorted keys, no spaces)."""
    content = [
        reference,
        event.number,
        event.step,
        event.role,
        event.actor,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.facts,
        event.previous,
    ]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def commit_to(work: Work, case: Case, text: str) -> str:
    """The keyed commitment that stands in the trail for a text (D19)."""
    if case.salt is None:
        return "forgotten"
    salt = work.house.keys.open_bytes(case.salt, place=f"case.salt:{case.id}")
    return commitment(salt, text)


async def events(work: Work, case: Case) -> list[Event]:
    """A case's events in order."""
    query = select(Event).where(col(Event.case_id) == case.id).order_by(col(Event.number))
    return list(await work.session.exec(query))


async def _head(work: Work, case_id: UUID) -> Head:
    query = (
        select(Event.number, Event.digest)
        .where(col(Event.case_id) == case_id)
        .order_by(col(Event.number).desc())
        .limit(1)
    )
    return (await work.session.exec(query)).first() or NOTHING_YET
