"""Tables: reading the library's TOML strictly, so that a slip of the pen names its file and its key."""

import json
import tomllib
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from privacy_center.phrases import Phrase
from privacy_center.places import Folder

Term = TypeVar("Term", bound=StrEnum)
KINDS = {str: "a text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table"}


class Contradictions(Exception):
    """The library contradicts itself; each line names a file and says what is wrong."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def read(path: Folder) -> dict[str, Any]:
    """A TOML file as a plain table. Raises Contradictions."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Contradictions([f"{path.parent.name}/{path.name}: {error}"]) from None


TAKEN = ("acknowledge", "appeal", "extension")
"""What a law or a right takes away from its base by an empty table: `extension = {}`."""


def merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The base with everything that the own table says instead; tables are merged, all else is replaced."""
    result = dict(base)
    for key, value in own.items():
        known = result.get(key)
        taken = key in TAKEN and value == {}
        tables = isinstance(known, dict) and isinstance(value, dict)
        result[key] = merged(result[key], value) if tables and not taken else value
    return result


def resolved(path: Folder, bases: Folder) -> dict[str, Any]:
    """A file together with the base it names by `base = "…"`. Raises Contradictions."""
    own = read(path)
    name = own.pop("base", None)
    if name is None:
        return own
    return merged(resolved(bases / f"{name}.toml", bases), own)


def edition(table: dict[str, Any]) -> str:
    """The whole text that governs, canonical, so that its digest changes only with its content."""
    return json.dumps(table, sort_keys=True, ensure_ascii=False, indent=1, default=date.isoformat)


class Table:
    """A table that knows where it stands and which of its keys were read."""

    def __init__(self, table: dict[str, Any], where: str) -> None:
        self.where = where
        self._table = table
        self._unread = set(table)

    def __contains__(self, name: str) -> bool:
        return name in self._table

    def text(self, name: str, default: str | None = None) -> str:
        """A text; without a default it must be there."""
        value: str = self._get(name, str, default)
        return value

    def phrase(self, name: str, default: str | None = None) -> Phrase:
        """A text that people read in their own language."""
        return Phrase(self.text(name, default))

    def phrases(self, name: str, default: tuple[str, ...] | None = None) -> tuple[Phrase, ...]:
        """A list of such texts."""
        return tuple(Phrase(text) for text in self.texts(name, default))

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        value: int = self._get(name, int, default)
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """True or false."""
        value: bool = self._get(name, bool, default)
        return value

    def day(self, name: str) -> date | None:
        """A date, or None where there is none."""
        self._unread.discard(name)
        value = self._table.get(name)
        if isinstance(value, str):
            value = date.fromisoformat(value)  # a kept edition
        if value is not None and not isinstance(value, date):
            raise self.wrong(name, "must be a date like 2026-01-31")
        return value

    def texts(self, name: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        value = self._table.get(name, default)
        self._unread.discard(name)
        if isinstance(value, str):
            value = (value,)
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise self.wrong(name, "must be a list of texts")
        return tuple(value)

    def term(self, name: str, kind: type[Term], default: Term | None = None) -> Term:
        """One word of a closed list."""
        word = self.text(name, default.value if default is not None else None)
        try:
            return kind(word)
        except ValueError:
            known = ", ".join(term.value for term in kind)
            raise self.wrong(name, f"is {word!r}; the words are: {known}") from None

    def part(self, name: str) -> "Table":
        """A table inside, empty where it is not there."""
        return Table(self._get(name, dict, {}), f"{self.where} [{name}]")

    def over(self, shared: "Table") -> "Table":
        """This table laid over what its siblings share. A table that is empty here takes the shared one away."""
        own = self._table
        kept = {key: value for key, value in shared._table.items() if own.get(key) != {}}
        return Table(merged(kept, own), self.where)

    def parts(self, name: str) -> Iterator[tuple[str, "Table"]]:
        """The named tables inside one table."""
        for key, value in self._get(name, dict, {}).items():
            if not isinstance(value, dict):
                raise self.wrong(f"{name}.{key}", "must be a table")
            yield key, Table(value, f"{self.where} [{name}.{key}]")

    def rows(self, name: str) -> list["Table"]:
        """A list of tables, empty where it is not there."""
        return [Table(row, f"{self.where} {name}") for row in self._get(name, list, [])]

    def words(self, name: str) -> dict[str, str]:
        """A table of texts."""
        table = self._get(name, dict, {})
        if not all(isinstance(value, str) for value in table.values()):
            raise self.wrong(name, "must hold texts only")
        return dict(table)

    def plain(self, name: str) -> dict[str, Any]:
        """A table as it is, for what is laid over another one; empty where it is not there."""
        return dict(self._get(name, dict, {}))

    def done(self) -> None:
        """Raise when something stands here that nobody reads: a misspelt key must not be a silent one."""
        if self._unread:
            raise Contradictions([f"{self.where}: nobody reads {', '.join(sorted(self._unread))}"])

    def wrong(self, name: str, why: str) -> Contradictions:
        """What to raise for one key."""
        return Contradictions([f"{self.where}: {name} {why}"])

    def _get(self, name: str, kind: type, default: Any) -> Any:
        self._unread.discard(name)
        value = self._table.get(name, default)
        if value is None:
            raise self.wrong(name, "is missing")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(name, f"must be {KINDS[kind]}")
        return value
