"""Choices: who said no or yes to what, when, and how it reached us. A history that is only added to."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, Integer
from sqlmodel import Field

from privacy_center.records.rows import Row, moment, new_id, sealed

COUNTED = BigInteger().with_variant(Integer, "sqlite")


class Choice(StrEnum):
    """What somebody said: no, yes, or that what stood here before was an error and says nothing any more."""

    out = "out"
    in_ = "in"
    undone = "undone"


class Source(StrEnum):
    """By which way a choice came. All of them write the same history (L8)."""

    button = "button"
    signal = "signal"
    mail_link = "mail_link"
    one_click = "one_click"
    agent = "agent"
    api = "api"
    staff = "staff"
    correction = "correction"


class Fingerprint(Row, table=True):
    """An identity without its name: a keyed digest by which a choice is found again, and no more (D10).

    `digest` is the identifier's own SHA-256, sealed: from it the keyed hash of each recipient is made (D7, D29).
    """

    __tablename__ = "pc_fingerprint"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str = Field(max_length=16)
    key_id: str = Field(max_length=8)
    index: str = Field(max_length=64, unique=True)
    digest: bytes = sealed()
    created_at: datetime = moment()


class FingerprintKey(Row, table=True):
    """A key that has made fingerprints. One that is lost is missed at the next start, not when somebody is sold."""

    __tablename__ = "pc_fingerprint_key"

    key_id: str = Field(primary_key=True, max_length=8)
    created_at: datetime = moment()


class Preference(Row, table=True):
    """One choice about one purpose. Triggers refuse UPDATE and DELETE; the present state is the newest row.

    Without a fingerprint it was made for one browser, which keeps it by itself (D6). `press` is what the receipt names.
    """

    __tablename__ = "pc_preference"
    __table_args__ = (
        Index("ix_pc_preference_state", "fingerprint_id", "purpose", "number"),
        Index("ix_pc_preference_press", "press"),
    )

    number: int | None = Field(default=None, primary_key=True, sa_type=COUNTED)
    fingerprint_id: UUID | None = Field(default=None, foreign_key="pc_fingerprint.id")
    press: str = Field(max_length=20)
    purpose: str = Field(max_length=32)
    choice: str = Field(max_length=8)
    source: str = Field(max_length=16)
    regime: str = Field(max_length=120)
    notice_version: str = Field(max_length=32)
    at: datetime = moment()
    facts: dict[str, "str | int | bool | None"] = Field(default_factory=dict, sa_type=JSON, nullable=False)


class Correction(Row, table=True):
    """A doubt about one row of the history: one member of staff states it, another decides."""

    __tablename__ = "pc_correction"
    __table_args__ = (Index("ix_pc_correction_fingerprint", "fingerprint_id", "asked_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    fingerprint_id: UUID = Field(foreign_key="pc_fingerprint.id")
    purpose: str = Field(max_length=32)
    number: int = Field(foreign_key="pc_preference.number", sa_type=COUNTED)
    reason: bytes = sealed()
    asked_by: UUID = Field(foreign_key="pc_staff.id")
    asked_at: datetime = moment()
    decided_by: UUID | None = Field(default=None, foreign_key="pc_staff.id")
    decided_at: datetime | None = moment(nullable=True)
    agreed: bool | None = None
