"""The rows of the tables: how one is made."""

import pytest

from privacy_center.records import models
from privacy_center.records.counter import Counter
from privacy_center.records.rows import Row

TABLES = [getattr(models, name) for name in models.__all__ if name != "METADATA"]
PLAIN = (str, int, bool, type(None))
"""What two rows may share: nothing that one of them could change."""


@pytest.mark.parametrize("table", TABLES)
def test_no_row_shares_with_another_what_it_could_change(table: type[Row]) -> None:
    shared = {name: field.default for name, field in table.model_fields.items() if not field.is_required()}
    assert all(isinstance(value, PLAIN) or field_is_made(table, name) for name, value in shared.items())


def field_is_made(table: type[Row], name: str) -> bool:
    """Whether each row gets a value of its own."""
    return table.model_fields[name].default_factory is not None


def test_a_row_is_made_of_its_columns() -> None:
    row = Counter(key="mail:1/3600", window=7)
    assert (row.key, row.window, row.count) == ("mail:1/3600", 7, 0)
    with pytest.raises(TypeError, match="windows"):
        Counter(key="mail:1/3600", windows=7)  # type: ignore[call-arg]
