"""The desk's own acts: looking into a case and giving it an owner. Each leaves a trace (rule 4)."""

from uuid import UUID

from privacy_center.casework import cases, deadlines, guards, staffing, trail, vault
from privacy_center.casework.refusals import Invalid, Refused
from privacy_center.casework.work import Work
from privacy_center.law.terms import Role
from privacy_center.records.case import Case

READERS = frozenset({Role.handler, Role.lead, Role.auditor})
"""Who may open a case; an admin keeps people and settings, not cases."""


async def look(work: Work, reference: str, *, at: str = "case") -> Case:
    """Open a case to read it. The look is in the trail before anything is shown. Raises NotFound or Refused."""
    if work.by.role not in READERS:
        raise Refused("Your role keeps people and settings; it opens no cases.")
    case = await cases.locked(work, reference)
    if await guards.is_own(work, case):
        raise Refused("This is your own request: a colleague must handle it.")
    await trail.record(work, case, "look", {"at": at})
    return case


async def give(work: Work, reference: str, owner: str) -> Case:
    """Give a case to a member of staff, or to nobody. Raises NotFound, Refused or Invalid."""
    case = await look(work, reference, at="owner")
    if work.by.role is Role.auditor:
        raise Refused("An auditor reads; a handler or a lead gives cases.")
    case.owner_id = await _owner(work, case, owner)
    await trail.record(work, case, "assign", {"owner": str(case.owner_id) if case.owner_id else None})
    await deadlines.refresh(work, case)
    return case


async def _owner(work: Work, case: Case, owner: str) -> UUID | None:
    if not owner:
        return None
    members = {str(member.id): member for member in await staffing.active(work)}
    if owner not in members:
        raise Invalid({"owner": "Choose a colleague from the list."})
    if members[owner].email_index in {identifier.index for identifier in await vault.identifiers(work, case)}:
        raise Invalid({"owner": "This is their own request: choose another colleague."})
    return members[owner].id
