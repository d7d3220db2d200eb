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

    def __init__(self, data_keys: Sequence[bytes], index_key: bytes, *, newer: Sequence[bytes] = ()) -> None:
        self._keys = [(_key_id(key), AESGCM(key)) for key in data_keys]
        self._index_key = index_key
        made = [hmac.digest(key, b"privacy-center fingerprints", hashlib.sha256) for key in (*newer, index_key)]
        self._fingerprint_keys = {_key_id(key).hex(): key for key in made}

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
        return self.open_with(sealed, place=place)[1]

    def open_with(self, sealed: bytes, *, place: str) -> tuple[int, bytes]:
        """Decrypt, and say with which key: 0 is the newest. Raises Unsealable.

        Two keys may have the same id of one byte; the tag tells which of them it was.
        """
        key_id, nonce, rest = sealed[:1], sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
        for number, (known, cipher) in enumerate(self._keys):
            if known == key_id:
                try:
                    return number, cipher.decrypt(nonce, rest, place.encode())
                except InvalidTag:
                    continue
        raise Unsealable(place)

    @property
    def count(self) -> int:
        """How many keys there are."""
        return len(self._keys)

    @property
    def newest_id(self) -> bytes | None:
        """The first byte of all that the newest key sealed, or None where an older key has the same id."""
        newest = self._keys[0][0]
        return None if any(known == newest for known, _ in self._keys[1:]) else newest

    def index(self, kind: str, value: str) -> str:
        """The blind index of an identifier: finds it again, tells nothing without the key (64 hex digits)."""
        return hmac.new(self._index_key, f"{kind}:{normal(value)}".encode(), hashlib.sha256).hexdigest()

    def fingerprints(self, digest: str) -> dict[str, str]:
        """The fingerprints of an identifier's digest, by the id of the key that made it, the newest first (D10)."""
        return {
            name: hmac.new(key, digest.encode(), hashlib.sha256).hexdigest()
            for name, key in self._fingerprint_keys.items()
        }

    def derived(self, name: str) -> bytes:
        """A key of its own for a named use (32 bytes), so that what leaves the house never carries the index key."""
        return hmac.digest(self._index_key, f"privacy-center {name}".encode(), hashlib.sha256)


def commitment(salt: bytes, text: str) -> str:
    """What the trail holds of a text: keyed with the case's salt, empty of meaning once that is shredded (D19)."""
    return hmac.new(salt, text.encode(), hashlib.sha256).hexdigest()


def identity_digest(kind: str, value: str) -> str:
    """SHA-256 of an identifier in its usual form: what a recipient can make as well, and never stored in clear."""
    return hashlib.sha256(f"{kind}:{normal(value)}".encode()).hexdigest()


def normal(value: str) -> str:
    """An identifier as it is compared: NFKC, trimmed, case folded."""
    return unicodedata.normalize("NFKC", value).strip().casefold()


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"key id" + key).digest()[:1]
