"""Well-known addresses: that we honour Global Privacy Control, and the keys by which our signatures are checked."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from privacy_center.casework import signing_keys
from privacy_center.casework.work import REQUESTER
from privacy_center.records.signing_key import SigningKey
from privacy_center.web import access

AN_HOUR = {"Cache-Control": "public, max-age=3600"}


async def gpc(request: Request) -> Response:
    """GET /.well-known/gpc.json: we honour the signal, and on which day that was last looked over (GPC 5)."""
    notice = access.center(request).house.installation.choosing.notice
    said = {"gpc": True} | ({"lastUpdate": notice.isoformat()} if notice else {})
    return JSONResponse(said, headers=AN_HOUR)


async def keys(request: Request) -> Response:
    """GET /.well-known/privacy-center-keys.json: every key that has ever signed here, the one that signs now first."""
    async with access.center(request).reading(by=REQUESTER) as work:
        listed = [_key(key) for key in await signing_keys.known(work)]
    return JSONResponse({"keys": listed}, headers=AN_HOUR)


def _key(key: SigningKey) -> dict[str, str | None]:
    """The public half, and the time in which it signed; `until` is null for the key that signs now."""
    until = key.until.isoformat() if key.until else None
    return {
        "id": key.key_id,
        "type": "Ed25519",
        "public": key.public,
        "from": key.first_seen_at.isoformat(),
        "until": until,
    }
