"""The receipt: the moment from which every date counts. Earlier freely, later only with a second person (S22)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from privacy_center.casework import deadlines, guards, letters, trail, vault
from privacy_center.casework.facts import Facts
from privacy_center.casework.refusals import Invalid, Refused
from privacy_center.casework.work import Work
from privacy_center.law.terms import Role
from privacy_center.records.case import Case
from privacy_center.records.event import Event

MOVED, PROPOSED, REFUSED = "receipt", "receipt_proposed", "receipt_refused"
LETTER = "receipt_moved"
"""The letter that tells a person that their dates have become later."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A later receipt that waits for a second lead."""

    to: datetime
    by: UUID | None
    at: datetime


async def move(work: Work, case: Case, to: datetime, *, reason: str, evidence: str) -> Proposal | None:
    """Move the receipt: earlier at once, later as a proposal that another lead confirms. Raises Refused or Invalid.

    It never lies in the future, nor after the moment at which the center opened the case. The laws of the case stay
    those of the day on which it was opened; only the dates are reckoned again.
    """
    events = await trail.events(work, case)
    await _check(work, case)
    await _check_given(work, case, reason=reason, evidence=evidence)
    _check_moment(work, case, to, opened=events[0].at)
    earlier = to < case.received_at
    if not earlier and Role.lead not in work.by.roles:
        raise Refused("Only a lead may propose a later receipt; a second lead confirms it.")
    kept = {
        name: vault.keep(work, case, f"{MOVED}_{name}", words)
        for name, words in (("reason", reason), ("evidence", evidence))
    }
    if earlier:
        await _set(work, case, to, kept)
        return None
    await trail.record(work, case, PROPOSED, {"to": _iso(to), **kept})
    return Proposal(to, work.by.staff_id, work.now)


async def confirm(work: Work, case: Case, *, words: str) -> None:
    """A second lead agrees: the receipt moves, and a proved mailbox is told. Raises Refused or Invalid."""
    decided = await _decided(work, case, words)
    await _set(work, case, decided.to, {"reason": vault.keep(work, case, f"{MOVED}_confirmed", words)})
    mailbox = await vault.mailbox(work, case)
    if mailbox.proved_at is not None:
        clock = await deadlines.clock(work, case)
        await letters.write(work, case, LETTER, clock=clock, mailbox=mailbox, facts=Facts(text=words))


async def refuse(work: Work, case: Case, *, words: str) -> None:
    """A second lead disagrees: the receipt stays. Raises Refused or Invalid."""
    await _decided(work, case, words)
    await trail.record(work, case, REFUSED, {"reason": vault.keep(work, case, REFUSED, words)})


async def proposal(work: Work, case: Case) -> Proposal | None:
    """The later receipt that waits for a second lead, if there is one: read from the trail, stored nowhere else."""
    return _open_proposal(await trail.events(work, case))


def _open_proposal(events: list[Event]) -> Proposal | None:
    last = next((event for event in reversed(events) if event.step in (MOVED, PROPOSED, REFUSED)), None)
    if last is None or last.step != PROPOSED:
        return None
    return Proposal(datetime.fromisoformat(str(last.facts["to"])), UUID(last.actor) if last.actor else None, last.at)


async def _decided(work: Work, case: Case, words: str) -> Proposal:
    """The proposal on which this lead decides."""
    await _check(work, case)
    if Role.lead not in work.by.roles:
        raise Refused("Only a lead may decide about a later receipt.")
    found = await proposal(work, case)
    if found is None:
        raise Refused("Nobody has proposed a later receipt.")
    if work.by.staff_id is None or work.by.staff_id == found.by:
        raise Refused("Somebody else than the lead who proposed it must decide.")
    await _check_given(work, case, reason=words)
    return found


async def _check(work: Work, case: Case) -> None:
    if not work.by.roles & guards.STAFF:
        raise Refused("Only a handler or a lead may correct a receipt.")
    if await guards.is_own(work, case):
        raise Refused("This is your own request: a colleague must handle it.")
    if case.closed_at is not None:
        raise Refused("This request is closed; its receipt no longer changes.")


async def _check_given(work: Work, case: Case, **given: str) -> None:
    errors = {}
    for name, words in given.items():
        if wrong := await guards.text_given(work, case, Facts(text=words)):
            errors[name] = wrong["text"]
    if errors:
        raise Invalid(errors)


def _check_moment(work: Work, case: Case, to: datetime, *, opened: datetime) -> None:
    if to > work.now:
        raise Invalid({"to": "A receipt never lies in the future."})
    if to > opened:
        raise Invalid({"to": "We had this request already when the case was opened: it cannot have come later."})
    if to == case.received_at:
        raise Invalid({"to": "This is the receipt that the case has already."})


async def _set(work: Work, case: Case, to: datetime, noted: dict[str, str]) -> None:
    before, case.received_at = case.received_at, to.astimezone(UTC)
    await trail.record(work, case, MOVED, {"received_at": _iso(to), "from": _iso(before), **noted})
    await deadlines.refresh(work, case)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
