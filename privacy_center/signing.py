"""Signatures that others can check without us: Ed25519, the newest key signs, all of them are published."""

import base64
import hashlib
from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Signer:
    """Signs under the newest seed; a key's id is the beginning of its public half's SHA-256 (16 hex digits)."""

    def __init__(self, seeds: Sequence[bytes]) -> None:
        self._private = [Ed25519PrivateKey.from_private_bytes(seed) for seed in seeds]
        self._public = {_key_id(_raw(key.public_key())): key.public_key() for key in self._private}

    def sign(self, message: bytes) -> tuple[str, bytes]:
        """The id of the key and its signature (64 bytes)."""
        newest = self._private[0]
        return _key_id(_raw(newest.public_key())), newest.sign(message)

    def verify(self, key_id: str, signature: bytes, message: bytes) -> bool:
        """Whether one of our keys has signed exactly this."""
        key = self._public.get(key_id)
        if key is None:
            return False
        return _verified(key, signature, message)

    def public_keys(self) -> dict[str, str]:
        """The public half of each key (base64 of 32 bytes) by its id, the newest first."""
        return {name: base64.b64encode(_raw(key)).decode() for name, key in self._public.items()}


def verified(public: str, signature: bytes, message: bytes) -> bool:
    """Whether this published key (base64 of 32 bytes), perhaps of years ago, has signed exactly this."""
    return _verified(Ed25519PublicKey.from_public_bytes(base64.b64decode(public)), signature, message)


def _verified(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _key_id(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]
