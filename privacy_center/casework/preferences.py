"""Choices: a no acts at once and asks nothing; a yes needs two steps and proof (D3, D5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from privacy_center.casework import fingerprints, purposes, telling
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.refusals import Invalid, Refused
from privacy_center.casework.work import House, Work
from privacy_center.links import new_reference
from privacy_center.phrases import Phrase
from privacy_center.records.models import METADATA
from privacy_center.records.preference import Choice, Fingerprint, Preference, Source

PRESS = "PC"
"""How the reference of a press begins; that of a case begins with PR."""

UNKNOWN = Phrase("We do not know this purpose. Choose from the list.")

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
    press: str


async def say_no(work: Work, said: Said, *, identity: Identity | None = None, person: UUID | None = None) -> Pressed:
    """Opt out, at once, whoever asks. Raises Invalid.

    `person` is somebody whose fingerprint is known. Without them and an identity it is this browser's choice.
    """
    asked = checked(work, said.purposes)
    who = await _person(work, identity) if person is None else await work.session.get_one(Fingerprint, person)
    pressed = await _write(work, asked, said, Choice.out, who, said.facts)
    _tell(work, pressed, who, identity)
    return pressed


async def say_yes(work: Work, said: Said, consent: Consent, *, identity: Identity | None = None) -> Pressed:
    """Opt in, for this browser or for an identity that was proved. Raises Invalid or Refused."""
    if identity is not None and not identity.proved and said.source is not Source.api:
        raise Refused(
            Phrase("This needs the mailbox's own proof: sign in first. Here it can count for this browser alone.")
        )
    if not consent.notice_version or not consent.shown_at <= consent.given_at <= work.now:
        raise Refused(
            "This needs evidence of the yes: which notice was shown, when, and when the yes was given after it."
        )
    asked, person = checked(work, said.purposes), await _person(work, identity)
    await _check_no_later_no(work, person, asked, consent)
    pressed = await _write(work, asked, said, Choice.in_, person, {**said.facts, **_evidence(consent)})
    _tell(work, pressed, person, identity)
    return pressed


async def correct(work: Work, purpose: str, choice: Choice, person: Fingerprint, facts: Noted) -> Pressed:
    """Append what stands after two members of staff found a row to be wrong; `corrections` says when they may."""
    pressed = await _write(work, (purpose,), Said((purpose,), Source.correction), choice, person, facts)
    _tell(work, pressed, person, None)
    return pressed


def _tell(work: Work, pressed: Pressed, person: Fingerprint | None, identity: Identity | None) -> None:
    """Everybody who was given the data has to hear of it; of a browser's own choice nobody else could make sense."""
    if person is not None:
        mailbox = identity.value if identity is not None and identity.kind == "email" else ""
        choices = dict.fromkeys(pressed.purposes, pressed.choice.value)
        telling.of_choice(work, pressed.press, person, choices, mailbox=mailbox)


async def _person(work: Work, identity: Identity | None) -> Fingerprint | None:
    return await fingerprints.make(work, identity) if identity is not None else None


async def _check_no_later_no(work: Work, person: Fingerprint | None, asked: Sequence[str], consent: Consent) -> None:
    """A yes that reaches us late does not undo the no that was said after it (GDPR Art. 7(3)).

    The lock waits for a no that is being written, whose foreign key holds the same row, and holds up the next.
    """
    if person is None:
        return
    await work.session.exec(select(Fingerprint.id).where(col(Fingerprint.id) == person.id).with_for_update())
    stands = await states(work, [person.id], asked)
    if any(row.choice == Choice.out and row.at > consent.given_at for row in stands.values()):
        raise Refused(Phrase("This yes was given before the no that stands now, and does not undo it."))


def _evidence(consent: Consent) -> Noted:
    kept: dict[str, str | int | bool | None] = {
        "notice": consent.notice_version,
        "shown_at": consent.shown_at.isoformat(),
        "given_at": consent.given_at.isoformat(),
        "signal": consent.signal,
    }
    return kept | ({"young": consent.young} if consent.young else {})


def covered(house: House) -> tuple[str, ...]:
    """The purposes that Global Privacy Control speaks of."""
    return tuple(name for name, offer in house.offers.items() if offer.kind.signal)


async def signalled(work: Work, who: Identity | UUID, *, facts: Noted = NOTHING) -> Pressed | None:
    """Global Privacy Control from a browser whose person is known: for the person, everywhere (11 CCR 7025(c)(1)).

    A row is written only where something changes (D16). Only a yes that was given under the signal outranks it (D17).
    """
    names = covered(work.house)
    identity, person = (who, None) if isinstance(who, Identity) else (None, who)
    if identity is not None:
        person = (await fingerprints.find(work, [identity.digest])).get(identity.digest)
    state = await states(work, [person] if person else [], names)
    open_to_it = tuple(name for name in names if changes(state.get((person, name))))
    if not open_to_it:
        return None
    return await say_no(work, Said(open_to_it, Source.signal, facts=facts), identity=identity, person=person)


def changes(row: Standing | None) -> bool:
    """Whether the signal changes what stands."""
    return row is None or (row.choice != Choice.out and not row.facts.get("signal"))


async def _write(
    work: Work, asked: tuple[str, ...], said: Said, choice: Choice, person: Fingerprint | None, facts: Noted
) -> Pressed:
    pressed = Pressed(new_reference(PRESS), work.now, choice, said.source, asked, person is not None)
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


STANDING = ("fingerprint_id", "purpose", "choice", "at", "source", "facts", "press")
"""The columns of a Standing, in its order."""

State = dict[tuple[UUID | None, str], Standing]


async def states(work: Work, people: Iterable[UUID], names: Sequence[str]) -> State:
    """What stands now for each of these people and purposes. One statement, along one index."""
    ids = list(people)
    if not ids:
        return {}
    rows = await _rows(work, BY_PERSON, {"people": ids, "names": list(names)})
    return {(row.fingerprint_id, row.purpose): Standing(*row) for row in rows}


async def states_by_digest(work: Work, digests: Iterable[str], names: Sequence[str]) -> dict[tuple[str, str], Standing]:
    """The same by the digest of each identifier, whoever has a fingerprint. One statement in all."""
    wanted = fingerprints.indexes(work, digests)
    rows = await _rows(work, BY_INDEX, {"indexes": list(wanted), "names": list(names)})
    return {(wanted[index], row[1]): Standing(*row) for index, *row in rows}


async def _rows(work: Work, statement: Any, given: Mapping[str, Any]) -> Any:
    return await (await work.session.connection()).execute(statement, given)


def _prepared() -> list[Any]:
    """Both statements, built once: look-ups are many, and building costs as much as asking."""
    rows, people = METADATA.tables["pc_preference"], METADATA.tables["pc_fingerprint"]
    later = rows.alias()
    newest = (
        select_columns(func.max(later.c.number))
        .where(later.c.fingerprint_id == rows.c.fingerprint_id, later.c.purpose == rows.c.purpose)
        .scalar_subquery()
    )
    columns = [rows.c[name] for name in STANDING]
    named = rows.c.purpose.in_(bindparam("names", expanding=True))
    by_person = select_columns(*columns).where(rows.c.fingerprint_id.in_(bindparam("people", expanding=True)))
    by_index = (
        select_columns(people.c.index, *columns)
        .join(people, people.c.id == rows.c.fingerprint_id)
        .where(people.c.index.in_(bindparam("indexes", expanding=True)))
    )
    return [query.where(named, rows.c.number == newest) for query in (by_person, by_index)]


BY_PERSON, BY_INDEX = _prepared()


async def history(work: Work, person: UUID, *, most: int | None = None) -> list[Preference]:
    """Everything that one identity has said, the newest first; `most` is how many rows."""
    query = select(Preference).where(col(Preference.fingerprint_id) == person)
    return list(await work.session.exec(query.order_by(col(Preference.number).desc()).limit(most)))


async def said_by(work: Work, identity: Identity) -> dict[str, Standing]:
    """What stands now for somebody, by purpose; empty where nothing was ever said."""
    found = await states_by_digest(work, [identity.digest], list(work.house.offers))
    return {name: row for (_, name), row in found.items()}
