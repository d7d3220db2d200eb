"""Announcements: what a recipient is sent, and the keys behind it. It names nobody they do not know."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from privacy_center.casework import fingerprints, outcomes, vault
from privacy_center.casework.work import House, Work
from privacy_center.recipients import Recipient
from privacy_center.records.case import Case
from privacy_center.records.people import Identifier, Text
from privacy_center.records.preference import Fingerprint
from privacy_center.records.sealed import identity_digest
from privacy_center.records.telling import Delivery, Telling

EVENT = "privacy.changes"

CORRECTED = "corrected"
"""What staff wrote for those who have to correct the data as well: never the requester's own words (11 CCR 7023(c))."""


async def body(work: Work, each: Recipient, delivery: Delivery) -> bytes:
    """A delivery as it is sent, the same at every try: hashes that only this recipient can make, no name (D7)."""
    rows = await outcomes.tellings(work, delivery)
    people = await _people(work, rows)
    changes = [await _change(work, each, telling, people) for telling in rows]
    message = {
        "type": EVENT,
        "timestamp": delivery.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": {
            "delivery": str(delivery.id),
            "callback": {
                "url": f"{work.house.base_url}/api/v1/deliveries/{delivery.id}",
                "token": token(work.house, delivery.id),
            },
            "changes": [change for change in changes if change is not None],
        },
    }
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


async def _people(work: Work, rows: Iterable[Telling]) -> dict[UUID, Fingerprint]:
    """Everybody whose choices these are, by one query."""
    ids = {row.fingerprint_id for row in rows if row.fingerprint_id is not None}
    found = await work.session.exec(select(Fingerprint).where(col(Fingerprint.id).in_(ids)))
    return {person.id: person for person in found}


async def _change(
    work: Work, each: Recipient, telling: Telling, people: Mapping[UUID, Fingerprint]
) -> dict[str, Any] | None:
    identity = await _identity(work, each, telling, people)
    if identity is None:
        return None  # the person was forgotten meanwhile: nothing is left to tell
    about = {"press": telling.press} if telling.press else {}
    what: dict[str, Any] = {"action": telling.what["action"]} if telling.case_id else {"purposes": telling.what}
    if words := await corrected(work, telling):
        what[CORRECTED] = words
    return {"id": str(telling.id), **about, "identity": identity, **what, "due_by": telling.due_by.isoformat()}


async def _identity(
    work: Work, each: Recipient, telling: Telling, people: Mapping[UUID, Fingerprint]
) -> dict[str, str] | None:
    """Whom it is about. In clear only what the person has proved and this recipient knows people by."""
    if telling.fingerprint_id is not None:
        person = people[telling.fingerprint_id]
        return {"kind": person.kind, "hash": hashed(work.house, each.id, fingerprints.digest(work, person))}
    case = await work.session.get_one(Case, telling.case_id)
    known = await proved(work, each, case)
    if not known:
        return None
    value = vault.address(work, known[0])
    digest = identity_digest(known[0].kind, value)
    return {"kind": known[0].kind, "hash": hashed(work.house, each.id, digest), "value": value}


async def corrected(work: Work, telling: Telling) -> str:
    """What is right now, as staff wrote it for this very telling; empty where they wrote nothing."""
    query = select(Text).where(
        col(Text.case_id) == telling.case_id,
        col(Text.kind) == CORRECTED,
        col(Text.created_at) == telling.created_at,
    )
    text = (await work.session.exec(query)).first() if telling.case_id else None
    return vault.words(work, text) if text is not None else ""


async def proved(work: Work, each: Recipient, case: Case) -> list[Identifier]:
    """The identifiers of a case that its person has proved and that this recipient knows people by."""
    return [i for i in await vault.identifiers(work, case) if i.kind in each.knows and i.proved_at is not None]


def hashed(house: House, name: str, digest: str) -> str:
    """How one recipient names a person: HMAC-SHA256 under its own key over the identifier's SHA-256."""
    return hmac.new(hash_key(house, name), digest.encode(), hashlib.sha256).hexdigest()


def hash_key(house: House, name: str) -> bytes:
    """The key of one recipient's hashes (32 bytes); `privacy-center recipient` prints it."""
    return house.keys.derived(f"recipient hash:{name}")


def secrets(house: House, each: Recipient) -> list[bytes]:
    """The secrets that sign calls to a recipient: its newest, and the one before it while it changes over."""
    return [house.keys.derived(f"webhook:{each.id}:{n}")[:32] for n in (each.secret, each.secret - 1) if n > 0]


def token(house: House, delivery: UUID) -> str:
    """What a recipient shows when it answers later: good for this one delivery."""
    return house.keys.derived(f"callback:{delivery}").hex()
