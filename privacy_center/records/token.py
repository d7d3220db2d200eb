"""Tokens: what a machine shows at the door of the API, and what it may do there."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from privacy_center.records.rows import Row, moment, new_id


class Token(Row, table=True):
    """One token; of its secret only the digest is kept. Without purposes named it may ask about all of them.

    With `hashes` its holder may name people by a hash that only its own key makes (D29).
    """

    __tablename__ = "pc_token"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=64, unique=True)
    digest: str = Field(max_length=64, unique=True)
    scopes: list[str] = Field(default_factory=list, sa_type=JSON, nullable=False)
    purposes: list[str] = Field(default_factory=list, sa_type=JSON, nullable=False)
    hashes: bool = False
    created_at: datetime = moment()
    revoked_at: datetime | None = moment(nullable=True)
    used_on: date | None = None


class Alias(Row, table=True):
    """A fingerprint as one token's holder names it."""

    __tablename__ = "pc_alias"

    token_id: UUID = Field(foreign_key="pc_token.id", primary_key=True)
    hash: str = Field(primary_key=True, max_length=64)
    fingerprint_id: UUID = Field(foreign_key="pc_fingerprint.id", index=True)
