"""Schemas: what machines may send, field by field. What is not named here is refused (S34)."""

import re
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

MOST = 100
"""Identifiers in one call."""

HASH = re.compile(r"[0-9a-f]{64}")


def _clean(value: str) -> str:
    """A text that every database takes and that shows no control characters in a log."""
    if not value.isprintable():
        raise ValueError("may hold no control characters")
    return value


Word = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_clean)]
Purpose = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$", description="Its id in the installation file.")]
Place = Annotated[
    str, Field(max_length=16, pattern=r"^[A-Za-z0-9-]*$", description="ISO 3166, like DE or US-CA; left out: unknown.")
]


class Body(BaseModel):
    """Strict: no field too many, no number for a text. Made ready by its first use."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


class Reply(BaseModel):
    """What we answer. Described in `openapi.json`, and made ready only when somebody reads that."""

    model_config = ConfigDict(defer_build=True)


class Person(Body):
    """Somebody, by an identifier in clear or by a keyed hash of the token's own."""

    type: Literal["email", "phone", "customer", "device", "hash"]
    value: Annotated[str, Field(min_length=1, max_length=320, repr=False), AfterValidator(_clean)]

    @model_validator(mode="after")
    def _is_a_hash(self) -> Self:
        if self.type == "hash" and not HASH.fullmatch(self.value):
            raise ValueError("a hash is 64 small hexadecimal digits")
        return self


class Lookup(Body):
    """May something be done with these people's data?"""

    identifiers: Annotated[list[Person], Field(min_length=1, max_length=MOST)]
    purposes: Annotated[list[Purpose] | None, Field(min_length=1, max_length=64)] = None
    place: Place = ""
    under_16: Annotated[bool, Field(description="True where you know that they are.")] = False


class Evidence(Body):
    """What shows that a yes was meant (GDPR Art. 7(1); D5)."""

    notice_version: Word
    shown_at: Annotated[AwareDatetime, Field(strict=False)]
    given_at: Annotated[AwareDatetime, Field(strict=False)]
    signal: Annotated[bool, Field(description="Given while the browser sent Global Privacy Control.")] = False
    young: Annotated[Literal["", "own", "parent"], Field(description="By whom, for a person under 16.")] = ""


class Put(Body):
    """What people have chosen. A no acts at once; a yes is for one person and needs evidence."""

    identifiers: Annotated[list[Person], Field(min_length=1, max_length=MOST)]
    purposes: Annotated[list[Purpose] | None, Field(min_length=1, max_length=64)] = None
    choice: Literal["out", "in"]
    source: Literal["api", "signal", "agent"] = "api"
    place: Place = ""
    site: Annotated[str, Field(max_length=253, pattern=r"^[A-Za-z0-9.-]*$", description="The host it came from.")] = ""
    evidence: Evidence | None = None


class LinkWanted(Body):
    """Whose one-click unsubscribe, and from what."""

    identifier: Person
    purpose: Purpose


class Asked(Body):
    """After which change, and how many at most."""

    after: Annotated[int, Field(ge=0, lt=2**63)] = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 1000


SaidWord = Literal[
    "accepted",
    "in_progress",
    "on_hold",
    "completed",
    "no_data",
    "skipped",
    "needs_human",
    "reject_request",
    "failed",
]
Message = Annotated[str, Field(max_length=2000, repr=False, description="For your own logs: it is not kept.")]


class SaidOfOne(Body):
    """What a recipient says of one change."""

    id: Annotated[UUID, Field(strict=False, description="As it stood in the delivery.")]
    status: SaidWord
    message: Message = ""


class Callback(Body):
    """What a recipient says of a delivery: one word for all of it, or one for each change."""

    status: SaidWord | None = None
    message: Message = ""
    changes: Annotated[list[SaidOfOne] | None, Field(min_length=1, max_length=MOST)] = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.status is None) == (self.changes is None):
            raise ValueError("send status for all of it, or changes")
        if self.changes and len({change.id for change in self.changes}) < len(self.changes):
            raise ValueError("a change comes twice")
        return self


class Stands(Reply):
    """What stands of one change."""

    id: UUID
    status: Literal["waiting", "told", "confirmed", "no_data", "refused"]


class DeliveryStands(Reply):
    """What stands of a delivery now. What was confirmed or held nothing is never taken back."""

    delivery: UUID
    changes: list[Stands]


class Answer(Reply):
    """One answer. After `valid_until`, ask again or treat it as no."""

    allowed: bool
    reason: Literal["opted_out", "opted_in", "consent_needed", "under_16", "nothing_said"]
    basis: str
    valid_until: datetime
    ask_again: Annotated[str | None, Field(description="The first day to ask for a yes again.")] = None


class Answers(Reply):
    """For one person, by purpose."""

    purposes: dict[str, Answer]


class LookupAnswer(Reply):
    """In the order asked; nobody is named."""

    answers: list[Answers]


class SignedReceipt(Reply):
    """Where anybody can check it. The proof is the person's own: with it and their identifier it is theirs."""

    url: str
    proof: str | None


class Press(Reply):
    """What one report did. Null: what the signal asks for stood already."""

    press: str | None
    purposes: list[str]
    changed: Annotated[bool, Field(description="False: the same token had said the same, and nothing was written.")]
    receipt: Annotated[SignedReceipt | None, Field(description="Signed; to be handed on to the person.")]


class PutAnswer(Reply):
    """In the order of the identifiers."""

    choice: Literal["out", "in"]
    at: datetime
    presses: list[Press]


class Link(Reply):
    """The address of a one-click unsubscribe and the headers to put into the mail (RFC 8058)."""

    url: str
    headers: dict[str, str]


class Change(Reply):
    """One change, by this token's own hash."""

    number: int
    hash: str
    kind: Literal["email", "phone", "customer", "device"]
    purpose: str
    choice: Literal["out", "in", "undone"]
    at: datetime
    source: str


class Changes(Reply):
    """Changes in their order; ask `after` the `next` one."""

    changes: list[Change]
    next: int


class ProblemDetails(Reply):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = []
