"""What every table shares: its naming, its ids, its moments."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, LargeBinary, MetaData
from sqlmodel import Field, SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime
from uuid_utils.compat import uuid7

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
METADATA: MetaData = SQLModel.metadata


def new_id() -> UUID:
    """A time-ordered id (RFC 9562 version 7); never shown in public."""
    return uuid7()


def moment(*, nullable: bool = False, index: bool = False) -> Any:
    """A column for an aware moment, kept in UTC."""
    return Field(default=None, nullable=nullable, index=index, sa_type=UTCDateTime)


def sealed(*, nullable: bool = False) -> Any:
    """A column for a value that only a data key opens."""
    return Field(default=None, sa_column=Column(LargeBinary, nullable=nullable))


def facts() -> Any:
    """A column for a small JSON object; assign anew, changes inside are not seen."""
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


__all__ = ["METADATA", "UUID", "datetime", "facts", "moment", "new_id", "sealed"]
