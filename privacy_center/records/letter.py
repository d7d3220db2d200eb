"""What we write to people: frozen as said, with what became of it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from privacy_center.records.rows import Row, facts, moment, new_id, sealed

UNSENT = text("delivery <> 'accepted'")
LOOSE = text("case_id IS NULL")
HELD = text("delivery = 'held'")


class Delivery(StrEnum):
    """Where a letter is: held until a digest tells of it, waiting for the postman, taken by the mail server, refused
    for good or come back, on paper until staff have sent it, or sent by post."""

    held = "held"
    queued = "queued"
    accepted = "accepted"
    refused = "refused"
    paper = "paper"
    posted = "posted"


class Letter(Row, table=True):
    """One letter. Its id is the job's key and the mail's Message-ID. Links and codes in it are still marks.

    `mailbox` is the blind index of a mailbox whose letters are held; `folded_into` the digest that told of this one.
    """

    __tablename__ = "pc_letter"
    __table_args__ = (
        Index("ix_pc_letter_unsent", "created_at", "id", sqlite_where=UNSENT, postgresql_where=UNSENT),
        Index("ix_pc_letter_held", "mailbox", "created_at", sqlite_where=HELD, postgresql_where=HELD),
        Index("ix_pc_letter_loose", "created_at", sqlite_where=LOOSE, postgresql_where=LOOSE),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID | None = Field(default=None, foreign_key="pc_case.id", index=True)
    kind: str = Field(max_length=32)
    language: str = Field(max_length=16)
    address: bytes = sealed()
    subject: bytes = sealed()
    body: bytes = sealed()
    challenges: dict[str, str] = facts()
    mailbox: str | None = Field(default=None, max_length=64)
    folded_into: UUID | None = Field(default=None, index=True)
    delivery: str = Field(default=Delivery.queued, max_length=16)
    attempts: int = 0
    error: str | None = Field(default=None, max_length=200)
    created_at: datetime = moment()
    next_try_at: datetime | None = moment(nullable=True)
    accepted_at: datetime | None = moment(nullable=True)
