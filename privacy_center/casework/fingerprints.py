"""Fingerprints: finding somebody's choices again without keeping who they are (D10)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import col, select

from privacy_center.casework import aliases
from privacy_center.casework.work import Work
from privacy_center.links import tidy_email
from privacy_center.records import inserts
from privacy_center.records.preference import Fingerprint, FingerprintKey
from privacy_center.records.rows import new_id
from privacy_center.records.sealed import identity_digest, normal
from privacy_center.settings import SettingsError

KINDS = ("email", "phone", "customer", "device")
"""By what a person can be known to a recipient."""

LONGEST = 320
"""Characters of an identifier, as long as the longest mail address (RFC 3696)."""

PLAIN_EMAIL = re.compile(
    r"(?=.{3,254}$)(?=[^@]{1,64}@)[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
SPACING = re.compile(r"[\s().\u00a0-]+")
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
"""With its country, as E.164 writes it: without one nobody knows whose number it is."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as a site or a person names them. `proved` says that this very session has shown it (D5)."""

    kind: str
    value: str = field(repr=False)
    proved: bool = False

    @property
    def digest(self) -> str:
        """The identifier's own SHA-256."""
        return identity_digest(self.kind, self.value)


def named(kind: str, value: str) -> Identity | None:
    """Somebody as a machine or a form names them, in the usual form of that kind; None where it can be nobody.

    Every door asks here, so that one person has one fingerprint whichever way their choice came (L8).
    """
    if kind == "email":
        plain = value.strip()
        # The same as `tidy_email` makes of it, at a hundredth of the cost; whatever is less plain goes there.
        tidy = plain if PLAIN_EMAIL.fullmatch(plain) and "xn--" not in plain else tidy_email(value)
        return Identity(kind, tidy) if tidy else None
    if kind == "phone":
        digits = SPACING.sub("", value)
        return Identity(kind, digits) if PHONE.fullmatch(digits) else None
    known = kind in KINDS and normal(value) and len(value) <= LONGEST and value.isprintable()
    return Identity(kind, value) if known else None


def indexes(work: Work, digests: Iterable[str]) -> dict[str, str]:
    """Under what each digest may be found, by every key there is, with the digest."""
    return {made: digest for digest in digests for made in work.house.keys.fingerprints(digest).values()}


async def find(work: Work, digests: Iterable[str]) -> dict[str, UUID]:
    """The fingerprint of each identifier's digest that has one. Every key is tried. One statement."""
    wanted = indexes(work, digests)
    query = select(Fingerprint.index, Fingerprint.id).where(col(Fingerprint.index).in_(list(wanted)))
    return {wanted[index]: found for index, found in await work.session.exec(query)}


async def make(work: Work, identity: Identity) -> Fingerprint:
    """The fingerprint of somebody, old or new. Two processes may make it at once: both get the same one."""
    made = work.house.keys.fingerprints(identity.digest)
    if (known := await _known(work, list(made.values()))) is not None:
        return known
    key_id, index = next(iter(made.items()))
    new_name = new_id()
    new = Fingerprint(
        id=new_name,
        kind=identity.kind,
        key_id=key_id,
        index=index,
        digest=work.house.keys.seal(identity.digest, place=f"fingerprint.digest:{new_name}"),
        created_at=work.now,
    )
    person = new if await inserts.unless_there(work.session, new, unique="index") else await _known(work, [index])
    if person is None:
        raise RuntimeError("a fingerprint that somebody else has just written is not there")
    await aliases.note(work, person.id, identity.digest)
    return person


async def _known(work: Work, indexes: Sequence[str]) -> Fingerprint | None:
    return (await work.session.exec(select(Fingerprint).where(col(Fingerprint.index).in_(indexes)))).first()


def digest(work: Work, fingerprint: Fingerprint) -> str:
    """The identifier's own SHA-256, from which a recipient's keyed hash is made."""
    return work.house.keys.open(fingerprint.digest, place=f"fingerprint.digest:{fingerprint.id}")


async def check_keys(work: Work) -> None:
    """Note the newest key. Raises SettingsError where a key that made fingerprints is gone: its opt-outs were lost."""
    known = list(work.house.keys.fingerprints(""))
    kept = set(await work.session.exec(select(FingerprintKey.key_id)))
    if lost := kept - set(known):
        raise SettingsError(
            f"PRIVACY_CENTER_INDEX_KEY: the key {', '.join(sorted(lost))} is missing, by which people who said no are "
            "known. Put it back (several keys are separated by commas, the newest first)"
        )
    if known[0] not in kept:
        key = FingerprintKey(key_id=known[0], created_at=work.now)
        await inserts.unless_there(work.session, key, unique="key_id")
