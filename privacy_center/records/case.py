"""Our handling of one request: where it stands, how it ended, when time next matters."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, text
from sqlalchemy.orm import declared_attr
from sqlmodel import Field

from privacy_center.records.rows import Row, moment, new_id, sealed

OPEN = text("closed_at IS NULL")
HELD = text("closed_at IS NULL AND held")
UNDATED = text("closed_at IS NOT NULL AND forget_at IS NULL AND forgotten_at IS NULL")
LEGAL_HOLD = text("legal_hold_at IS NOT NULL")
RESTRICTED = text("restricted_at IS NOT NULL")
WAITING = text("closed_at IS NOT NULL AND forget_at IS NOT NULL AND forgotten_at IS NULL AND legal_hold_at IS NULL")
"""Closed cases whose end nobody has reckoned yet, and those that will be forgotten."""


class Case(Row, table=True):
    """One case. `state` is set by `casework.steps.take` and nowhere else.

    `laws` are the editions that govern it, written by `casework.editions`: of each its regime, its digest, the
    choices it is read with, and whether it governs the answer or only keeps its dates. `regime` is the first.
    `restricted_at` is since when a restriction stands, and empty once it was lifted, at `lifted_at`.
    `earlier_id` is the case that an appeal or a complaint is about. `taken` counts the steps, so that each one moves
    the version that a desk has seen.
    """

    __tablename__ = "pc_case"
    __table_args__ = (
        Index("ix_pc_case_queue", "target_due", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_pc_case_queue_state", "state", "target_due", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_pc_case_queue_right", "right", "target_due", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_pc_case_queue_regime", "regime", "target_due", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_pc_case_queue_owner", "owner_id", "target_due", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_pc_case_held", "review_by", "id", sqlite_where=HELD, postgresql_where=HELD),
        Index("ix_pc_case_legal", "answer_due", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_pc_case_alarm", "alarm_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_pc_case_closed", "closed_at", "id"),
        Index("ix_pc_case_undated", "closed_at", sqlite_where=UNDATED, postgresql_where=UNDATED),
        Index("ix_pc_case_legal_hold", "review_at", sqlite_where=LEGAL_HOLD, postgresql_where=LEGAL_HOLD),
        Index("ix_pc_case_restricted", "restricted_at", "id", sqlite_where=RESTRICTED, postgresql_where=RESTRICTED),
        Index("ix_pc_case_forget", "forget_at", sqlite_where=WAITING, postgresql_where=WAITING),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    reference: str = Field(max_length=20, unique=True)
    form_key: str | None = Field(default=None, max_length=64, unique=True)
    right: str = Field(max_length=40)
    regime: str = Field(max_length=40)
    place: str = Field(max_length=10)
    laws: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON, nullable=False)
    workflow_digest: str = Field(max_length=64)
    channel: str = Field(max_length=16)
    language: str = Field(max_length=16)
    notice_version: str = Field(max_length=32)
    salt: bytes | None = sealed(nullable=True)

    state: str = Field(max_length=32)
    held: bool = False
    review_by: date | None = None
    disposition: str | None = Field(default=None, max_length=32)
    ground: str | None = Field(default=None, max_length=64)
    owner_id: UUID | None = Field(default=None, foreign_key="pc_staff.id")
    earlier_id: UUID | None = Field(default=None, index=True)

    received_at: datetime = moment()
    acknowledge_due: date | None = None
    answer_due: date
    target_due: date
    extended_at: datetime | None = moment(nullable=True)
    extended_until: date | None = None
    taken: int = 0
    reminded: int = 0
    alarm_at: datetime | None = moment(nullable=True)
    closed_at: datetime | None = moment(nullable=True)
    restricted_at: datetime | None = moment(nullable=True)
    lifted_at: datetime | None = moment(nullable=True)
    review_at: datetime | None = moment(nullable=True)
    forget_at: datetime | None = moment(nullable=True)
    legal_hold_at: datetime | None = moment(nullable=True)
    forgotten_at: datetime | None = moment(nullable=True)
    version: int = 1

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        """Optimistic locking: a second writer of the same version is refused."""
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]


class Edition(Row, table=True):
    """The text of a law or workflow as it was when a case was opened; it governs that case for good."""

    __tablename__ = "pc_edition"
    digest: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=16)
    name: str = Field(max_length=40)
    body: str
