"""The vault: people's words and addresses, opened only to be shown or sent."""

from uuid import UUID

from sqlmodel import col, select

from privacy_center.casework import trail
from privacy_center.casework.refusals import NotFound
from privacy_center.casework.work import Work
from privacy_center.records.case import Case
from privacy_center.records.people import Identifier, Text
from privacy_center.records.rows import new_id

FOR = "for_"
"""How the kind of an identifier begins that names the person for whom an agent acts."""

AGENT = "by_email"
"""The kind of an identifier that is the mailbox of an agent who asked for somebody. It is written to and opens nothing:
the case is the person's."""

MAILBOXES = ("email", f"{FOR}email", AGENT)
"""Kinds of identifiers that are a mailbox: the requester's own, that of a person for whom an agent says no, and that of
an agent who asks for somebody."""

WAYS = ("email", "post", "phone")
"""How a person can be reached: the first that is known carries the case, the others only help to find them."""


def keep(work: Work, case: Case, kind: str, words: str) -> str:
    """Store a free text sealed; returns the commitment for the trail."""
    text_id = new_id()
    work.session.add(
        Text(
            id=text_id,
            case_id=case.id,
            kind=kind,
            role=work.by.role.value,
            staff_id=work.by.staff_id,
            value=work.house.keys.seal(words, place=f"text.value:{text_id}"),
            created_at=work.now,
        )
    )
    return trail.commit_to(work, case, words)


def words(work: Work, text: Text) -> str:
    """A stored text in clear."""
    return work.house.keys.open(text.value, place=f"text.value:{text.id}")


async def texts(work: Work, case: Case) -> list[Text]:
    """A case's texts, oldest first."""
    query = select(Text).where(col(Text.case_id) == case.id).order_by(col(Text.created_at), col(Text.id))
    return list(await work.session.exec(query))


def new_identifier(work: Work, case: Case, kind: str, address: str) -> Identifier:
    """A way to a person as an identifier of a case, with nothing proved of it yet (rule 1)."""
    identifier_id = new_id()
    return Identifier(
        id=identifier_id,
        case_id=case.id,
        kind=kind,
        value=work.house.keys.seal(address, place=f"identifier.value:{identifier_id}"),
        index=work.house.keys.index(kind, address),
        created_at=work.now,
        match={},
    )


def address(work: Work, identifier: Identifier) -> str:
    """An identifier in clear."""
    return work.house.keys.open(identifier.value, place=f"identifier.value:{identifier.id}")


async def identifiers(work: Work, case: Case) -> list[Identifier]:
    """How this requester is known, in the order given."""
    return await _identifiers(work, case.id)


async def _identifiers(work: Work, case_id: UUID) -> list[Identifier]:
    query = select(Identifier).where(col(Identifier.case_id) == case_id).order_by(col(Identifier.id))
    return list(await work.session.exec(query))


async def mailbox(work: Work, case: Case) -> Identifier:
    """The mailbox the case is handled through; where nobody gave one, the address or number to write to or call.

    Raises NotFound where the case has been forgotten.
    """
    found = await mailbox_of(work, case.id)
    if found is None:
        raise NotFound
    return found


async def mailbox_of(work: Work, case_id: UUID) -> Identifier | None:
    """The same, or None."""
    known = {identifier.kind: identifier for identifier in reversed(await _identifiers(work, case_id))}
    return next((known[kind] for kind in WAYS if kind in known), None)


def masked(address: str) -> str:
    """An address that its owner recognises and nobody else learns: m•••@example.com."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}•••@{domain}"
