"""What has happened: append-only, chained, without personal data."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, Index
from sqlmodel import Field

from privacy_center.records.rows import Row, moment


class Link(Row):
    """What every link of a chain holds. Triggers refuse UPDATE and DELETE."""

    number: int = Field(primary_key=True)
    step: str = Field(max_length=32)
    role: str = Field(max_length=16)
    actor: str | None = Field(default=None, max_length=36)
    at: datetime = moment()
    facts: dict[str, "str | int | bool | None"] = Field(default_factory=dict, sa_type=JSON, nullable=False)
    previous: str = Field(max_length=64)
    digest: str = Field(max_length=64)


class Event(Link, table=True):
    """One link of a case's chain."""

    __tablename__ = "pc_event"
    __table_args__ = (Index("ix_pc_event_chain", "case_id", "number"), Index("ix_pc_event_at", "at"))

    case_id: UUID = Field(foreign_key="pc_case.id", primary_key=True)


class HouseEvent(Link, table=True):
    """One link of the house's own chain: who was invited, who joined, whose access ended."""

    __tablename__ = "pc_house_event"
