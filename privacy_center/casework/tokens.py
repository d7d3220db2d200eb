"""Tokens: letting a machine in, for named acts and named purposes, and ending it."""

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete
from sqlalchemy import select as select_columns
from sqlmodel import col, select, update

from privacy_center.casework import aliases, fingerprints, settling, trail
from privacy_center.casework.refusals import Invalid, NotFound
from privacy_center.casework.work import Work
from privacy_center.records.preference import Fingerprint
from privacy_center.records.rows import METADATA
from privacy_center.records.token import Alias, Token

PREFIX = "pc_"
"""How a token begins, so that it is recognised where it should not lie."""

UNISSUED = "unissued "
"""In place of a digest until the token is told to anybody: nothing can be shown that has it."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
BATCH = 1000
"""Fingerprints that are named in one transaction."""


_KEPT = METADATA.tables[str(Token.__tablename__)].c
SHOWN = select_columns(_KEPT.id, _KEPT.scopes, _KEPT.purposes, _KEPT.hashes, _KEPT.used_on).where(
    _KEPT.digest == bindparam("digest"), _KEPT.revoked_at.is_(None)
)
"""Built once: it is asked with every call."""


class Scope(StrEnum):
    """What a token may do."""

    requests_read = "requests:read"
    requests_write = "requests:write"
    preferences_read = "preferences:read"
    preferences_write = "preferences:write"
    metrics_read = "metrics:read"


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whoever shows a token, as it stands at this moment."""

    id: UUID
    scopes: frozenset[str]
    purposes: frozenset[str]
    hashes: bool
    used_on: date | None

    def may_ask(self, purpose: str) -> bool:
        """Whether it is bound to this purpose; a token that names none is bound to none."""
        return not self.purposes or purpose in self.purposes


def digest(secret: str) -> str:
    """What is kept of a token: it has 256 random bits, so a bare SHA-256 cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def shown(work: Work, secret: str) -> Bearer | None:
    """Who shows this; None where it was never issued or is revoked, as of now. One statement, never kept."""
    row: Any = (await (await work.session.connection()).execute(SHOWN, {"digest": digest(secret)})).first()
    return Bearer(row[0], frozenset(row[1]), frozenset(row[2]), row[3], row[4]) if row else None


async def touch(work: Work, bearer: Bearer) -> None:
    """Note the day on which it was last used; at most one write a day."""
    today = work.now.date()
    if bearer.used_on != today:
        await work.session.exec(update(Token).where(col(Token.id) == bearer.id).values(used_on=today))


async def prepare(
    work: Work, name: str, *, scopes: Collection[str], purposes: Collection[str] = (), hashes: bool = False
) -> UUID:
    """A token that nobody can show yet; one of this name that was left unfinished is taken up. Raises Invalid."""
    _check(work, name, scopes, purposes)
    found = (await work.session.exec(select(Token).where(col(Token.name) == name))).first()
    if found is not None and (found.revoked_at is not None or not found.digest.startswith(UNISSUED)):
        raise Invalid({"name": f"There is or was a token called {name!r}: choose another name."})
    token = found or Token(name=name, digest=UNISSUED + secrets.token_hex(24), created_at=work.now)
    token.scopes, token.purposes, token.hashes = list(dict.fromkeys(scopes)), list(dict.fromkeys(purposes)), hashes
    work.session.add(token)
    await work.session.flush()
    return token.id


def _check(work: Work, name: str, scopes: Collection[str], purposes: Collection[str]) -> None:
    if not NAME.fullmatch(name):
        raise Invalid({"name": f"{name!r} is no name: letters, digits, dots, _ and -, at most 64."})
    if not scopes:
        raise Invalid({"scope": f"A token needs a scope: {', '.join(Scope)}."})
    if unknown := [scope for scope in scopes if scope not in set(Scope)]:
        raise Invalid({"scope": f"There is no scope {unknown[0]!r}: choose {', '.join(Scope)}."})
    if unknown := [purpose for purpose in purposes if purpose not in work.house.offers]:
        raise Invalid({"purpose": f"There is no purpose {unknown[0]!r}: choose {', '.join(work.house.offers)}."})


async def settle(work: Work) -> None:
    """Wait for the fingerprints that are being made by somebody who has not seen the new token. Raises Unsettled."""
    await settling.writers(work, str(Fingerprint.__tablename__))


async def name_some(work: Work, token_id: UUID, *, after: UUID | None = None) -> UUID | None:
    """Name the next fingerprints that have no alias of this token; the last of them, or None when nobody is left.

    What is missing is asked of the database, so a run that was cut short goes on where it was.
    """
    named = select(Alias.hash).where(col(Alias.token_id) == token_id, col(Alias.fingerprint_id) == col(Fingerprint.id))
    query = select(Fingerprint).where(~named.exists()).order_by(col(Fingerprint.id)).limit(BATCH)
    people = (await work.session.exec(query.where(col(Fingerprint.id) > after) if after else query)).all()
    await aliases.write(work, {token_id: [(who.id, fingerprints.digest(work, who)) for who in people]})
    return people[-1].id if people else None


async def issue(work: Work, token_id: UUID) -> str:
    """The token itself, told once. From now on it opens; it is in the house's trail (D27). Raises Invalid."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = await work.session.get_one(Token, token_id, with_for_update=True)
    if not token.digest.startswith(UNISSUED):
        raise Invalid({"name": "Somebody else has just created this token."})
    token.digest = digest(secret)
    work.session.add(token)
    bound: trail.Noted = {
        "scopes": " ".join(token.scopes),
        "purposes": " ".join(token.purposes),
        "hashes": token.hashes,
    }
    await trail.record_house(work, "token", {"token": str(token_id), **bound})
    return secret


async def revoke(work: Work, name: str) -> None:
    """End a token at once, and forget how it named people. Raises NotFound. It is in the trail."""
    token = (await work.session.exec(select(Token).where(col(Token.name) == name))).first()
    if token is None or token.revoked_at is not None:
        raise NotFound
    token.revoked_at = work.now
    work.session.add(token)
    await work.session.exec(delete(Alias).where(col(Alias.token_id) == token.id))
    await trail.record_house(work, "token_revoked", {"token": str(token.id)})


async def listed(work: Work) -> list[Token]:
    """Every token there is or was, by name."""
    return list(await work.session.exec(select(Token).order_by(col(Token.name))))


def state(token: Token) -> str:
    """How a token stands, in one word."""
    if token.revoked_at is not None:
        return "revoked"
    return "unfinished" if token.digest.startswith(UNISSUED) else "live"
