"""Signing keys: which have signed for this house, and when, so that an old receipt can still be checked."""

from sqlmodel import col, select

from privacy_center.casework.work import Work
from privacy_center.records import inserts
from privacy_center.records.signing_key import SigningKey


async def note(work: Work) -> None:
    """Note the keys of the settings: the newest signs from now, the others have done so. None is ever taken away.

    Two processes may start at once: the second finds them kept.
    """
    ours = work.house.signer.public_keys()
    kept = set(await work.session.exec(select(SigningKey.key_id)))
    for name, public in ours.items():
        if name not in kept:
            key = SigningKey(key_id=name, public=public, first_seen_at=work.now)
            await inserts.unless_there(work.session, key, unique="key_id")
    newest = next(iter(ours))
    for key in await work.session.exec(select(SigningKey)):
        signs = key.key_id == newest
        if signs != (key.until is None):  # only where something changes: most starts write nothing
            key.until = None if signs else work.now


async def known(work: Work) -> list[SigningKey]:
    """Every key that has ever signed for this house, the one that signs now first."""
    query = select(SigningKey).order_by(col(SigningKey.first_seen_at).desc(), col(SigningKey.key_id))
    return sorted(await work.session.exec(query), key=lambda key: key.until is not None)


async def one(work: Work, key_id: str) -> SigningKey | None:
    """The key of this id, if it ever was one of ours."""
    return await work.session.get(SigningKey, key_id)
