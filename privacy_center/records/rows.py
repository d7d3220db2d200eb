"""What every table shares: its naming, its ids, its moments."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
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


class Row(SQLModel):
    """What is a row of a table.

    Made as SQLModel makes one, without a look at the kinds of its values, and several times as fast: they are put there
    at once instead of one by one through everything that watches for changes, and nothing has changed in a new row.
    What is not given yet may follow. Raises TypeError for a name that is no column.
    """

    def __init__(self, **given: Any) -> None:
        made = _made(type(self))
        if unknown := given.keys() - made.names:
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        made_now = {name: make() for name, make in made.factories.items() if name not in given}
        self.__dict__.update({**made.plain, **made_now, **given})
        object.__setattr__(self, "__pydantic_fields_set__", set(given))


class _Made(NamedTuple):
    """How the rows of a table begin: every name, and the values of those that need not be given."""

    names: frozenset[str]
    plain: Mapping[str, Any]
    factories: Mapping[str, Callable[[], Any]]


@cache
def _made(table: type[Row]) -> _Made:
    fields = table.model_fields
    factories = {name: field.default_factory for name, field in fields.items() if field.default_factory}
    free = {name for name, field in fields.items() if not field.is_required()}
    plain = {name: fields[name].default for name in free - factories.keys()}
    return _Made(frozenset(fields), plain, factories)  # type: ignore[arg-type]


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


__all__ = ["METADATA", "UUID", "Row", "datetime", "facts", "moment", "new_id", "sealed"]
