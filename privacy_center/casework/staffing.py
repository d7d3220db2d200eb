"""Staffing: who may answer, how they are let in, and how their access ends."""

from dataclasses import dataclass
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlmodel import col, select, update

from privacy_center.casework import budget, challenges, letters, sessions, trail, vault
from privacy_center.casework.refusals import Invalid, LinkExpired, NotFound
from privacy_center.casework.work import Actor, Work
from privacy_center.law.terms import Role
from privacy_center.links import Purpose
from privacy_center.records.case import Case
from privacy_center.records.challenge import Challenge
from privacy_center.records.rows import new_id
from privacy_center.records.staff import Staff

ROLES = (Role.handler, Role.lead, Role.auditor, Role.admin)
"""What a member of staff can be."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list of staff."""

    email: str
    role: str
    joined_at: datetime | None
    revoked_at: datetime | None


async def invite(work: Work, email: str, role: str) -> str:
    """Let somebody in, or change their role; returns the one-time address. Raises Invalid. It is in the trail."""
    if role not in ROLES:
        raise Invalid({"role": f"There is no role {role!r}: choose {', '.join(ROLES)}."})
    staff = await _found_or_new(work, _address(email))
    if staff.role != role or staff.revoked_at is not None:
        await sessions.close_all(work, staff)
    await _use_up_links(work, staff)
    staff.role, staff.revoked_at = role, None
    work.session.add(staff)
    await work.session.flush()
    challenge = challenges.new(work, Purpose.staff_invitation, staff.email_index, staff_id=staff.id)
    await work.session.flush()
    await trail.record_house(work, "invite", {"staff": str(staff.id), "as": role})
    return (
        f"{work.house.base_url}/desk/invitations/{work.house.links.sign(Purpose.staff_invitation, str(challenge.id))}"
    )


def _address(email: str) -> str:
    try:
        return validate_email(email.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise Invalid({"email": f"{email!r} is no e-mail address: {error}"}) from None


async def _found_or_new(work: Work, email: str) -> Staff:
    index = work.house.keys.index("email", email)
    if (staff := await by_index(work, index)) is not None:
        return staff
    staff_id = new_id()
    sealed = work.house.keys.seal(email, place=f"staff.email:{staff_id}")
    return Staff(id=staff_id, email=sealed, email_index=index, role="", created_at=work.now)


async def by_index(work: Work, index: str) -> Staff | None:
    """The member of staff with this address."""
    return (await work.session.exec(select(Staff).where(col(Staff.email_index) == index))).first()


async def revoke(work: Work, email: str) -> None:
    """End somebody's access at once, sessions and links included. Raises NotFound."""
    staff = await by_index(work, work.house.keys.index("email", email))
    if staff is None or staff.revoked_at is not None:
        raise NotFound
    staff.revoked_at = work.now
    await _use_up_links(work, staff)
    await sessions.close_all(work, staff)
    await trail.record_house(work, "revoke", {"staff": str(staff.id)})


async def _use_up_links(work: Work, staff: Staff) -> None:
    """Earlier one-time addresses of this person open nothing any more."""
    unused = (col(Challenge.staff_id) == staff.id, col(Challenge.used_at).is_(None))
    await work.session.exec(update(Challenge).where(*unused).values(used_at=work.now))


async def listed(work: Work) -> list[Listed]:
    """Everybody who is or was let in, oldest first."""
    rows = await work.session.exec(select(Staff).order_by(col(Staff.id)))
    return [Listed(address(work, staff), staff.role, staff.joined_at, staff.revoked_at) for staff in rows]


async def active(work: Work) -> list[Staff]:
    """Those who can own a case."""
    query = select(Staff).where(col(Staff.revoked_at).is_(None), col(Staff.role).in_((Role.handler, Role.lead)))
    return list(await work.session.exec(query.order_by(col(Staff.id))))


def address(work: Work, staff: Staff) -> str:
    """A member's address in clear."""
    return work.house.keys.open(staff.email, place=f"staff.email:{staff.id}")


async def ask_sign_in(work: Work, email: str) -> None:
    """Mail a one-time link to a member of staff; the same work and no mail for everybody else (S7)."""
    index = work.house.keys.index("email", email)
    staff = await by_index(work, index)
    known = staff is not None and staff.revoked_at is None and staff.joined_at is not None
    if challenges.cooling(work, await challenges.latest(work, Purpose.staff_sign_in, index=index)):
        return
    if not await budget.staff_passes(work, index):
        return
    challenge = challenges.new(work, Purpose.staff_sign_in, index, staff_id=staff.id if staff and known else None)
    await work.session.flush()
    language = work.house.installation.letter_languages[0]
    await letters.write_to_mailbox(work, "staff_sign_in", email, challenge, language=language, known=known)


async def look(work: Work, token: str) -> tuple[Purpose, Staff]:
    """Who a one-time address lets in, before the button is pressed. Raises NotFound or LinkExpired."""
    purpose, challenge = await _challenge(work, token)
    return purpose, await _invited(work, challenge)


async def enter(work: Work, token: str) -> str:
    """Sign in by the one-time address; returns the cookie's token. Raises NotFound or LinkExpired."""
    purpose, challenge = await _challenge(work, token, lock=True)
    staff = await _invited(work, challenge)
    challenge.used_at = work.now
    staff.joined_at = staff.joined_at or work.now
    work.by = Actor(Role(staff.role), staff_id=staff.id)
    await trail.record_house(work, "join" if purpose is Purpose.staff_invitation else "sign_in", {})
    return sessions.open_staff(work, staff)


async def _challenge(work: Work, token: str, *, lock: bool = False) -> tuple[Purpose, Challenge]:
    for purpose in (Purpose.staff_invitation, Purpose.staff_sign_in):
        try:
            challenge = await challenges.by_token(work, purpose, token, lock=lock)
        except NotFound:
            continue
        if challenge.used_at is not None:
            raise LinkExpired(challenge.used_at, used=True)
        return purpose, challenge
    raise NotFound


async def _invited(work: Work, challenge: Challenge) -> Staff:
    staff = await work.session.get(Staff, challenge.staff_id) if challenge.staff_id else None
    if staff is None or staff.revoked_at is not None:
        raise NotFound
    return staff


async def to_remind(work: Work, case: Case) -> list[Staff]:
    """The owner of a case; where nobody owns it, or the owner has gone, every lead; never the requester (D21)."""
    own = {identifier.index for identifier in await vault.identifiers(work, case)}
    members = [member for member in await active(work) if member.email_index not in own]
    owner = [member for member in members if member.id == case.owner_id]
    return owner or [member for member in members if member.role == Role.lead] or members
