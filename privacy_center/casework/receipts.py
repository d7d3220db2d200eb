"""Receipts that prove themselves: what reached us and when, signed, naming nobody (D15).

Not to be confused with `receipt`, which moves the day from which the dates of a case count. A receipt is one line:
`PCR1.<what it says>.<key>.<signature>`, in capital letters and digits, which no mail program breaks and which make a
smaller picture. Nothing of it is stored, and no case is needed to check it: it holds when the case is long forgotten.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from privacy_center import signing
from privacy_center.casework import receipt_words, signing_keys
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.receipt_words import Said
from privacy_center.casework.work import House, Work
from privacy_center.catalogues import ENGLISH, Catalogue
from privacy_center.law.clock import Clock
from privacy_center.phrases import Phrase
from privacy_center.records.case import Case
from privacy_center.records.preference import Choice, Source
from privacy_center.records.signing_key import SigningKey

MARK = "PCR1"
"""What a receipt begins with: nothing else that this house signs begins so."""

SALT = 16
LONGEST = 3000
"""Characters, far more than any receipt of ours has."""

LINE = re.compile(rf"({MARK}\.([A-Z2-7]{{8,{LONGEST}}}))\.([0-9A-F]{{16}})\.([A-Z2-7]{{103}})")
BROKEN = re.compile(r"[\s>]+")
"""What a mail program puts into a long line."""

PROOF = re.compile(r"Proof:([A-Z2-7]{26})")
FREE = "none asked, none needed"
"""The assurance of what only protects (D3)."""

UNREADABLE = Phrase("This is no receipt, or a part of it is missing. Paste the whole of it, from PCR1 to its end.")
FOREIGN = Phrase("This receipt was not signed here: none of our keys, of now or of the past, is the one that it names.")
CHANGED = Phrase("This receipt was changed after it was signed. It proves nothing.")


class Press(Protocol):
    """What a receipt tells of a press: a `preferences.Pressed`, which this room may not know by name, since letters
    have receipts in them and choices write letters."""

    @property
    def press(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def choice(self) -> Choice: ...
    @property
    def source(self) -> Source: ...
    @property
    def purposes(self) -> tuple[str, ...]: ...
    @property
    def identity(self) -> bool: ...


class NotGenuine(Exception):
    """This is no receipt of ours; `why` says it in words for people."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as a person gets it. `proof` is the salt, for them alone: with it and their address they can show
    that it is theirs; without it nobody can tell whose it is."""

    house: House = field(repr=False)
    compact: str
    said: Said
    proof: str = field(default="", repr=False)

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """What it says, in words."""
        return receipt_words.lines(self.house, self.said)

    @property
    def address(self) -> str:
        """Where anybody can check it."""
        return f"{self.house.base_url}{self.path}"

    @property
    def path(self) -> str:
        """The page that checks it."""
        return f"/receipts/{self.compact}"

    @property
    def text(self) -> str:
        """The whole of it as plain text, to be kept anywhere."""
        return self.text_in(ENGLISH)

    def text_in(self, tongue: Catalogue) -> str:
        """The same in a language. The last two lines are alike in all: machines and our own page look for them."""
        told = [f"{tongue.say(title)}: {tongue.say(words)}" for title, words in self.lines]
        proof = [f"Proof: {self.proof}"] if self.proof else []
        return "\n".join([tongue.one("RECEIPT"), "", *told, "", f"Receipt: {self.address}", *proof]) + "\n"


@dataclass(frozen=True, slots=True)
class Checked:
    """A receipt that we have signed, with the key."""

    receipt: Receipt
    key: SigningKey


def issue(house: House, said: Said, *, digest: str | None) -> Receipt:
    """Sign a receipt. `digest` is the identifier's own; without one it is about nobody but this browser."""
    salt = os.urandom(SALT)
    if digest is not None:
        said = {**said, "person": committed(salt, digest)}
    body = f"{MARK}.{_letters(canonical(said))}"
    key_id, signature = house.signer.sign(body.encode())
    compact = f"{body}.{key_id.upper()}.{_letters(signature)}"
    return Receipt(house, compact, said, _letters(salt) if digest is not None else "")


def canonical(said: Said) -> bytes:
    """The same bytes for the same content."""
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def committed(salt: bytes, digest: str) -> str:
    """The commitment to an identity: without the salt it fits everybody alike (D19)."""
    return hmac.new(salt, digest.encode(), hashlib.sha256).hexdigest()


def of_press(work: Work, pressed: Press, identity: Identity | None = None) -> Receipt:
    """The receipt of one press."""
    house = work.house
    offers = [house.offers[name] for name in pressed.purposes]
    laws = {name for offer in offers for name in offer.laws}
    rules = {(offer.kind.name, offer.kind.digest) for offer in offers}
    rules |= {(name, house.library.regimes[name].digest) for name in laws}
    proved = pressed.choice != Choice.out and identity is not None and identity.proved
    said: Said = {
        "about": "choice",
        "assurance": "mailbox proved in that session" if proved else FREE,
        "at": _second(pressed.at),
        "by": house.base_url,
        "choice": pressed.choice.value,
        "edition": edition(rules),
        "notice": house.installation.notice_version,
        "purposes": list(pressed.purposes),
        "ref": pressed.press,
        "scope": "identity" if pressed.identity else "browser",
        "way": pressed.source.value,
    }
    return issue(house, said, digest=identity.digest if identity is not None else None)


def of_case(work: Work, case: Case, clock: Clock, *, digest: str, protective: bool) -> Receipt:
    """The receipt of a request just opened: an aim and a limit, and the law's edition that governs it for good."""
    rules = {(law["regime"], law["digest"]) for law in case.laws} | {("workflow", case.workflow_digest)}
    said: Said = {
        "about": "request",
        "aim": clock.current.target.isoformat(),
        "assurance": FREE if protective else "mailbox not yet confirmed",
        "at": _second(case.received_at),
        "by": work.house.base_url,
        "edition": edition(rules),
        "laws": [law["regime"] for law in case.laws if law["for"] == "answer"],
        "limit": clock.current.legal.isoformat(),
        "notice": case.notice_version,
        "ref": case.reference,
        "right": case.right,
    }
    return issue(work.house, said, digest=digest)


def edition(rules: Iterable[tuple[str, str]]) -> str:
    """One digest over the texts that govern: SHA-256 of the sorted lines `name digest`."""
    return hashlib.sha256("".join(f"{name} {digest}\n" for name, digest in sorted(rules)).encode()).hexdigest()


def found(text: str) -> tuple[str, str]:
    """The receipt and the proof in what somebody pasted: a letter, a file, an address. Raises NotGenuine."""
    plain = BROKEN.sub("", text)
    line = LINE.search(plain)
    if line is None:
        raise NotGenuine(UNREADABLE)
    proof = PROOF.search(plain)
    return line[0], proof[1] if proof else ""


async def check(work: Work, compact: str) -> Checked:
    """Whether we have signed exactly this. It looks at no case, so it tells nothing of any (D15). Raises NotGenuine."""
    line = LINE.fullmatch(compact) if len(compact) <= LONGEST else None
    if line is None:
        raise NotGenuine(UNREADABLE)
    body, payload, key_id, signature = line.groups()
    key = await signing_keys.one(work, key_id.lower())
    if key is None:
        raise NotGenuine(FOREIGN)
    if not signing.verified(key.public, _bytes(signature), body.encode()):
        raise NotGenuine(CHANGED)
    return Checked(Receipt(work.house, compact, read(payload)), key)


def read(payload: str) -> Said:
    """What a receipt says, whoever has signed it. Raises NotGenuine."""
    try:
        said = json.loads(_bytes(payload))
    except ValueError:
        raise NotGenuine(UNREADABLE) from None
    if not isinstance(said, Mapping):
        raise NotGenuine(UNREADABLE)
    return said


def is_for(said: Said, proof: str, identity: Identity) -> bool:
    """Whether it was given to this identity: only its owner's copy has the proof."""
    person = said.get("person", "")
    return isinstance(person, str) and hmac.compare_digest(committed(_bytes(proof), identity.digest), person)


def in_words(house: House, words: str) -> Receipt:
    """The receipt that stands in a letter of our own. Raises NotGenuine."""
    compact, proof = found(words)
    return Receipt(house, compact, read(compact.split(".")[1]), proof)


def _letters(value: bytes) -> str:
    return base64.b32encode(value).decode().rstrip("=")


def _bytes(letters: str) -> bytes:
    """The only spelling of these bytes; any other is a change. Raises NotGenuine."""
    try:
        value = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except binascii.Error:
        raise NotGenuine(CHANGED) from None
    if _letters(value) != letters:
        raise NotGenuine(CHANGED)
    return value


def _second(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
