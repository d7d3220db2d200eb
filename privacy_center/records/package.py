"""Sealed files: of an answer, which the requester fetches after a fresh code, and the permissions that agents show."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from privacy_center.records.rows import Row, moment, new_id, sealed

SEALED = text("destroyed_at IS NULL")


class PackageFile(Row, table=True):
    """One file. `content` is empty where the bytes lie in the folder of sealed files, and where they were destroyed.

    Without an end of its own (`expires_at`) it belongs to no answer: a permission goes with its case.
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
    expires_at: datetime | None = moment(nullable=True)
    destroyed_at: datetime | None = moment(nullable=True)
