"""Second looks: which case is about which, and who may decide it: somebody who had no part in the first decision."""

from collections.abc import Sequence

from sqlmodel import col, select

from privacy_center.casework import deadlines, grounds, mandates, trail, vault
from privacy_center.casework.work import Work
from privacy_center.law.clock import local_day
from privacy_center.law.terms import Disposition
from privacy_center.records.case import Case

GRANTED = (Disposition.fulfilled, Disposition.partly_fulfilled)
APART = frozenset({"look", "assign"})
"""What staff can do with a case without having a part in how it was decided."""


async def later(work: Work, case: Case) -> Sequence[Case]:
    """The appeals and complaints about a case, in order."""
    query = select(Case).where(col(Case.earlier_id) == case.id).order_by(col(Case.id))
    return (await work.session.exec(query)).all()


async def earlier(work: Work, case: Case) -> Case | None:
    """What an appeal or complaint is about."""
    return await work.session.get(Case, case.earlier_id) if case.earlier_id is not None else None


async def not_involved(work: Work, case: Case) -> str | None:
    """A second look is somebody else's. A house of one lets a day pass, and on its last day an appeal is decided by
    whoever is there (D23)."""
    first = await earlier(work, case)
    if first is None or not await _had_part(work, first):
        return None
    opened = (await trail.events(work, case))[0]
    today = local_day(work.now, timezone=await deadlines.timezone(work, case))
    if today >= case.target_due or grounds.rested(work, opened):
        return None
    return "You had a part in the first decision: somebody who had none decides this."


async def _had_part(work: Work, first: Case) -> bool:
    actor = str(work.by.staff_id)
    return any(event.actor == actor and event.step not in APART for event in await trail.events(work, first))


async def is_same_person(work: Work, case: Case, first: Case) -> bool:
    """Whether a way to the person of one case is one of the other's; an agent's mailbox is nobody's."""
    mine, theirs = [await _ways(work, each) for each in (case, first)]
    return bool(mine & theirs)


async def _ways(work: Work, case: Case) -> set[str]:
    found = [each for each in await vault.identifiers(work, case) if each.kind != vault.AGENT]
    if case.channel == mandates.CHANNEL:
        found = [each for each in found if each.kind.startswith(vault.FOR)]
    return {each.index for each in found}


async def granted_later(work: Work, case: Case) -> str | None:
    """A closed case is taken up again where an appeal or a complaint about it was granted since; what its requester
    took back is only theirs to take up (D14)."""
    if case.disposition == Disposition.withdrawn:
        return "This request was withdrawn: only its requester takes it up again."
    if any(_granted_since(case, other) for other in await later(work, case)):
        return None
    return "No appeal or complaint about this decision was granted."


def _granted_since(case: Case, other: Case) -> bool:
    if case.closed_at is None or other.closed_at is None:
        return False
    return other.disposition in GRANTED and other.closed_at >= case.closed_at
