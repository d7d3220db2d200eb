"""Telling: who else has to hear of a choice or a request, whether they did, and what they said."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Index, text
from sqlmodel import Field

from privacy_center.records.rows import Row, moment, new_id, sealed

UNSENT = text("delivery_id IS NULL")
OPEN = text("answered_at IS NULL")
HOPED = text("mailbox IS NOT NULL")
"""Lines whose person we could still write to, should the recipient stay silent."""


class Answer(StrEnum):
    """What a recipient has said of one telling: nothing yet, that it heard, that it is done, that it knows nobody such,
    or no. That it is late is read from the dates, never stored."""

    waiting = "waiting"
    told = "told"
    confirmed = "confirmed"
    no_data = "no_data"
    refused = "refused"


class Telling(Row, table=True):
    """One line of the ledger: one recipient and one event. It names a press or a case, never a person.

    `mailbox` is the address that was typed with a choice, sealed, and gone once the recipient has answered: if it stays
    silent the person must hear of it.
    """

    __tablename__ = "pc_telling"
    __table_args__ = (
        Index("ix_pc_telling_unsent", "recipient", "id", sqlite_where=UNSENT, postgresql_where=UNSENT),
        Index("ix_pc_telling_open", "due_by", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_pc_telling_recipient", "recipient", "answer", "due_by", "id"),
        Index("ix_pc_telling_mailbox", "recipient", "due_by", "id", sqlite_where=HOPED, postgresql_where=HOPED),
        Index("ix_pc_telling_press", "press"),
        Index("ix_pc_telling_late_case_id", "late_case_id"),
        Index("ix_pc_telling_case_id", "case_id"),
        Index("ix_pc_telling_delivery_id", "delivery_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    recipient: str = Field(max_length=32)
    press: str | None = Field(default=None, max_length=20)
    fingerprint_id: UUID | None = Field(default=None, foreign_key="pc_fingerprint.id")
    case_id: UUID | None = Field(default=None, foreign_key="pc_case.id")
    what: dict[str, str] = Field(default_factory=dict, sa_type=JSON, nullable=False)
    delivery_id: UUID | None = Field(default=None, foreign_key="pc_delivery.id")
    answer: str = Field(default=Answer.waiting, max_length=12)
    due_by: date
    created_at: datetime = moment()
    told_at: datetime | None = moment(nullable=True)
    answered_at: datetime | None = moment(nullable=True)
    late_case_id: UUID | None = Field(default=None, foreign_key="pc_case.id")
    mailbox: bytes | None = sealed(nullable=True)


class Delivery(Row, table=True):
    """Many tellings of one recipient, sent together. Its id is the webhook's id and the job's key (D16).

    `challenge_id` is behind the link of the mail to a recipient without an address for calls, `answered_by` is who
    confirmed it there.
    """

    __tablename__ = "pc_delivery"
    __table_args__ = (Index("ix_pc_delivery_recipient", "recipient", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    recipient: str = Field(max_length=32)
    attempts: int = 0
    status: str = Field(default="queued", max_length=12)
    error: str | None = Field(default=None, max_length=200)
    created_at: datetime = moment()
    next_try_at: datetime | None = moment(nullable=True)
    ended_at: datetime | None = moment(nullable=True)
    challenge_id: UUID | None = Field(default=None, index=True)
    answered_by: bytes | None = sealed(nullable=True)


class Silenced(Row, table=True):
    """A recipient that is not called until staff have looked: its address is gone, or refuses us."""

    __tablename__ = "pc_silenced"

    recipient: str = Field(primary_key=True, max_length=32)
    why: str = Field(max_length=200)
    since: datetime = moment()
