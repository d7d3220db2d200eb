"""Checks a choice that the privacy center hands to a site of another domain, in the parameter `privacy_choice`.

Needs `cryptography`. Fetch the keys once an hour from https://YOUR-CENTER/.well-known/privacy-center-keys.json
"""

import base64
import json
import time
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIGNED = b"privacy-center handoff 1\n"


def refused(token: str, host: str, keys: dict[str, Any], now: float | None = None) -> set[str]:
    """The purposes refused, or nothing where the token is forged, too old, or meant for another host."""
    try:
        payload, key_id, signature = token.split(".")
        public = next(key["public"] for key in keys["keys"] if key["id"] == key_id)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public))
        key.verify(_raw(signature), SIGNED + payload.encode())
        said = json.loads(_raw(payload))
    except (ValueError, StopIteration, InvalidSignature):
        return set()
    if said["host"] != host or not said["at"] - 60 <= (now or time.time()) < said["until"]:
        return set()
    return {purpose for purpose, choice in said["choices"].items() if choice == "out"}


def _raw(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
