"""Anchors: what all chains looked like on a day, written once; a chain rewritten afterwards no longer fits."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from privacy_center.records.rows import Row, moment


class Anchor(Row, table=True):
    """One day's anchor: a digest over the heads of all chains that had changed, bound to the anchor before it.

    Triggers refuse UPDATE and DELETE.
    """

    __tablename__ = "pc_anchor"

    number: int = Field(primary_key=True)
    day: date = Field(unique=True)
    at: datetime = moment()
    chains: int
    heads: str = Field(max_length=64)
    house_number: int
    house_digest: str = Field(max_length=64)
    previous: str = Field(max_length=64)
    digest: str = Field(max_length=64)


class AnchoredHead(Row, table=True):
    """The last event of one case's chain as an anchor found it. Triggers refuse UPDATE and DELETE.

    It is written before its anchor, in the same transaction: the anchor's digest is reckoned from these rows.
    """

    __tablename__ = "pc_anchored_head"

    anchor: int = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="pc_case.id", primary_key=True, index=True)
    number: int
    digest: str = Field(max_length=64)
