"""Mending: what staff do about a recipient that could not be told. Each act is in the trail of the house."""

from uuid import UUID

from sqlmodel import col, select

from privacy_center.casework import telling, trail
from privacy_center.casework.desk import READERS
from privacy_center.casework.guards import STAFF
from privacy_center.casework.refusals import NotFound, Refused
from privacy_center.casework.work import Work
from privacy_center.records.telling import Delivery, Silenced

WOKEN, SENT_AGAIN = "call_recipient", "send_again"
"""What the house's trail calls it when staff call a recipient again, and send it one delivery again."""

STUCK = ("trouble", "refused", "told")
"""Deliveries that can be sent once more: neither on their way nor answered."""


def check_reader(work: Work) -> None:
    """Raise Refused for who keeps people and settings only."""
    if work.by.role not in READERS:
        raise Refused("Your role keeps people and settings; it does not see who is told of what.")


def _check_writer(work: Work) -> None:
    check_reader(work)
    if not work.by.roles & STAFF:
        raise Refused("An auditor reads; a handler or a lead sends again.")


async def call_again(work: Work, name: str) -> None:
    """A recipient has been mended: it is called again, and gets what it refused or missed. Raises Refused, NotFound."""
    _check_writer(work)
    if telling.recipient(work.house, name) is None:
        raise NotFound
    silent = await work.session.get(Silenced, name)
    await trail.record_house(work, WOKEN, {"recipient": name, "was": silent.why if silent is not None else None})
    await telling.call_again(work, name)


async def send_again(work: Work, delivery_id: UUID) -> str:
    """Send one delivery once more; returns the recipient's id. Raises Refused or NotFound."""
    _check_writer(work)
    query = select(Delivery).where(col(Delivery.id) == delivery_id).with_for_update()
    delivery = (await work.session.exec(query)).first()
    if delivery is None:
        raise NotFound
    if why := await why_not(work, delivery):
        raise Refused(why)
    await trail.record_house(work, SENT_AGAIN, {"recipient": delivery.recipient, "delivery": str(delivery.id)})
    await telling.replay(work, delivery)
    return delivery.recipient


async def why_not(work: Work, delivery: Delivery) -> str | None:
    """Why a delivery cannot be sent again now, in one sentence; None where it can."""
    if telling.recipient(work.house, delivery.recipient) is None:
        return "This recipient is no longer in the installation, so nobody knows where to send it."
    if await work.session.get(Silenced, delivery.recipient) is not None:
        return "This recipient is not called at present: call it again first."
    if delivery.status not in STUCK:
        return "It has been answered." if delivery.status == "answered" else "It is on its way already."
    return None
