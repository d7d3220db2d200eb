"""Sessions: who has shown, in this browser, that a mailbox or a place on the staff is theirs."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlmodel import col, delete, select, update

from privacy_center.casework import fingerprints, vault
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.refusals import NotFound
from privacy_center.casework.work import Actor, Work
from privacy_center.law.terms import Role
from privacy_center.records.case import Case
from privacy_center.records.people import Identifier
from privacy_center.records.session import Session
from privacy_center.records.staff import Staff

REQUESTER_LIFE = timedelta(hours=12)
REQUESTER_IDLE = timedelta(hours=1)
STAFF_LIFE = timedelta(hours=12)
STAFF_IDLE = timedelta(hours=2)
SEEN_EVERY = timedelta(minutes=5)
"""How often the last-seen moment is written: a look every second is not a write every second."""

FRESH = timedelta(minutes=30)
"""How long a fresh code opens an answer or ends a request (U22, D14)."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A requester in session: for one case alone, or for all cases of one mailbox."""

    session: Session

    def may_see(self, case: Case, mailbox: Identifier) -> bool:
        """Whether this case belongs to this session: an appeal belongs to the case that it is about."""
        if self.session.case_id is not None:
            return self.session.case_id in {case.id, case.earlier_id}
        return self.session.index == mailbox.index


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff in session."""

    session: Session
    staff: Staff
    email: str

    @property
    def role(self) -> Role:
        """What this member may do."""
        return Role(self.staff.role)

    @property
    def actor(self) -> Actor:
        """Who takes the steps that this member takes."""
        return Actor(self.role, staff_id=self.staff.id, mailbox=self.staff.email_index)


def open_requester(work: Work, *, case: Case | None = None, index: str | None = None) -> str:
    """Start a requester's session and return what their cookie holds; we keep only its digest."""
    token, fields = _new(work, REQUESTER_LIFE)
    work.session.add(Session(**fields, case_id=case.id if case else None, index=index))
    return token


def open_staff(work: Work, staff: Staff) -> str:
    """Start a session of a member of staff."""
    token, fields = _new(work, STAFF_LIFE)
    work.session.add(Session(**fields, staff_id=staff.id))
    return token


def _new(work: Work, life: timedelta) -> tuple[str, dict[str, Any]]:
    """A random token for the cookie, and what is stored of it."""
    token = secrets.token_urlsafe(32)
    return token, {
        "id": _digest(token),
        "created_at": work.now,
        "seen_at": work.now,
        "expires_at": work.now + life,
    }


async def visitor(work: Work, token: str | None) -> Visitor | None:
    """The requester behind a cookie, or None: unknown, ended and idle sessions look alike (rule 5)."""
    session = await _alive(work, token, REQUESTER_IDLE)
    return Visitor(session) if session is not None and session.staff_id is None else None


async def own_identity(work: Work, visitor: Visitor) -> Identity | None:
    """The mailbox that this session has proved; None where it has been forgotten meanwhile.

    A session for one case was opened by that case's mailbox; one for all cases by the mailbox itself.
    """
    query = select(Identifier).order_by(col(Identifier.created_at).desc())
    if visitor.session.case_id is not None:
        own = (col(Identifier.case_id) == visitor.session.case_id, col(Identifier.kind) == "email")
        query = query.where(*own, col(Identifier.proved_at).is_not(None))
    else:
        named = (col(Identifier.index) == visitor.session.index, col(Identifier.kind).in_(vault.MAILBOXES))
        query = query.where(*named)
    found = (await work.session.exec(query.limit(1))).first()
    who = fingerprints.named("email", vault.address(work, found)) if found is not None else None
    return replace(who, proved=True) if who is not None else None


async def member(work: Work, token: str | None) -> Member | None:
    """The member of staff behind a cookie, or None. Revoked access ends here, whatever the session says."""
    session = await _alive(work, token, STAFF_IDLE)
    if session is None or session.staff_id is None:
        return None
    staff = await work.session.get(Staff, session.staff_id)
    if staff is None or staff.revoked_at is not None:
        return None
    return Member(session, staff, work.house.keys.open(staff.email, place=f"staff.email:{staff.id}"))


async def _alive(work: Work, token: str | None, idle: timedelta) -> Session | None:
    if not token:
        return None
    session = await work.session.get(Session, _digest(token))
    if session is None or session.expires_at <= work.now or session.seen_at + idle <= work.now:
        return None
    return session


def is_stale(work: Work, session: Session) -> bool:
    """Whether the last-seen moment is worth a write."""
    return session.seen_at + SEEN_EVERY <= work.now


async def touch(work: Work, session: Session) -> None:
    """Write the last-seen moment."""
    await work.session.exec(update(Session).where(col(Session.id) == session.id).values(seen_at=work.now))


async def close(work: Work, token: str | None) -> None:
    """End a session. Ending one that is not there is no mistake."""
    if token:
        await work.session.exec(delete(Session).where(col(Session.id) == _digest(token)))


async def close_all(work: Work, staff: Staff) -> None:
    """End every session of a member of staff: their role has changed or their access ended (S23)."""
    await work.session.exec(delete(Session).where(col(Session.staff_id) == staff.id))


async def forget_expired(work: Work) -> None:
    """Remove what has ended; reading never trusts it, this only tidies."""
    await work.session.exec(delete(Session).where(col(Session.expires_at) <= work.now))


async def make_fresh(work: Work, visitor: Visitor, case: Case) -> None:
    """A code has just been answered for this case in this session."""
    session = (await work.session.exec(select(Session).where(col(Session.id) == visitor.session.id))).first()
    if session is None:
        raise NotFound
    session.fresh_at, session.fresh_for = work.now, case.id


def is_fresh(work: Work, visitor: Visitor, case: Case) -> bool:
    """Whether this session proved itself for this case within the last half hour."""
    session = visitor.session
    return session.fresh_for == case.id and session.fresh_at is not None and session.fresh_at + FRESH > work.now


def requester(work: Work, visitor: Visitor, case: Case) -> Actor:
    """The actor behind a requester's session."""
    return Actor(Role.requester, fresh_for=case.id if is_fresh(work, visitor, case) else None)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
