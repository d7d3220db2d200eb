"""Who asks: identifiers, each with what is proved of it, and the words they gave us, all sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from privacy_center.records.rows import Row, facts, moment, new_id, sealed


class Identifier(Row, table=True):
    """One way by which a person is known. Proof belongs to this row alone (S33)."""

    __tablename__ = "pc_identifier"
    __table_args__ = (Index("ix_pc_identifier_index", "index", "created_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="pc_case.id", index=True)
    kind: str = Field(max_length=16)
    value: bytes = sealed()
    index: str = Field(max_length=64)
    created_at: datetime = moment()
    proved_at: datetime | None = moment(nullable=True)
    matched_at: datetime | None = moment(nullable=True)
    match: dict[str, str | int | bool] = facts()


class Text(Row, table=True):
    """Free words of a requester or of staff. The trail holds only their commitment (D19)."""

    __tablename__ = "pc_text"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="pc_case.id", index=True)
    kind: str = Field(max_length=64)
    role: str = Field(max_length=16)
    staff_id: UUID | None = Field(default=None, foreign_key="pc_staff.id")
    value: bytes = sealed()
    created_at: datetime = moment()
