"""A question that only the owner of a mailbox can answer: one link, one code, one purpose."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from privacy_center.records.rows import Row, moment, new_id

LOOSE = text("case_id IS NULL")


class Challenge(Row, table=True):
    """Proves a mailbox once. The code is derived from id and attempt; a new attempt kills the old code."""

    __tablename__ = "pc_challenge"
    __table_args__ = (Index("ix_pc_challenge_loose", "expires_at", sqlite_where=LOOSE, postgresql_where=LOOSE),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    purpose: str = Field(max_length=24)
    index: str = Field(max_length=64, index=True)
    case_id: UUID | None = Field(default=None, foreign_key="pc_case.id", index=True)
    staff_id: UUID | None = Field(default=None, foreign_key="pc_staff.id", index=True)
    attempt: int = 1
    tries: int = 0
    mailed: bool = False
    created_at: datetime = moment()
    sent_at: datetime = moment()
    expires_at: datetime = moment()
    used_at: datetime | None = moment(nullable=True)
