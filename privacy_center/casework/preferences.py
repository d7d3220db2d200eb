"""Choices: a no acts at once and asks nothing; a yes needs two steps and proof (D3, D5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from privacy_center.casework import fingerprints, purposes
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.refusals import Invalid, Refused
from privacy_center.casework.work import Work
from privacy_center.links import new_reference
from privacy_center.records.preference import Choice, Preference, Source

PRESS = "PC"
"""How the reference of a press begins; that of a case begins with PR."""

UNKNOWN = "We do not know this purpose. Choose from the list."

Noted = Mapping[str, str | int | bool | None]
NOTHING: Noted = {}


@dataclass(frozen=True, slots=True)
class Consent:
    """What shows that a yes was meant: the notice that was shown, when, and when it was given (D5, GDPR Art. 7(1)).

    `signal`: it was given while the browser said no by Global Privacy Control, and so outranks it (D17).
    `young`: by whom, where the person is known to be under 16: "own" (13 to 15) or "parent" (D21).
    """

    notice_version: str
    shown_at: datetime
    given_at: datetime
    signal: bool = False
    young: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What reached us: which purposes, by which way, and what is worth keeping of it."""

    purposes: tuple[str, ...]
    source: Source
    place: str = ""
    facts: Noted = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What one press did, and nothing else (D15)."""

    press: str
    at: datetime
    choice: Choice
    source: Source
    purposes: tuple[str, ...]
    identity: bool


class Standing(NamedTuple):
    """The newest row of one person and purpose: what stands now."""

    person: UUID | None
    purpose: str
    choice: str
    at: datetime
    source: str
    facts: Noted


async def say_no(work: Work, said: Said, *, identity: Identity | None = None) -> Pressed:
    """Opt out, at once, whoever asks. Without an identity it is this browser's choice. Raises Invalid."""
    return await _write(work, said, Choice.out, identity, said.facts)


async def say_yes(work: Work, said: Said, consent: Consent, *, identity: Identity | None = None) -> Pressed:
    """Opt in, for this browser or for an identity that was proved. Raises Invalid or Refused."""
    if identity is not None and not identity.proved and said.source not in {Source.api, Source.staff}:
        raise Refused("This needs the mailbox's own proof: sign in first. Here it can count for this browser alone.")
    if not consent.notice_version or not consent.shown_at <= consent.given_at <= work.now:
        raise Refused(
            "This needs evidence of the yes: which notice was shown, when, and when the yes was given after it."
        )
    return await _write(work, said, Choice.in_, identity, {**said.facts, **_evidence(consent)})


def _evidence(consent: Consent) -> Noted:
    kept: dict[str, str | int | bool | None] = {
        "notice": consent.notice_version,
        "shown_at": consent.shown_at.isoformat(),
        "given_at": consent.given_at.isoformat(),
        "signal": consent.signal,
    }
    return kept | ({"young": consent.young} if consent.young else {})


async def signalled(work: Work, identity: Identity) -> Pressed | None:
    """Global Privacy Control from a browser whose person is known: for the person, everywhere (11 CCR 7025(c)(1)).

    A row is written only where something changes (D16). Only a yes that was given under the signal outranks it (D17).
    """
    covered = tuple(name for name, offer in work.house.offers.items() if offer.kind.signal)
    found = await fingerprints.find(work, [identity.digest])
    state = await states(work, found.values(), covered)
    open_to_it = tuple(name for name in covered if _changes(state.get((found.get(identity.digest), name))))
    if not open_to_it:
        return None
    return await say_no(work, Said(open_to_it, Source.signal), identity=identity)


def _changes(row: Standing | None) -> bool:
    """Whether the signal changes what stands."""
    return row is None or (row.choice != Choice.out and not row.facts.get("signal"))


async def _write(work: Work, said: Said, choice: Choice, identity: Identity | None, facts: Noted) -> Pressed:
    asked = checked(work, said.purposes)
    person = await fingerprints.make(work, identity) if identity is not None else None
    pressed = Pressed(new_reference(PRESS), work.now, choice, said.source, asked, identity is not None)
    for name in asked:
        offer = work.house.offers[name]
        work.session.add(
            Preference(
                fingerprint_id=person.id if person is not None else None,
                press=pressed.press,
                purpose=name,
                choice=choice,
                source=said.source,
                regime=purposes.regime(work, offer, said.place),
                notice_version=work.house.installation.notice_version,
                at=work.now,
                facts=dict(facts) | ({"actor": str(work.by.staff_id)} if work.by.staff_id else {}),
            )
        )
    await work.session.flush()
    return pressed


def checked(work: Work, names: Iterable[str]) -> tuple[str, ...]:
    """The purposes named, each once. Raises Invalid."""
    asked = tuple(dict.fromkeys(names))
    if not asked or any(name not in work.house.offers for name in asked):
        raise Invalid({"purpose": UNKNOWN})
    return asked


State = dict[tuple[UUID | None, str], Standing]


async def states(work: Work, people: Iterable[UUID], names: Sequence[str]) -> State:
    """What stands now for each of these people and purposes. One statement, along one index."""
    ids = list(people)
    if not ids:
        return {}
    rows = Preference
    newest = (
        select(func.max(col(rows.number)))
        .where(col(rows.fingerprint_id).in_(ids), col(rows.purpose).in_(list(names)))
        .group_by(col(rows.fingerprint_id), col(rows.purpose))
    )
    columns: list[Any] = [rows.fingerprint_id, rows.purpose, rows.choice, rows.at, rows.source, rows.facts]
    query: Any = select_columns(*columns).where(col(rows.number).in_(newest))
    found: Any = await work.session.exec(query)
    return {(row.fingerprint_id, row.purpose): Standing(*row) for row in found}


async def history(work: Work, person: UUID) -> list[Preference]:
    """Everything that one identity has said, the newest first."""
    query = select(Preference).where(col(Preference.fingerprint_id) == person)
    return list(await work.session.exec(query.order_by(col(Preference.number).desc())))
