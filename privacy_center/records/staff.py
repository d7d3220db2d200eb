"""Those who answer."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from privacy_center.records.rows import Row, moment, new_id, sealed


class Staff(Row, table=True):
    """A member of staff and their role; revoked, never deleted, for the trail names them.

    `email_index` is that of a requester with the same address: nobody handles a case of their own (D21).
    """

    __tablename__ = "pc_staff"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    email: bytes = sealed()
    email_index: str = Field(max_length=64, unique=True)
    role: str = Field(max_length=16)
    created_at: datetime = moment()
    joined_at: datetime | None = moment(nullable=True)
    revoked_at: datetime | None = moment(nullable=True)
