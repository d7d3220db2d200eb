"""Personal data at rest: AES-256-GCM with keys that rotate, and blind indexes to find it again."""

import hashlib
import hmac
import os
import unicodedata
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
"""Bytes of nonce, random for each sealing (NIST SP 800-38D 8.2.2)."""


class Unsealable(Exception):
    """No key opens this: it was sealed under a key that is gone, or for another place, or was changed."""


class Keyring:
    """Seals under the newest key and opens under any.

    A sealed value is `key id (1 byte) + nonce (12) + ciphertext and tag`. The place (column and row) is
    authenticated with it, so that a value copied into another row does not open there.
    """

    def __init__(self, data_keys: Sequence[bytes], index_key: bytes) -> None:
        self._keys = [(_key_id(key), AESGCM(key)) for key in data_keys]
        self._index_key = index_key

    def seal(self, text: str, *, place: str) -> bytes:
        """Encrypt a text for one place, like `identifier.value:<id>`."""
        return self.seal_bytes(text.encode(), place=place)

    def open(self, sealed: bytes, *, place: str) -> str:
        """Decrypt. Raises Unsealable."""
        return self.open_bytes(sealed, place=place).decode()

    def seal_bytes(self, data: bytes, *, place: str) -> bytes:
        """Encrypt bytes for one place."""
        key_id, cipher = self._keys[0]
        nonce = os.urandom(NONCE)
        return key_id + nonce + cipher.encrypt(nonce, data, place.encode())

    def open_bytes(self, sealed: bytes, *, place: str) -> bytes:
        """Decrypt bytes. Raises Unsealable."""
        key_id, nonce, rest = sealed[:1], sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
        for known, cipher in self._keys:
            if known == key_id:
                try:
                    return cipher.decrypt(nonce, rest, place.encode())
                except InvalidTag:
                    continue
        raise Unsealable(place)

    def index(self, kind: str, value: str) -> str:
        """The blind index of an identifier: finds it again, tells nothing without the key (64 hex digits)."""
        return hmac.new(self._index_key, f"{kind}:{normal(value)}".encode(), hashlib.sha256).hexdigest()


def commitment(salt: bytes, text: str) -> str:
    """What the trail holds of a text: keyed with the case's salt, empty of meaning once that is shredded (D19)."""
    return hmac.new(salt, text.encode(), hashlib.sha256).hexdigest()


def normal(value: str) -> str:
    """An identifier as it is compared: NFKC, trimmed, case folded."""
    return unicodedata.normalize("NFKC", value).strip().casefold()


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"key id" + key).digest()[:1]
