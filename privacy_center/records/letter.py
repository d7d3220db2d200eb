"""What we write to people: frozen as said, with what became of it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from privacy_center.records.rows import facts, moment, new_id, sealed

UNSENT = text("delivery <> 'accepted'")
LOOSE = text("case_id IS NULL")


class Delivery(StrEnum):
    """Where a letter is: waiting for the postman, taken by the mail server, or refused for good."""

    queued = "queued"
    accepted = "accepted"
    refused = "refused"


class Letter(SQLModel, table=True):
    """One letter. Its id is the job's key and the mail's Message-ID. Links and codes in it are still marks."""

    __tablename__ = "pc_letter"
    __table_args__ = (
        Index("ix_pc_letter_unsent", "created_at", "id", sqlite_where=UNSENT, postgresql_where=UNSENT),
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
    delivery: str = Field(default=Delivery.queued, max_length=16)
    attempts: int = 0
    error: str | None = Field(default=None, max_length=200)
    created_at: datetime = moment()
    next_try_at: datetime | None = moment(nullable=True)
    accepted_at: datetime | None = moment(nullable=True)
