"""The sealed answer: files that the requester fetches after a fresh code."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from privacy_center.records.rows import Row, moment, new_id, sealed

SEALED = text("destroyed_at IS NULL")


class PackageFile(Row, table=True):
    """One file of an answer. `content` is empty where the bytes lie in the folder of sealed files,
    and where they were destroyed.
    """

    __tablename__ = "pc_package_file"
    __table_args__ = (Index("ix_pc_package_file_expired", "expires_at", sqlite_where=SEALED, postgresql_where=SEALED),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="pc_case.id", index=True)
    name: bytes = sealed()
    size: int
    sha256: str = Field(max_length=64)
    content: bytes | None = sealed(nullable=True)
    created_at: datetime = moment()
    expires_at: datetime = moment()
    destroyed_at: datetime | None = moment(nullable=True)
