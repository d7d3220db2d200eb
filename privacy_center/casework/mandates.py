"""Mandates: for whom an agent acted, what they showed, and what it made or asked for. For a choice nothing is ever
asked of the person (L2); a request is theirs to confirm."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from privacy_center.casework import packages, trail, vault
from privacy_center.casework.facts import Upload
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.work import Work
from privacy_center.records.case import Case
from privacy_center.records.mandate import Mandate
from privacy_center.records.package import PackageFile
from privacy_center.records.people import Identifier
from privacy_center.records.preference import Preference
from privacy_center.records.rows import new_id

CHANNEL = "agent"
"""How a choice by an agent came in. Its case is the agent's, who is answered; the person is told beside that."""

ERRAND = "agent_request"
"""How a request by an agent came in. Its case is the person's, who is answered; the agent is told beside that."""

TO_PERSON = frozenset({"agent_told", "agent_ended"})
TO_AGENT = frozenset({"agent_asked", "agent_request_ended"})
LETTERS = TO_PERSON | TO_AGENT
"""Letters to the other side of such a case: none of them is read in session for it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A permission as the agent gave it: a file, or its words with the name and the day under them."""

    words: str = field(default="", repr=False)
    signer: str = field(default="", repr=False)
    signed_on: str = ""
    file: Upload | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """One choice or request by an agent, as staff see it. A request has no press and no purposes."""

    id: UUID
    at: datetime
    agent: str = field(repr=False)
    kind: str
    value: str = field(repr=False)
    press: str | None
    purposes: tuple[str, ...]
    file: bool


@dataclass(frozen=True, slots=True)
class Traces:
    """By what two acts are known to be of one hand: keyed, so that without the key they say nothing. The network's
    counts for one day and cannot be followed into the next."""

    shown: str
    network: str | None


def new_subject(work: Work, case: Case, who: Identity) -> Identifier:
    """The person whom the choice is about; never the mailbox through which the case is handled."""
    return _other_side(work, case, f"{vault.FOR}{who.kind}", who)


def new_agent(work: Work, case: Case, who: Identity) -> Identifier:
    """The mailbox of an agent who asks for somebody, known by the same fingerprint as everywhere (D21)."""
    return _other_side(work, case, vault.AGENT, who)


def _other_side(work: Work, case: Case, kind: str, who: Identity) -> Identifier:
    made = new_id()
    return Identifier(
        id=made,
        case_id=case.id,
        kind=kind,
        value=work.house.keys.seal(who.value, place=f"identifier.value:{made}"),
        index=work.house.keys.index(who.kind, who.value),
        created_at=work.now,
        match={},
    )


def new(
    work: Work, case: Case, subject: Identifier, press: str | None, *, left: Traces, form_key: str | None = None
) -> Mandate:
    """The row of a choice or request by an agent, as yet without what they showed."""
    return Mandate(
        id=new_id(),
        case_id=case.id,
        subject_id=subject.id,
        file_id=None,
        press=press,
        form_key=form_key,
        said=b"",
        shown=left.shown,
        network=left.network,
        created_at=work.now,
    )


async def show(
    work: Work, case: Case, mandate: Mandate, shown: Shown, *, agent: str, kept: PackageFile | None = None
) -> dict[str, str]:
    """Seal what the agent showed into its row; returns the commitments for the trail (D19). A file that another case of
    the same sending has `kept` already is not stored once more."""
    typed = {"agent": agent, "words": shown.words, "signer": shown.signer, "signed_on": shown.signed_on}
    noted = {name: trail.commit_to(work, case, words) for name, words in typed.items() if words}
    mandate.said = work.house.keys.seal(json.dumps(typed), place=_place(mandate))
    if shown.file is not None:
        file = kept or await packages.keep(work, case, shown.file)
        mandate.file_id, noted["file"] = file.id, trail.commit_to(work, case, file.sha256)
    return noted


async def of_case(work: Work, case: Case) -> list[Made]:
    """What agents made in a case, the oldest first; empty where no agent did, and where it has been forgotten."""
    if case.channel not in (CHANNEL, ERRAND):
        return []
    query = select(Mandate, Identifier).join(Identifier, col(Identifier.id) == col(Mandate.subject_id))
    query = query.where(col(Mandate.case_id) == case.id).order_by(col(Mandate.id))
    rows = list(await work.session.exec(query))
    made = await purposes(work, [mandate.press for mandate, _ in rows])
    return [_made(work, mandate, subject, made.get(mandate.press or "", ())) for mandate, subject in rows]


def _made(work: Work, mandate: Mandate, subject: Identifier, named: tuple[str, ...]) -> Made:
    return Made(
        id=mandate.id,
        at=mandate.created_at,
        agent=_typed(work, mandate)["agent"],
        kind=subject.kind.removeprefix(vault.FOR),
        value=vault.address(work, subject),
        press=mandate.press,
        purposes=named,
        file=mandate.file_id is not None,
    )


async def purposes(work: Work, presses: Iterable[str | None]) -> dict[str, tuple[str, ...]]:
    """What each of these presses was about, in the order in which it was written down; an errand has none."""
    named = [press for press in presses if press]
    if not named:
        return {}
    query = select(Preference.press, Preference.purpose).where(col(Preference.press).in_(named))
    found: dict[str, tuple[str, ...]] = {}
    for press, purpose in await work.session.exec(query.order_by(col(Preference.number))):
        found[press] = (*found.get(press, ()), purpose)
    return found


async def titles(work: Work, case: Case) -> list[str]:
    """All that agents have said no to in a case, in words."""
    if case.channel != CHANNEL:
        return []
    presses = await work.session.exec(select(Mandate.press).where(col(Mandate.case_id) == case.id))
    named = await purposes(work, presses)
    return in_words(work, (name for names in named.values() for name in names))


def in_words(work: Work, names: Iterable[str]) -> list[str]:
    """Purposes by their titles, each once; one that is no longer offered by its name."""
    offers = work.house.offers
    return list(dict.fromkeys(offers[name].title if name in offers else name for name in names))


async def subjects(work: Work, case: Case, kind: str) -> list[Identifier]:
    """The persons of a case who are known by this kind of identifier, the first to be named first."""
    return [row for row in await vault.identifiers(work, case) if row.kind == f"{vault.FOR}{kind}"]


async def shown(work: Work, mandate: Mandate) -> Shown:
    """A permission in clear. Whoever calls has left the trace already."""
    typed = _typed(work, mandate)
    file = await work.session.get(PackageFile, mandate.file_id) if mandate.file_id is not None else None
    opened = await packages.opened(work, file) if file is not None else None
    return Shown(typed["words"], typed["signer"], typed["signed_on"], opened)


async def agent(work: Work, case: Case) -> Identifier | None:
    """The mailbox of the agent who asked for somebody in this case; None where none did, and where it is forgotten."""
    return next((row for row in await vault.identifiers(work, case) if row.kind == vault.AGENT), None)


async def sent_together(work: Work, case: Case) -> list[Case]:
    """The requests that one sending of an agent's form has opened, this one among them."""
    own = (await work.session.exec(select(Mandate).where(col(Mandate.case_id) == case.id).limit(1))).first()
    if own is None:
        return [case]
    alike = (col(Mandate.created_at) == own.created_at, col(Mandate.shown) == own.shown)
    query = select(Case).join(Mandate, col(Mandate.case_id) == col(Case.id)).where(*alike).order_by(col(Case.id))
    people = await _people(work, case)
    return [each for each in await work.session.exec(query) if await _people(work, each) == people]


async def _people(work: Work, case: Case) -> set[tuple[str, str]]:
    """Who stands on either side of a case."""
    return {(row.kind, row.index) for row in await vault.identifiers(work, case)}


async def files(work: Work, case: Case) -> tuple[set[UUID], set[UUID]]:
    """The files of the permissions that a case shows, and those of them that other cases of the same sending show, too.

    Held until we are done, so that of two cases forgotten at once the last takes the file along.
    """
    shown = select(Mandate.file_id).where(col(Mandate.case_id) == case.id, col(Mandate.file_id).is_not(None))
    held = select(PackageFile.id).where(col(PackageFile.id).in_(shown)).order_by(col(PackageFile.id))
    mine = set(await work.session.exec(held.with_for_update()))
    others = select(Mandate.file_id).where(col(Mandate.file_id).in_(mine), col(Mandate.case_id) != case.id)
    return mine, {file for file in await work.session.exec(others) if file is not None}


def _typed(work: Work, mandate: Mandate) -> dict[str, str]:
    typed: dict[str, str] = json.loads(work.house.keys.open(mandate.said, place=_place(mandate)))
    return typed


def _place(mandate: Mandate) -> str:
    return f"mandate.said:{mandate.id}"
