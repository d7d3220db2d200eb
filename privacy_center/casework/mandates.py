"""Mandates: for whom an agent acted, what they showed, and what it made. Nothing is ever asked of the person (L2)."""

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
"""How such a case came in. Its mailbox is the agent's, who is answered; the person is told beside that."""

LETTERS = frozenset({"agent_told", "agent_ended"})
"""Letters to the person for whom an agent acted: none of them is the agent's to read."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A permission as the agent gave it: a file, or its words with the name and the day under them."""

    words: str = field(default="", repr=False)
    signer: str = field(default="", repr=False)
    signed_on: str = ""
    file: Upload | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """One choice by an agent, as staff see it."""

    id: UUID
    at: datetime
    agent: str = field(repr=False)
    kind: str
    value: str = field(repr=False)
    press: str
    purposes: tuple[str, ...]
    file: bool


def new_subject(work: Work, case: Case, who: Identity) -> Identifier:
    """The person whom the choice is about; never the mailbox through which the case is handled."""
    made = new_id()
    return Identifier(
        id=made,
        case_id=case.id,
        kind=f"{vault.FOR}{who.kind}",
        value=work.house.keys.seal(who.value, place=f"identifier.value:{made}"),
        index=work.house.keys.index(who.kind, who.value),
        created_at=work.now,
        match={},
    )


def new(work: Work, case: Case, subject: Identifier, press: str, *, form_key: str | None) -> Mandate:
    """The row of a choice by an agent, as yet without what they showed."""
    return Mandate(
        id=new_id(),
        case_id=case.id,
        subject_id=subject.id,
        file_id=None,
        press=press,
        form_key=form_key,
        said=b"",
        created_at=work.now,
    )


async def show(work: Work, case: Case, mandate: Mandate, shown: Shown, *, agent: str) -> dict[str, str]:
    """Seal what the agent showed into its row; returns the commitments for the trail (D19)."""
    typed = {"agent": agent, "words": shown.words, "signer": shown.signer, "signed_on": shown.signed_on}
    noted = {name: trail.commit_to(work, case, words) for name, words in typed.items() if words}
    mandate.said = work.house.keys.seal(json.dumps(typed), place=_place(mandate))
    if shown.file is not None:
        file = await packages.keep(work, case, shown.file)
        mandate.file_id, noted["file"] = file.id, trail.commit_to(work, case, file.sha256)
    return noted


async def of_case(work: Work, case: Case) -> list[Made]:
    """What agents made in a case, the oldest first; empty where no agent did, and where it has been forgotten."""
    if case.channel != CHANNEL:
        return []
    query = select(Mandate, Identifier).join(Identifier, col(Identifier.id) == col(Mandate.subject_id))
    query = query.where(col(Mandate.case_id) == case.id).order_by(col(Mandate.id))
    rows = list(await work.session.exec(query))
    made = await purposes(work, [mandate.press for mandate, _ in rows])
    return [_made(work, mandate, subject, made.get(mandate.press, ())) for mandate, subject in rows]


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


async def purposes(work: Work, presses: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What each of these presses was about, in the order in which it was written down."""
    query = select(Preference.press, Preference.purpose).where(col(Preference.press).in_(list(presses)))
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


def _typed(work: Work, mandate: Mandate) -> dict[str, str]:
    typed: dict[str, str] = json.loads(work.house.keys.open(mandate.said, place=_place(mandate)))
    return typed


def _place(mandate: Mandate) -> str:
    return f"mandate.said:{mandate.id}"
