"""Anchors: once a day the heads of all chains that have changed are bound together and to the anchor before.

Printed or mailed, an anchor proves what every chain looked like on its day: one rewritten afterwards, even whole and
without a mistake, no longer holds the event that was its head (S22).
"""

import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, insert, literal
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from privacy_center.casework import letters, trail, wording
from privacy_center.casework.work import Work
from privacy_center.records.anchor import Anchor, AnchoredHead
from privacy_center.records.case import Case
from privacy_center.records.event import Event, HouseEvent

OVERLAP = timedelta(hours=1)
"""How far an anchor looks back behind the one before: an event bears the moment its transaction began, and may have
been committed after that anchor was cast. No transaction lasts so long."""

BATCH = 2000
"""Heads read at a time: memory stays flat, however many chains have changed."""

LETTER = "anchor"

_LOCK = 0x70726361  # "prca": one worker casts

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

CONSONANTS, VOWELS = "bdfghjklmnprstvz", "aiou"
"""Sixteen and four letters that sound unlike each other: five of them spell sixteen bits as a word that one can say
(proquints, arXiv 0901.4016)."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a chain as an anchor found it."""

    anchor: int
    number: int
    digest: str


async def cast(work: Work) -> Anchor | None:
    """Cast today's anchor, unless one of the workers has; the day is the controller's."""
    if work.session.get_bind().dialect.name == "postgresql":
        await work.session.exec(select(func.pg_advisory_xact_lock(_LOCK)))
    last = await newest(work)
    day = work.today
    if last is not None and last.day >= day:
        return None
    anchor = Anchor(
        number=last.number + 1 if last else 1,
        day=day,
        at=work.now,
        previous=last.digest if last else trail.GENESIS,
        **await _house_head(work),
    )
    await _collect(work, anchor.number, since=last.at - OVERLAP if last else BEGINNING)
    anchor.chains, anchor.heads = await heads(work, anchor.number)
    anchor.digest = digest(anchor)
    work.session.add(anchor)
    await work.session.flush()
    await _mail(work, anchor)
    return anchor


async def newest(work: Work) -> Anchor | None:
    """The last anchor cast."""
    return (await work.session.exec(select(Anchor).order_by(col(Anchor.number).desc()).limit(1))).first()


async def listed(work: Work) -> list[Anchor]:
    """All anchors, oldest first: one for each day on which a worker ran."""
    return list(await work.session.exec(select(Anchor).order_by(col(Anchor.number))))


async def _house_head(work: Work) -> dict[str, Any]:
    query = select(HouseEvent.number, HouseEvent.digest).order_by(col(HouseEvent.number).desc()).limit(1)
    number, last = (await work.session.exec(query)).first() or trail.NOTHING_YET
    return {"house_number": number, "house_digest": last}


async def _collect(work: Work, anchor: int, *, since: datetime) -> None:
    """Write down the heads of the chains that have changed: one statement, nothing travels."""
    changed = (
        select_columns(col(Event.case_id).label("case_id"), func.max(col(Event.number)).label("number"))
        .where(col(Event.at) > since, col(Event.at) <= work.now)  # both ends: SQLite then goes by the moments
        .group_by(col(Event.case_id))
        .subquery()
    )
    rows = select_columns(literal(anchor), col(Event.case_id), col(Event.number), col(Event.digest)).join(
        changed, and_(col(Event.case_id) == changed.c.case_id, col(Event.number) == changed.c.number)
    )
    table = AnchoredHead.__table__  # type: ignore[attr-defined]
    await work.session.exec(insert(table).from_select(["anchor", "case_id", "number", "digest"], rows))


async def heads(work: Work, anchor: int) -> tuple[int, str]:
    """How many heads an anchor holds, and SHA-256 over them in the order of their cases."""
    total, count = hashlib.sha256(), 0
    async for case_id, number, last in _heads(work, anchor):
        total.update(f"{case_id} {number} {last}\n".encode())
        count += 1
    return count, total.hexdigest()


async def _heads(work: Work, anchor: int) -> AsyncIterator[tuple[UUID, int, str]]:
    after: UUID | None = None
    while True:
        query = select(AnchoredHead.case_id, AnchoredHead.number, AnchoredHead.digest)
        query = query.where(col(AnchoredHead.anchor) == anchor).order_by(col(AnchoredHead.case_id)).limit(BATCH)
        if after is not None:
            query = query.where(col(AnchoredHead.case_id) > after)
        rows = list(await work.session.exec(query))
        for row in rows:
            yield row
        if len(rows) < BATCH:
            return
        after = rows[-1][0]


def digest(anchor: Anchor) -> str:
    """SHA-256 over the anchor and its predecessor's digest, in canonical JSON as the trail's."""
    content = [
        anchor.number,
        anchor.day.isoformat(),
        anchor.at.astimezone(UTC).isoformat(timespec="microseconds"),
        anchor.chains,
        anchor.heads,
        anchor.house_number,
        anchor.house_digest,
        anchor.previous,
    ]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


def words(hexadecimal: str) -> list[str]:
    """A digest as words that can be printed, read out and compared: two syllables for each sixteen bits."""
    return [_word(int(hexadecimal[at : at + 4], 16)) for at in range(0, len(hexadecimal), 4)]


def _word(bits: int) -> str:
    shifts = ((CONSONANTS, 12), (VOWELS, 10), (CONSONANTS, 6), (VOWELS, 4), (CONSONANTS, 0))
    return "".join(letters[bits >> shift & len(letters) - 1] for letters, shift in shifts)


async def _mail(work: Work, anchor: Anchor) -> None:
    """Send the anchor out of the house, where the installation names somebody who keeps it."""
    here = work.house.installation
    if not here.anchors_mail:
        return
    spelled = words(anchor.digest)
    context = {
        "number": anchor.number,
        "day": wording.day(anchor.day, here.letter_languages[0]),
        "chains": anchor.chains,
        "digest": anchor.digest,
        "lines": [" ".join(spelled[at : at + 4]) for at in range(0, len(spelled), 4)],
    }
    await letters.write_to_house(work, LETTER, here.anchors_mail, context)


async def of_cases(work: Work, case_ids: Sequence[UUID]) -> dict[UUID, list[Head]]:
    """What the anchors hold of these cases."""
    query = select(AnchoredHead).where(col(AnchoredHead.case_id).in_(case_ids)).order_by(col(AnchoredHead.anchor))
    found: dict[UUID, list[Head]] = {}
    for row in await work.session.exec(query):
        found.setdefault(row.case_id, []).append(Head(row.anchor, row.number, row.digest))
    return found


def head_fault(anchored: Sequence[Head], events: Sequence[Event | HouseEvent]) -> str | None:
    """The first anchor that a chain no longer fits, or None. The chain itself has been checked: no gap in it."""
    for head in anchored:
        if head.number > len(events):
            return f"event {head.number} is missing, which anchor {head.anchor} holds"
        if head.number and events[head.number - 1].digest != head.digest:
            return f"event {head.number} is not the one that anchor {head.anchor} holds"
    return None


async def house_heads(work: Work) -> list[Head]:
    """What the anchors hold of the house's own chain."""
    return [Head(anchor.number, anchor.house_number, anchor.house_digest) for anchor in await listed(work)]


async def fault(work: Work) -> str | None:
    """The first thing wrong with the anchors themselves, or None."""
    previous = trail.GENESIS
    for number, anchor in enumerate(await listed(work), start=1):
        if anchor.number != number:
            return f"anchor {number} is missing"
        if anchor.previous != previous:
            return f"anchor {number} does not follow anchor {number - 1}"
        if anchor.digest != digest(anchor):
            return f"anchor {number} was changed"
        if (anchor.chains, anchor.heads) != await heads(work, number):
            return f"the heads that anchor {number} holds were changed"
        previous = anchor.digest
    return "a case that was anchored is gone" if await _orphaned(work) else None


async def _orphaned(work: Work) -> bool:
    query = select(AnchoredHead.case_id).join(Case, col(Case.id) == col(AnchoredHead.case_id), isouter=True)
    return (await work.session.exec(query.where(col(Case.id).is_(None)).limit(1))).first() is not None
