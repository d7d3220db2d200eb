"""Sheets: reading an installation's TOML, so that a mistake names its file and its key."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from privacy_center.settings import SettingsError


def read(path: Path) -> "Sheet":
    """A file as a sheet. Raises SettingsError."""
    try:
        return Sheet(tomllib.loads(path.read_text(encoding="utf-8")), path)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None


class Sheet:
    """A TOML table that knows its file, so that a mistake names its place."""

    def __init__(self, table: dict[str, Any], path: Path, name: str = "") -> None:
        self.table, self.path, self.name = table, path, name

    def part(self, name: str) -> "Sheet":
        return Sheet(self._get(name, dict, {}), self.path, name)

    def text(self, name: str, default: str | None = None) -> str:
        value: str = self._get(name, str, default)
        return value.strip()

    def texts(self, name: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        values = self._get(name, list, None if default is None else list(default))
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(name, "must be a list of texts")
        return tuple(values)

    def parts(self) -> dict[str, "Sheet"]:
        """Every table of this table, by its name."""
        return {name: self.part(name) for name in self.table}

    def words(self) -> dict[str, str]:
        """Every key of this table, each with a text."""
        return {name: self.text(name) for name in self.table}

    def flag(self, name: str) -> bool:
        value: bool = self._get(name, bool, False)
        return value

    def number(self, name: str, default: int) -> int:
        value: int = self._get(name, int, default)
        return value

    def rows(self, name: str) -> list["Sheet"]:
        """A list of tables, written `[[name]]`."""
        rows = self._get(name, list, [])
        if not all(isinstance(row, dict) for row in rows):
            raise self.wrong(name, f"must be tables, each written [[{name}]]")
        return [Sheet(row, self.path, f"[{name}]") for row in rows]

    def day(self, name: str) -> date | None:
        value = self.table.get(name)
        if value is not None and type(value) is not date:
            raise self.wrong(name, "must be a date like 2026-01-31, without quotes")
        return value

    def wrong(self, name: str, why: str) -> SettingsError:
        where = f"[{self.name}] {name}" if self.name else name
        return SettingsError(f"{self.path}: {where} {why}")

    def _get(self, name: str, kind: type, default: Any) -> Any:
        value = self.table.get(name, default)
        if value is None or (value == "" and default is None):
            raise self.wrong(name, "is missing")
        if not isinstance(value, kind):
            raise self.wrong(name, f"must be a {kind.__name__}")
        return value
