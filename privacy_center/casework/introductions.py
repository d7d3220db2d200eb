"""Introductions: what the operator gives a recipient, so that it can check our calls and find people by hashes."""

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select

from privacy_center.casework import announcements, telling, trail
from privacy_center.casework.refusals import NotFound
from privacy_center.casework.work import Work
from privacy_center.recipients import Recipient
from privacy_center.records.telling import Silenced, Telling

SHOWN = "recipient_keys_shown"
"""What the house's trail calls it when somebody has seen a recipient's secret and key."""

MOST = 1000
"""Waiting lines that are counted; beyond them it is this many and more."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What one recipient is given: the newest secret first, and the key of its hashes."""

    recipient: Recipient
    secrets: tuple[bytes, ...]
    hash_key: bytes


async def show(work: Work, name: str) -> Keys:
    """A recipient's secrets and key; that they were shown stands in the house's trail (D27). Raises NotFound."""
    each = telling.recipient(work.house, name)
    if each is None:
        raise NotFound
    await trail.record_house(work, SHOWN, {"recipient": each.id, "generation": each.secret})
    return Keys(each, tuple(announcements.secrets(work.house, each)), announcements.hash_key(work.house, each.id))


async def waiting(work: Work, each: Recipient) -> int:
    """How much it has not been told yet; counted no further than MOST."""
    query = select(Telling.id).where(col(Telling.recipient) == each.id, col(Telling.delivery_id).is_(None)).limit(MOST)
    return (await work.session.exec(select(func.count()).select_from(query.subquery()))).one()


async def silences(work: Work) -> dict[str, Silenced]:
    """The recipients that are not called, with the reason."""
    return {silent.recipient: silent for silent in await work.session.exec(select(Silenced))}
