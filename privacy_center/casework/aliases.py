"""Aliases: a fingerprint as one recipient names it, by a hash that only this recipient and we can make (D7, D29)."""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import col, select

from privacy_center.casework.work import House, Work
from privacy_center.records.token import Alias, Token


def key(house: House, token_id: UUID) -> bytes:
    """The key of one token's hashes (32 bytes). It outlives the secret keys, as the fingerprints do."""
    return house.keys.derived(f"recipient:{token_id}")


def made(key: bytes, digest: str) -> str:
    """The hash of an identifier's digest: HMAC-SHA256 over its 64 hex digits."""
    return hmac.new(key, digest.encode(), hashlib.sha256).hexdigest()


async def find(work: Work, token_id: UUID, hashes: Collection[str]) -> dict[str, UUID]:
    """The fingerprint of each hash that has one. One statement, and none where nothing is asked."""
    if not hashes:
        return {}
    query = select(Alias.hash, Alias.fingerprint_id).where(
        col(Alias.token_id) == token_id, col(Alias.hash).in_(list(hashes))
    )
    return dict((await work.session.exec(query)).all())


async def note(work: Work, fingerprint_id: UUID, digest: str) -> None:
    """Name a new fingerprint for every token that asks by hashes.

    Called after the fingerprint's own INSERT: so a token that is being made either is seen here or waits for us.
    """
    query = select(Token.id).where(col(Token.hashes), col(Token.revoked_at).is_(None))
    tokens = (await work.session.exec(query)).all()
    await write(work, {token: [(fingerprint_id, digest)] for token in tokens})


async def write(work: Work, named: Mapping[UUID, Iterable[tuple[UUID, str]]]) -> None:
    """Write the aliases of these fingerprints (id and digest) for these tokens; those that are there stay."""
    rows = [
        {"token_id": token, "hash": made(key(work.house, token), digest), "fingerprint_id": fingerprint}
        for token, people in named.items()
        for fingerprint, digest in people
    ]
    if rows:
        insert: Any = sqlite_insert if work.session.get_bind().dialect.name == "sqlite" else postgresql_insert
        await (await work.session.connection()).execute(insert(Alias).on_conflict_do_nothing(), rows)
