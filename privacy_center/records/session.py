"""Who is signed in: a random id, stored as its digest, with an end."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from privacy_center.records.rows import Row, moment


class Session(Row, table=True):
    """A requester's or a member of staff's visit. Revoked by deleting the row."""

    __tablename__ = "pc_session"

    id: str = Field(primary_key=True, max_length=64)
    staff_id: UUID | None = Field(default=None, foreign_key="pc_staff.id", index=True)
    case_id: UUID | None = Field(default=None, foreign_key="pc_case.id", index=True)
    index: str | None = Field(default=None, max_length=64)
    created_at: datetime = moment()
    seen_at: datetime = moment()
    fresh_at: datetime | None = moment(nullable=True)
    fresh_for: UUID | None = None
    expires_at: datetime = moment(index=True)
