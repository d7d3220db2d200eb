"""Machines of the controller's: each with a token of its own, knocking at the real doors."""

import hashlib
import hmac
from collections.abc import Sequence
from uuid import UUID

from httpx2 import AsyncClient

from privacy_center.casework import aliases, tokens
from privacy_center.casework.work import OPERATOR
from privacy_center.center import Center
from tests.trust import doors

ALL = ("preferences:read", "preferences:write")
LOOKUP, PUT = "/api/v1/preferences/lookup", "/api/v1/preferences"
LINKS, CHANGES = "/api/v1/preferences/links", "/api/v1/preferences/changes"


async def token(
    center: Center,
    name: str = "shop",
    *,
    scopes: Sequence[str] = ALL,
    purposes: Sequence[str] = (),
    hashes: bool = False,
) -> tuple[str, UUID]:
    """A token that was issued, and its id."""
    async with center.work(by=OPERATOR) as work:
        made = await tokens.prepare(work, name, scopes=scopes, purposes=purposes, hashes=hashes)
        if hashes:
            await tokens.settle(work)
            await tokens.name_some(work, made)
        return await tokens.issue(work, made), made


def client(center: Center, secret: str) -> AsyncClient:
    """A machine that shows this token."""
    made = doors.visitor(center)
    made.headers["Authorization"] = f"Bearer {secret}"
    return made


async def machine(
    center: Center,
    name: str = "shop",
    *,
    scopes: Sequence[str] = ALL,
    purposes: Sequence[str] = (),
    hashes: bool = False,
) -> AsyncClient:
    """A machine with a token of its own."""
    return client(center, (await token(center, name, scopes=scopes, purposes=purposes, hashes=hashes))[0])


def email(value: str) -> dict[str, str]:
    """Somebody by their address."""
    return {"type": "email", "value": value}


def hashed(center: Center, made: UUID, value: str) -> dict[str, str]:
    """The same person as the holder of a token with hashes names them: by hand, as the documentation says."""
    digest = hashlib.sha256(f"email:{value.strip().casefold()}".encode()).hexdigest()
    key = aliases.key(center.house, made)
    return {"type": "hash", "value": hmac.new(key, digest.encode(), hashlib.sha256).hexdigest()}


def no(*people: dict[str, str], purposes: Sequence[str] = ("sale",), **more: object) -> dict[str, object]:
    """A no, as it is sent."""
    return {"identifiers": list(people), "purposes": list(purposes), "choice": "out", **more}
