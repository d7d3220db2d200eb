"""Recorded: choices as staff look at them, and those that came by phone or by letter. Each look leaves a trace."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from privacy_center.casework import fingerprints, preferences, staffing, trail
from privacy_center.casework.desk import READERS
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.guards import STAFF
from privacy_center.casework.preferences import Pressed, Said
from privacy_center.casework.refusals import Invalid, Refused
from privacy_center.casework.work import Work
from privacy_center.records.preference import Fingerprint, Source
from privacy_center.records.staff import Staff

LOOK, NOTED = "look_choices", "record_choice"
"""What the house's trail calls a look into somebody's choices, and an opt-out that staff wrote down."""

CHANNELS = {"phone": "By phone", "letter": "By letter", "email": "By e-mail", "person": "In person"}
"""By which way an opt-out reached a member of staff."""


@dataclass(frozen=True, slots=True)
class Came:
    """An opt-out that reached a member of staff: for what, by which way, on which day. Nothing else is asked (D3)."""

    purposes: tuple[str, ...]
    channel: str
    day: date | None


async def look(work: Work, identity: Identity) -> UUID | None:
    """The fingerprint of somebody, or None where we know nobody by this. Raises Refused.

    The look is in the trail before anything is shown, by the fingerprint and never by the value (rule 4, D19).
    """
    check_reader(work)
    person = (await fingerprints.find(work, [identity.digest])).get(identity.digest)
    await check_not_own(work, identity.digest)
    await trail.record_house(work, LOOK, {"fingerprint": str(person) if person else None})
    return person


async def look_at(work: Work, person: UUID) -> Fingerprint:
    """The same for somebody whose fingerprint is known, as from a doubt about one of their choices. Raises Refused."""
    check_reader(work)
    found = await work.session.get_one(Fingerprint, person)
    await check_not_own(work, fingerprints.digest(work, found))
    await trail.record_house(work, LOOK, {"fingerprint": str(person)})
    return found


async def say_no(work: Work, identity: Identity, came: Came) -> Pressed:
    """Write down an opt-out that came by phone or letter: at once, whoever it came from (D3). Raises Invalid, Refused.

    Only what the person said counts here, never the signal of the browser in which it is written down (D17).
    """
    check_writer(work, "records choices")
    await check_not_own(work, identity.digest)
    _check(work, came)
    facts = {"channel": came.channel, "received": came.day.isoformat() if came.day else ""}
    pressed = await preferences.say_no(work, Said(came.purposes, Source.staff, facts=facts), identity=identity)
    person = await fingerprints.make(work, identity)
    await trail.record_house(work, NOTED, {"fingerprint": str(person.id), "press": pressed.press})
    return pressed


def _check(work: Work, came: Came) -> None:
    errors = {}
    if not came.purposes:
        errors["purpose"] = "Choose what the person says no to."
    elif any(name not in work.house.offers for name in came.purposes):
        errors["purpose"] = preferences.UNKNOWN
    if came.channel not in CHANNELS:
        errors["channel"] = "Choose how it came."
    if came.day is None:
        errors["received"] = "Enter the day on which it came."
    elif came.day > work.today:
        errors["received"] = "An opt-out never came in the future."
    if errors:
        raise Invalid(errors)


def check_reader(work: Work) -> None:
    """Raise Refused for who may not open personal data."""
    if work.by.role not in READERS:
        raise Refused("Your role keeps people and settings; it sees nobody's choices.")


def check_writer(work: Work, act: str) -> None:
    """Raise Refused for who may not act on somebody's choices; `act` says what a handler does."""
    check_reader(work)
    if not work.by.roles & STAFF:
        raise Refused(f"An auditor reads; a handler or a lead {act}.")


async def check_not_own(work: Work, digest: str) -> None:
    """Raise Refused where these are the choices of a member's own mailbox (D21)."""
    staff = await work.session.get(Staff, work.by.staff_id) if work.by.staff_id else None
    own = fingerprints.named("email", staffing.address(work, staff)) if staff else None
    if own is not None and own.digest == digest:
        raise Refused("These are your own choices: make them on the public page, or let a colleague see to them.")


async def names(work: Work, ids: Collection[str]) -> dict[str, str]:
    """The addresses of these members of staff, by their id as a row's facts hold it."""
    if not ids:
        return {}
    found = await work.session.exec(select(Staff).where(col(Staff.id).in_([UUID(name) for name in ids])))
    return {str(staff.id): staffing.address(work, staff) for staff in found}
