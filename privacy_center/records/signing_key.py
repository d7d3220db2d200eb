"""Signing keys: the public half of every key that has signed for this house, for as long as its receipts are around."""

from datetime import datetime

from sqlmodel import Field

from privacy_center.records.rows import Row, moment


class SigningKey(Row, table=True):
    """One key. `until` is the moment since which another one signs; the private half is never here."""

    __tablename__ = "pc_signing_key"

    key_id: str = Field(primary_key=True, max_length=16)
    public: str = Field(max_length=44)
    first_seen_at: datetime = moment()
    until: datetime | None = moment(nullable=True)
