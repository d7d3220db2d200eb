"""Catalogues: what the pages say in each language. English stands in the source, the others in `templates/languages`.

A catalogue is a `.po` file as translators and their tools know it. It is read at the start and never compiled by hand.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from privacy_center.phrases import Phrase
from privacy_center.places import Folder, stamp

SOURCE = "en"
"""The language in which the house is written; it needs no catalogue."""

LOCALES = {SOURCE: "en_GB"}
"""Dates with the month as a word: 4/5/2026 is two days, 4 May 2026 is one."""

TEMPLATE = "messages.pot"
"""Every message there is, with the place where it stands; `python3 dev.py words` writes it."""

HOLES = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
"""Where a value stands in a message: `%(name)s` in templates, `{name}` in code."""

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """One language. `own` are the words of the installation itself, which no catalogue of ours can know."""

    language: str
    messages: NullTranslations = field(repr=False)
    own: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def locale(self) -> str:
        """How dates and numbers are written."""
        return LOCALES.get(self.language, self.language)

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`, as HTML names them."""
        return Locale.parse(self.language, sep="-").text_direction

    @property
    def name(self) -> str:
        """What the language calls itself: English, español, العربية."""
        return Locale.parse(self.language, sep="-").get_display_name() or self.language

    def name_of(self, language: str) -> str:
        """What another language is called in this one."""
        return Locale.parse(language, sep="-").get_display_name(self.language.replace("-", "_")) or language

    def one(self, message: str) -> str:
        """A message in this language; one that nobody translated stays English."""
        if not message:
            return ""
        said = self.own.get(message) or self.messages.gettext(message)
        return _territories(self.language).get(message, said) if said == message else said

    def many(self, one: str, several: str, number: int) -> str:
        """A message in the form that this language has for a number."""
        return self.messages.ngettext(one, several, number)

    def say(self, value: Any) -> Any:
        """A phrase in this language, with all that stands in it, and a date in it; everything else as it is."""
        if not isinstance(value, Phrase):
            return value
        many = value.several and self.many(value.message, value.several, value.values["number"])
        words = many or self.one(value.message)
        return (
            words.format(**{name: self._within(each) for name, each in value.values.items()}) if value.values else words
        )

    def _within(self, value: Any) -> Any:
        return self.day(value) if isinstance(value, date) else self.say(value)

    def day(self, value: date | datetime) -> str:
        """A date in words: 4 May 2026."""
        return format_date(value, "long", locale=self.locale)


@lru_cache(maxsize=32)
def _territories(language: str) -> Mapping[str, str]:
    """What Unicode CLDR calls each country in a language, by its name in English."""
    if language == SOURCE or not is_known(language):
        return NOTHING
    ours, theirs = Locale(SOURCE).territories, Locale.parse(language, sep="-").territories
    return {str(name): str(theirs[code]) for code, name in ours.items() if code in theirs}


Catalogues = Mapping[str, Catalogue]
ENGLISH = Catalogue(SOURCE, NullTranslations())
"""The source itself."""


def of(folder: Folder, languages: tuple[str, ...], words: Mapping[str, Mapping[str, str]] | None = None) -> Catalogues:
    """The catalogues of these languages; one without a file speaks English, and `check` says so."""
    read = _read(folder, languages, stamp(folder))
    return {code: Catalogue(code, messages, (words or {}).get(code, NOTHING)) for code, messages in read.items()}


def of_house(
    folder: Folder, pages: tuple[str, ...], letters: tuple[str, ...], words: Mapping[str, Mapping[str, str]]
) -> Catalogues:
    """The catalogues of a house: those of its pages and of its letters, and English for its desk."""
    return of(folder, tuple(dict.fromkeys((*pages, *letters, SOURCE))), words)


@lru_cache(maxsize=8)
def _read(folder: Folder, languages: tuple[str, ...], _stamp: object) -> Mapping[str, NullTranslations]:
    return {code: _translations(folder / f"{code}.po") for code in languages}


def _translations(path: Folder) -> NullTranslations:
    if not path.is_file():
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, _catalog(path))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _catalog(path: Folder) -> Catalog:
    language = path.stem.replace("-", "_") if path.suffix == ".po" else None
    return _parsed(path.read_bytes(), language)


@lru_cache(maxsize=4)
def _parsed(text: bytes, language: str | None) -> Catalog:
    """One file, read once for whoever speaks by it and whoever checks it."""
    return read_po(BytesIO(text), locale=language, abort_invalid=True)


def put_away() -> None:
    """Let go of the files that were read: what is said by them stays."""
    _parsed.cache_clear()


def check(folder: Folder, languages: tuple[str, ...]) -> list[str]:
    """One line for each language without a catalogue and for each message that is missing, unsure or broken."""
    return [line for code in languages if code != SOURCE for line in _of_language(folder, code, stamp(folder))]


@lru_cache(maxsize=16)
def _of_language(folder: Folder, code: str, _stamp: object) -> tuple[str, ...]:
    path = folder / f"{code}.po"
    where = f"{folder.name}/{path.name}"
    if not is_known(code):
        return (f"languages: {code!r} is no language: write codes such as es, ar or pt-BR",)
    if not path.is_file():
        return (f"{where}:1: is missing, though [languages] pages names {code}",)
    try:
        found = _catalog(path)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        return (f"{where}:1: cannot be read: {error}",)
    wanted = _catalog(folder / TEMPLATE)
    lines = _lines(path.read_text(encoding="utf-8"))
    return tuple(
        f"{where}:{lines.get(_first(message.id), 1)}: {why}"
        for message in wanted
        if message.id
        for why in _faults(message, found.get(message.id), plurals=found.num_plurals)
    )


def is_known(code: str) -> bool:
    """Whether this is a language that dates and numbers can be written in."""
    try:
        Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _forms(said: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)


def _first(said: str | tuple[str, ...] | list[str]) -> str:
    return said if isinstance(said, str) else said[0]


def _faults(wanted: Message, found: Message | None, *, plurals: int) -> Iterator[str]:
    """What is wrong with one message of a catalogue."""
    shown = _first(wanted.id)
    shown = shown if len(shown) <= 60 else shown[:57] + "…"
    said = _forms(found.string) if found is not None and found.string else ()
    if found is None:
        yield f"lacks “{shown}”: run `python3 dev.py words` and translate it"
    elif not said or not all(said) or (not isinstance(wanted.id, str) and len(said) != plurals):
        yield f"“{shown}” is not translated"
    elif found.fuzzy:
        yield f"“{shown}” is marked fuzzy: look at it, and take the mark away"
    elif wrong := [words for words in said if not _fits(words, wanted.id)]:
        yield f"“{shown}” has other values than its translation: {_holes(wrong[0])}"
    elif any(_breaks(words, wanted) for words in said):
        yield f"“{shown}” cannot be filled in: write %% for a percent sign in what stands in a template"


def _breaks(words: str, wanted: Message) -> bool:
    """Whether a page that says this would fail: a template fills in by `%`, the code by `format`."""
    forms = [wanted.id] if isinstance(wanted.id, str) else wanted.id
    values = dict.fromkeys((name for form in forms for name in _names(form)), 0)
    try:
        if any(path.startswith("templates/") for path, _ in wanted.locations):
            _ = words % (values | {"num": 0})
        elif values:
            words.format(**values)
    except (ValueError, TypeError, KeyError, IndexError):
        return True
    return False


def _fits(words: str, wanted: str | tuple[str, ...] | list[str]) -> bool:
    """Whether the same values stand in both; a form for one may leave the number out."""
    names = [set(_names(form)) for form in ([wanted] if isinstance(wanted, str) else wanted)]
    found = set(_names(words))
    if isinstance(wanted, str):
        return found == names[0]
    return found <= set.union(*names) and set.union(*names) - found <= {"number", "count", "num"}


def _names(words: str) -> Iterator[str]:
    return (a or b for a, b in HOLES.findall(words))


def _holes(words: str) -> str:
    return ", ".join(sorted(set(_names(words)))) or "none"


MSGID: Callable[[str], re.Match[str] | None] = re.compile(r'^msgid "(.*)"$').match
QUOTED: Callable[[str], re.Match[str] | None] = re.compile(r'^"(.*)"$').match


def _lines(text: str) -> dict[str, int]:
    """The line of each message of a `.po` file."""
    found: dict[str, int] = {}
    at, said, reading = 0, "", False
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if begun := MSGID(line):
            at, said, reading = number, begun[1], True
        elif reading and (more := QUOTED(line)):
            said += more[1]
        elif reading:
            found[said.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")] = at
            reading = False
    return found
