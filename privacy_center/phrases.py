"""Phrases: words of the house that people read. They are written in English and said in the reader's language.

A phrase is its English text, and everything that takes a text takes it; a page or a letter says it in its own language
the moment it is written. What people typed is never a phrase, and is never translated.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any


class Phrase(str):
    """One message with what stands in it. `several` is its plural, chosen by the value `number`."""

    __slots__ = ("message", "several", "values")
    message: str
    several: str
    values: Mapping[str, Any]

    def __new__(cls, message: str, /, **values: Any) -> "Phrase":
        """`Phrase("At most {most} characters.", most=200)`. Without values braces stay as they are."""
        return cls._made(message, "", values)

    @classmethod
    def _made(cls, message: str, several: str, values: Mapping[str, Any]) -> "Phrase":
        english = several if several and values["number"] != 1 else message
        phrase = str.__new__(
            cls, english.format(**{name: _plain(each) for name, each in values.items()}) if values else english
        )
        phrase.message, phrase.several, phrase.values = message, several, values
        return phrase

    def __getnewargs__(self) -> tuple[str]:
        return (str(self),)


def _plain(value: Any) -> Any:
    """A date as English says it: 4 May 2026."""
    return f"{value.day} {value:%B %Y}" if isinstance(value, date) else value


def counted(one: str, several: str, number: int, **values: Any) -> Phrase:
    """`counted("{number} day", "{number} days", 3)`."""
    return Phrase._made(one, several, {"number": number, **values})


def together(between: str, parts: Iterable[str]) -> Phrase:
    """Several phrases in a row; what stands between them is no word of any language."""
    values = {f"part{place}": part for place, part in enumerate(parts)}
    return Phrase._made(between.join(f"{{{name}}}" for name in values), "", values)
