"""The sealed answer: files that the requester fetches after a fresh code."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from privacy_center.records.rows import moment, new_id, sealed


class PackageFile(SQLModel, table=True):
    """One file of an answer. `content` is empty where the bytes lie in the folder of sealed files."""

    __tablename__ = "pc_package_file"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="pc_case.id", index=True)
    name: bytes = sealed()
    size: int
    sha256: str = Field(max_length=64)
    content: bytes | None = sealed(nullable=True)
    created_at: datetime = moment()
    expires_at: datetime = moment()
