"""Signing keys: which have signed for this house, and when, so that an old receipt can still be checked."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import col, select

from privacy_center.casework.work import Work
from privacy_center.records.signing_key import SigningKey


async def note(work: Work) -> None:
    """Note the keys of the settings: the newest signs from now, the others have done so. None is ever taken away."""
    ours = work.house.signer.public_keys()
    kept = set(await work.session.exec(select(SigningKey.key_id)))
    for name, public in ours.items():
        if name not in kept:
            await _insert(work, SigningKey(key_id=name, public=public, first_seen_at=work.now))
    newest = next(iter(ours))
    for key in await work.session.exec(select(SigningKey)):
        signs = key.key_id == newest
        if signs != (key.until is None):  # only where something changes: most starts write nothing
            key.until = None if signs else work.now


async def _insert(work: Work, key: SigningKey) -> None:
    """Two processes may start at once: the second finds it kept."""
    insert: Any = sqlite_insert if work.session.get_bind().dialect.name == "sqlite" else postgresql_insert
    await work.session.exec(insert(SigningKey).values(**key.model_dump()).on_conflict_do_nothing())


async def known(work: Work) -> list[SigningKey]:
    """Every key that has ever signed for this house, the one that signs now first."""
    query = select(SigningKey).order_by(col(SigningKey.first_seen_at).desc(), col(SigningKey.key_id))
    return sorted(await work.session.exec(query), key=lambda key: key.until is not None)


async def one(work: Work, key_id: str) -> SigningKey | None:
    """The key of this id, if it ever was one of ours."""
    return await work.session.get(SigningKey, key_id)
