"""Probing: test opt-outs that the scheduler commits to before it files them, and how each is judged (D28, L5, L7).

The mark is a row that names an invented identity, committed in the house's trail before that identity says anything.
It never leaves the house: a recipient gets what it gets for anybody.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func
from sqlmodel import col, select

from privacy_center.casework import fingerprints, preferences, trail
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.work import House, Work
from privacy_center.law.terms import Role
from privacy_center.recipients import Recipient
from privacy_center.records.event import HouseEvent
from privacy_center.records.preference import Choice, Preference
from privacy_center.records.probe import Finding, Outcome, Path, Probe, What
from privacy_center.records.rows import new_id
from privacy_center.records.telling import Telling

COMMITTED = "probe"
"""What the house's trail calls a commitment."""

UNFINISHED = timedelta(minutes=30)
"""After its commitment a probe of which nothing was found has failed: the worker died, or never came through."""

LOOK_BACK = timedelta(days=60)
"""How far back the present looks. What is older stays in the ledger and proves nothing any more."""

CUT_SHORT = "The test did not finish: the worker stopped in the middle, or could not write down what it found."

_LOCK = 0x70726F62  # "prob": one worker commits and judges


@dataclass(frozen=True, slots=True)
class Committed:
    """A probe that may now be filed, with the address that is nobody's."""

    id: UUID
    path: Path
    subject: str = ""
    email: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """One line for the ledger; with `what` ended it is the verdict on the probe."""

    outcome: Outcome
    words: str = ""
    what: What = What.ended
    subject: str = ""
    told: int | None = None
    confirmed: int | None = None
    cookies: int | None = None
    third_parties: int | None = None


def is_on(house: House) -> bool:
    """Whether this house tests itself."""
    return house.installation.probes.every_hours > 0


def period(house: House) -> timedelta:
    """Between two rounds."""
    return timedelta(hours=house.installation.probes.every_hours)


def patience(house: House) -> timedelta:
    """How long a recipient has to answer a probe before staff hear of it."""
    return timedelta(hours=house.installation.probes.answer_hours)


def real(fingerprint: Any) -> ColumnElement[bool]:
    """For a query: this identity is no probe's. Every figure about people's choices asks it."""
    return ~exists().where(col(Probe.fingerprint_id) == fingerprint)


async def is_probe(work: Work, fingerprint: UUID | None) -> bool:
    """Whether an identity is one of ours, for those who would otherwise write to it or work on it."""
    query = select(Probe.id).where(col(Probe.fingerprint_id) == fingerprint)
    return fingerprint is not None and (await work.session.exec(query)).first() is not None


async def lock(work: Work) -> None:
    """Of several workers one commits and judges at a time; SQLite has one writer anyway."""
    if work.session.get_bind().dialect.name == "postgresql":
        await work.session.exec(select(func.pg_advisory_xact_lock(_LOCK)))


SKEW = timedelta(minutes=5)
"""Who waited for the lock has looked at the clock before whoever held it, and two machines have two clocks."""


async def is_due(work: Work) -> bool:
    """Whether no round began within the last period; moving the clock back loses at most one period."""
    if not is_on(work.house):
        return False
    within = (col(Probe.committed_at) > work.now - period(work.house), col(Probe.committed_at) <= work.now + SKEW)
    return (await work.session.exec(select(Probe.id).where(*within).limit(1))).first() is None


async def begin(work: Work) -> list[Committed]:
    """Commit to the round that is due, in the trail of the house; nothing has been filed yet. Empty where none is.

    Raises PermissionError for everybody but the scheduler.
    """
    if work.by.role is not Role.clock:
        raise PermissionError("only the scheduler makes a probe")
    await lock(work)
    if not await is_due(work):
        return []
    paths = [(Path.button, ""), (Path.lookup, "")]
    paths += [(Path.signal, "")] if preferences.covered(work.house) else []
    paths += [(Path.site, site.host) for site in work.house.installation.sites if site.pages]
    return [await _commit(work, path, subject) for path, subject in paths]


async def _commit(work: Work, path: Path, subject: str) -> Committed:
    email = f"{secrets.token_hex(8)}@{work.house.installation.probes.domain}" if path is Path.button else ""
    person = (await fingerprints.make(work, Identity("email", email))).id if email else None
    probe = Committed(new_id(), path, subject, email)
    event = await trail.record_house(work, COMMITTED, _facts(probe.id, path, subject, person))
    row = Probe(
        id=probe.id,
        path=path,
        subject=subject,
        fingerprint_id=person,
        event=event.number,
        committed_at=work.now,
    )
    work.session.add(row)
    await work.session.flush()
    return probe


def _facts(probe: UUID, path: str, subject: str, person: UUID | None) -> dict[str, str | int | bool | None]:
    return {"probe": str(probe), "path": path, "about": subject, "identity": str(person) if person else None}


async def fault(work: Work, events: Sequence[HouseEvent]) -> str | None:
    """The first probe without its commitment in the house's trail, or None: the mark cannot be made later (S22)."""
    by_number = {event.number: event for event in events}
    for probe in await work.session.exec(select(Probe).order_by(col(Probe.committed_at))):
        event, facts = by_number.get(probe.event), _facts(probe.id, probe.path, probe.subject, probe.fingerprint_id)
        if event is None or event.step != COMMITTED or event.facts != facts or event.at != probe.committed_at:
            return f"the probe of {probe.committed_at.isoformat()} was never committed"
    return None


def expected(house: House) -> list[Recipient]:
    """Who has to hear of a no to everything by somebody known by a mail address."""
    return [
        each
        for each in house.installation.recipients
        if "email" in each.knows and any(purpose in house.offers for purpose in each.purposes)
    ]


async def check_press(work: Work, probe: Committed, press: str) -> list[Found]:
    """What the page's press has left in our own records: the choice, and a telling for everybody who has to hear."""
    row = await work.session.get_one(Probe, probe.id)
    mine = (col(Preference.press) == press, col(Preference.fingerprint_id) == row.fingerprint_id)
    out = select(Preference.purpose).where(*mine, col(Preference.choice) == Choice.out)
    said = set(await work.session.exec(out))
    if missing := set(work.house.offers) - said:
        return [Found(Outcome.failing, f"The press is not in our records for: {', '.join(sorted(missing))}.")]
    heard = select(Telling.recipient).where(col(Telling.press) == press)
    told = set(await work.session.exec(heard))
    if untold := [each.name for each in expected(work.house) if each.id not in told]:
        return [Found(Outcome.failing, f"Nothing was filed for: {', '.join(untold)}.")]
    return [Found(Outcome.proved, what=What.filed, subject=press)]


async def note(work: Work, probe: Committed, found: Iterable[Found]) -> list[Finding]:
    """Add to a probe's ledger, unless it has ended; returns the verdicts that turned a path. The lock is held."""
    if await _ended(work, probe.id):
        return []
    turned = []
    for each in found:
        row = _row(probe.id, probe.path, probe.subject, each, work.now)
        if each.what is What.ended and await _turns(work, row):
            turned.append(row)
        work.session.add(row)
    await work.session.flush()
    return turned


def _row(probe: UUID, path: str, subject: str, found: Found, now: datetime) -> Finding:
    return Finding(
        id=new_id(),
        probe_id=probe,
        path=path,
        what=found.what,
        subject=(subject if found.what is What.ended else found.subject)[:300],
        outcome=found.outcome,
        words=found.words[:400],
        told=found.told,
        confirmed=found.confirmed,
        cookies=found.cookies,
        third_parties=found.third_parties,
        at=now,
    )


async def _ended(work: Work, probe: UUID) -> bool:
    query = select(Finding.id).where(col(Finding.probe_id) == probe, col(Finding.what) == What.ended)
    return (await work.session.exec(query)).first() is not None


async def _turns(work: Work, new: Finding) -> bool:
    """Whether this verdict is another than the last one of its path; a first one that is good is no news."""
    same = (col(Finding.path) == new.path, col(Finding.subject) == new.subject, col(Finding.what) == What.ended)
    query = select(Finding.outcome).where(*same, col(Finding.at) <= new.at).order_by(col(Finding.at).desc())
    return new.outcome != ((await work.session.exec(query.limit(1))).first() or Outcome.proved)


async def open_ones(work: Work) -> list[Probe]:
    """Probes without a verdict, the oldest first."""
    ended = exists().where(col(Finding.probe_id) == col(Probe.id), col(Finding.what) == What.ended)
    query = select(Probe).where(col(Probe.committed_at) > work.now - LOOK_BACK, ~ended)
    return list(await work.session.exec(query.order_by(col(Probe.committed_at), col(Probe.id))))
