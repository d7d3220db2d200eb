"""Mandates: what somebody's agent showed for one choice that they made, or one request that they filed, in that
person's name."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from privacy_center.records.rows import Row, moment, new_id, sealed


class Mandate(Row, table=True):
    """One choice or request by an agent. It is forgotten with its case; a choice itself outlives it (D10).

    `said` holds, sealed, what the agent typed: their own name, and the permission's words where it is no file.
    `press` is the choice that it made, none where it opened a request; `form_key` makes one sending of one form unique.
    `shown` and `network` are keyed: by them acts are known to be of one hand (S5).
    """

    __tablename__ = "pc_mandate"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="pc_case.id", index=True)
    subject_id: UUID = Field(foreign_key="pc_identifier.id", index=True)
    file_id: UUID | None = Field(default=None, foreign_key="pc_package_file.id", index=True)
    press: str | None = Field(default=None, max_length=20)
    form_key: str | None = Field(default=None, max_length=64, unique=True)
    said: bytes = sealed()
    shown: str | None = Field(default=None, max_length=64)
    network: str | None = Field(default=None, max_length=64)
    created_at: datetime = moment()
