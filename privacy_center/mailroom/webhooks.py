"""Webhooks: calls that the other side can check, and answers that we can read (Standard Webhooks 1.0.0).

What is signed is `id.timestamp.body`, to the byte: who knows no secret can neither make up a call nor change one, and
an old one that is sent again is too old (S19).
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

from privacy_center.mailroom.outbound import Answer

PAUSES = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
"""Seconds between one try and the next, as Standard Webhooks gives them; the last one for ever."""

DAY = 86400
"""Seconds that a Retry-After may ask for at most."""

TOLERANCE = 300
"""Seconds that a call may be old, or ahead of our clock."""

SECRET = range(24, 65)
"""Bytes that a secret may have."""

SECONDS = re.compile(r"[0-9]{1,12}")

SLOW_DOWN = frozenset({408, 425, 429})
DENIED = frozenset({401, 403})
GONE, NOTHING = 410, 204


class Became(StrEnum):
    """What became of a call."""

    done = "done"
    nothing_held = "nothing_held"
    accepted = "accepted"
    refused = "refused"
    again = "again"
    gone = "gone"
    unauthorised = "unauthorised"


STATUSES: Mapping[str, tuple[Became, str]] = {
    "accepted": (Became.accepted, "it will answer later"),
    "in_progress": (Became.accepted, "it is at work"),
    "on_hold": (Became.accepted, "it has put the matter on hold"),
    "completed": (Became.done, "done"),
    "no_data": (Became.nothing_held, "it holds nothing"),
    "skipped": (Became.refused, "it skipped the matter"),
    "needs_human": (Became.refused, "it needs a person to look"),
    "reject_request": (Became.refused, "it rejects the matter"),
    "failed": (Became.refused, "it failed"),
}
"""How each word of an answer's `status` is read. What only waits for the other side is accepted and grows late in
sight of staff; what waits for us is refused, so that staff look."""


class Forged(Exception):
    """This call was not made by who knows the secret, or not now. `why` quotes nothing."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an answer is read. `why` is in our words, never in theirs; `pause` are seconds that they asked for, or 0."""

    became: Became
    why: str
    pause: float = 0


def secret(raw: bytes) -> str:
    """A secret as the other side is given it: `whsec_` and base64. Raises ValueError where it is too short or long."""
    if len(raw) not in SECRET:
        raise ValueError(f"a secret has {SECRET.start} to {SECRET.stop - 1} bytes")
    return "whsec_" + base64.b64encode(raw).decode()


def headers(message_id: str, at: datetime, body: bytes, secrets: Sequence[bytes]) -> dict[str, str]:
    """The headers of one try: signed under each secret, so that the other side may change over in its own time.

    `message_id` stays the same at every try, `at` is the moment of this one.
    """
    if not message_id or "." in message_id:
        raise ValueError("an id must not have a dot: it would move the border of what is signed")
    timestamp = str(int(at.timestamp()))
    return {
        "content-type": "application/json",
        "user-agent": "privacy-center",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(each, message_id, timestamp, body) for each in secrets),
    }


def verify(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes], now: datetime, tolerance: float = TOLERANCE
) -> None:
    """Check a call that came to us. Raises Forged. Whether its id was there before is the caller's business."""
    given = {name.lower(): value for name, value in headers.items()}
    message_id, timestamp, signatures = (given.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not message_id or not timestamp or not signatures:
        raise Forged("a header is missing")
    if "." in message_id or not SECONDS.fullmatch(timestamp):
        raise Forged("a header cannot be read")
    if abs(now.timestamp() - int(timestamp)) > tolerance:
        raise Forged("it is too old, or ahead of its time")
    wanted = [_signature(each, message_id, timestamp, body).encode() for each in secrets]
    offered = [each.encode() for each in signatures.split(" ")]
    # All are compared, each in constant time: how long it takes tells nothing about which was nearly right.
    if not sum(hmac.compare_digest(ours, theirs) for ours in wanted for theirs in offered):
        raise Forged("no signature fits")


def read(answer: Answer, *, now: datetime) -> Outcome:
    """How an answer is read, whatever it says; never raises. Nothing but a clear word counts as done."""
    status = answer.status
    if status == NOTHING:
        return Outcome(*STATUSES["no_data"])
    if 200 <= status < 300:
        return _by_body(answer.body)
    if status == GONE:
        return Outcome(Became.gone, "its address is gone for good (410)")
    if status in DENIED:
        return Outcome(Became.unauthorised, f"it does not let us in ({status})")
    if status in SLOW_DOWN or 500 <= status < 600:
        return Outcome(Became.again, f"it cannot answer now ({status})", _pause(answer, now))
    # A redirect is a failure, too: a signed call goes where the operator said, or nowhere.
    return Outcome(Became.refused, f"it answered {status}")


def _signature(raw: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    digest = hmac.digest(raw, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(digest).decode()


def _by_body(body: bytes) -> Outcome:
    """What a good status means. A body that says nothing we know means that the call was heard, and no more."""
    if not body.strip():
        return Outcome(*STATUSES["accepted"])
    try:
        said = json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return Outcome(Became.accepted, "it heard us; what it says cannot be read")
    word = said.get("status") if isinstance(said, dict) else None
    if isinstance(word, str) and word in STATUSES:
        return Outcome(*STATUSES[word])
    return Outcome(Became.accepted, "it heard us and says no word that we know")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object. One that says a thing twice may mean either. Raises ValueError."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key comes twice")
    return found


def _pause(answer: Answer, now: datetime) -> float:
    """The seconds that Retry-After asks for, as a number or a date (RFC 9110 10.2.3), within a day."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return min(int(said[:12]), DAY)
    try:
        at = parsedate_to_datetime(said)
        seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now.timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0
    return min(max(seconds, 0), DAY)
