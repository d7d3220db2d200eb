"""Probes: test opt-outs that the house makes of itself, and what was found of each. Both are only added to (D28)."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from privacy_center.records.rows import Row, moment, new_id


class Path(StrEnum):
    """Which way of saying no a probe takes."""

    button = "button"
    signal = "signal"
    lookup = "lookup"
    site = "site"


class What(StrEnum):
    """What a finding is about: the press that was made, one recipient, one page of a site, or the whole probe."""

    filed = "filed"
    recipient = "recipient"
    page = "page"
    ended = "ended"


class Outcome(StrEnum):
    """What was found: it works, it does not, or one recipient of several had not answered when all was judged."""

    proved = "proved"
    failing = "failing"
    waiting = "waiting"


class Probe(Row, table=True):
    """One probe, committed before anything is filed; `event` is the number of its commitment in the house's trail.

    `fingerprint_id` is the invented identity that says no. Triggers refuse UPDATE and DELETE, and a row whose identity
    is older than the row or has said anything: nobody's choice can be made a probe afterwards (D28).
    """

    __tablename__ = "pc_probe"
    __table_args__ = (Index("ix_pc_probe_committed_at", "committed_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    path: str = Field(max_length=8)
    subject: str = Field(default="", max_length=253)
    fingerprint_id: UUID | None = Field(default=None, foreign_key="pc_fingerprint.id", unique=True)
    event: int
    committed_at: datetime = moment()


class Finding(Row, table=True):
    """One line of a probe's ledger. `path` is the probe's; `subject` names the press, recipient, page or site."""

    __tablename__ = "pc_probe_finding"
    __table_args__ = (
        Index("ix_pc_probe_finding_probe_id", "probe_id", "what"),
        Index("ix_pc_probe_finding_ended", "what", "at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    probe_id: UUID = Field(foreign_key="pc_probe.id")
    path: str = Field(max_length=8)
    what: str = Field(max_length=12)
    subject: str = Field(default="", max_length=300)
    outcome: str = Field(max_length=8)
    words: str = Field(default="", max_length=400)
    told: int | None = None
    confirmed: int | None = None
    cookies: int | None = None
    third_parties: int | None = None
    at: datetime = moment()
