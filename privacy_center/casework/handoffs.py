"""Hand-offs: a no that travels to a site of another domain in a signed link (D6). A yes never does (D5)."""

import base64
import json
from collections.abc import Collection
from datetime import datetime, timedelta

from privacy_center.casework.work import House
from privacy_center.installation import Bridge, Site

LIFE = timedelta(minutes=10)
"""How long a link carries the choice: as long as somebody reads the page."""

SIGNED = b"privacy-center handoff 1\n"
"""Stands before what is signed, so that nothing else we ever sign can pass for a hand-off."""

PARAMETER = "privacy_choice"


def links(house: House, refused: Collection[str], now: datetime) -> dict[str, str]:
    """For each site with this bridge, by its host, the address that carries the no to these purposes there."""
    sites = [site for site in house.installation.sites if site.bridge is Bridge.handoff]
    return {site.host: _link(house, site, refused, now) for site in sites} if refused else {}


def _link(house: House, site: Site, refused: Collection[str], now: datetime) -> str:
    joint = "&" if "?" in site.handoff else "?"
    return f"{site.handoff}{joint}{PARAMETER}={token(house, site.host, refused, now)}"


def token(house: House, host: str, refused: Collection[str], now: datetime) -> str:
    """`payload.key id.signature`: the payload says for which host, what, when, and until when it may be used."""
    at = int(now.timestamp())
    said = {"host": host, "choices": dict.fromkeys(sorted(refused), "out"), "at": at, "until": at + LIFE.seconds}
    payload = _plain(json.dumps(said, separators=(",", ":")).encode())
    key_id, signature = house.signer.sign(SIGNED + payload.encode())
    return f"{payload}.{key_id}.{_plain(signature)}"


def _plain(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
