"""Links and codes that prove a mailbox: signed, one salt and one lifetime per purpose, keys rotate."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email
from itsdangerous import BadData, URLSafeSerializer

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so that a reference can be read out on the phone."""


class Purpose(StrEnum):
    """What a link or code is for; one never opens what another is for."""

    verify = "verify"
    not_me = "not_me"
    undo = "undo"
    sign_in = "sign_in"
    fresh = "fresh"
    staff_invitation = "staff_invitation"
    staff_sign_in = "staff_sign_in"
    recipient = "recipient"
    recipient_code = "recipient_code"
    unsubscribe = "unsubscribe"
    notice = "notice"


# No lifetime for `unsubscribe`: an opt-out never expires (U14).
LIFETIMES = {
    Purpose.verify: timedelta(days=14),
    Purpose.not_me: timedelta(days=45),
    Purpose.undo: timedelta(days=30),
    Purpose.sign_in: timedelta(hours=1),
    Purpose.fresh: timedelta(minutes=30),
    Purpose.staff_invitation: timedelta(hours=72),
    Purpose.staff_sign_in: timedelta(minutes=30),
    Purpose.recipient: timedelta(days=45),
    Purpose.recipient_code: timedelta(minutes=30),
    Purpose.notice: timedelta(hours=1),
}


class LinkInvalid(Exception):
    """The link was not made here, or not for this."""


class Links:
    """Signs and reads links; the newest key signs, all keys verify."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        self._keys = tuple(secret_keys)

    def sign(self, purpose: Purpose, value: str) -> str:
        """A token that only `read` with the same purpose accepts."""
        return self._serializer(purpose).dumps(value)

    def read(self, purpose: Purpose, token: str) -> str:
        """The value inside a token. Raises LinkInvalid. Its lifetime is the challenge's, checked on reading."""
        try:
            value = self._serializer(purpose).loads(token)
        except BadData:
            raise LinkInvalid from None
        if not isinstance(value, str):
            raise LinkInvalid
        return value

    def move(self, known: Purpose, wanted: Purpose, token: str) -> str:
        """The same challenge's link for another purpose of the same mail. Raises LinkInvalid."""
        return self.sign(wanted, self.read(known, token))

    def code(self, challenge: str, attempt: int) -> str:
        """Six digits, derived and never stored: without the key a copy of the database proves nothing."""
        return self._code(self._keys[0], challenge, attempt)

    def code_matches(self, challenge: str, attempt: int, typed: str) -> bool:
        """Compare in constant time against every key."""
        digits = "".join(c for c in typed if c.isdecimal()).encode()
        codes = [self._code(key, challenge, attempt).encode() for key in self._keys]
        return any([hmac.compare_digest(code, digits) for code in codes])  # noqa: C419 (every key is tried: constant time)

    def seal(self, token: str, cookie: str) -> str:
        """Binds a page's button to the cookie that the page set: a scanner's bare POST confirms nothing."""
        return self._mac(self._keys[0], f"seal:{token}:{cookie}")

    def seal_matches(self, token: str, cookie: str, seal: str) -> bool:
        """Whether this seal was made for this page and this browser."""
        made = [self._mac(key, f"seal:{token}:{cookie}").encode() for key in self._keys]
        return bool(cookie) and any([hmac.compare_digest(mac, seal.encode()) for mac in made])  # noqa: C419 (constant time)

    def _serializer(self, purpose: Purpose) -> URLSafeSerializer:
        # itsdangerous signs with the last key of its list; ours are newest first.
        return URLSafeSerializer(
            list(reversed(self._keys)),
            salt=f"privacy-center {purpose}",
            signer_kwargs={"digest_method": hashlib.sha256},
        )

    def _code(self, key: str, challenge: str, attempt: int) -> str:
        number = int(self._mac(key, f"code:{challenge}:{attempt}"), 16) % 1_000_000
        return f"{number:06d}"

    @staticmethod
    def _mac(key: str, message: str) -> str:
        return hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()


REFERENCE = re.compile(r"PR(-[0-9A-HJKMNP-TV-Z]{4}){3}")
"""How a reference looks."""


def tidy_email(typed: str) -> str | None:
    """An address in its usual form, or None where it is none."""
    try:
        return validate_email(typed.strip(), check_deliverability=False, strict=True).normalized
    except EmailNotValidError:
        return None


def new_reference(prefix: str = "PR") -> str:
    """A public name, of a case unless another prefix is given: 60 random bits. It never opens anything by itself."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return f"{prefix}-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def tidy_reference(text: str) -> str:
    """What a person typed, as a reference: spaces and case do not matter, O reads as 0, I and L as 1."""
    plain = "".join(c for c in text.upper() if c.isascii() and c.isalnum())
    letters = "".join(c for c in plain.removeprefix("PR").translate(str.maketrans("OIL", "011")) if c in ALPHABET)[:12]
    return f"PR-{letters[:4]}-{letters[4:8]}-{letters[8:]}"
