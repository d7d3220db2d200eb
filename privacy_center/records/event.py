"""What has happened: append-only, chained, without personal data."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from privacy_center.records.rows import moment


class Event(SQLModel, table=True):
    """One link of a case's chain. Triggers refuse UPDATE and DELETE."""

    __tablename__ = "pc_event"

    case_id: UUID = Field(foreign_key="pc_case.id", primary_key=True)
    number: int = Field(primary_key=True)
    step: str = Field(max_length=32)
    role: str = Field(max_length=16)
    actor: str | None = Field(default=None, max_length=36)
    at: datetime = moment()
    facts: dict[str, "str | int | bool | None"] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    previous: str = Field(max_length=64)
    digest: str = Field(max_length=64)
