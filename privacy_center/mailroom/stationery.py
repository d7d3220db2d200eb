"""Stationery: every letter is one whole file per language, written out the moment it is said.

A letter may hold marks, `[[link:verify]]` or `[[code]]`, where the postman later puts a signed address or a code.
In what is stored a mark stands between two characters that no value can bring along: words that look like a mark
stay words. A letter says in a comment which of the contents that laws demand it carries: `{# carries: outcome #}`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, TemplateSyntaxError

from privacy_center.catalogues import ENGLISH, Catalogue, Catalogues
from privacy_center.mailroom import names
from privacy_center.places import Folder, files, stamp

OPEN, CLOSE = "\ue000", "\ue001"
"""What encloses a mark in a stored letter (Unicode private use); taken out of every value."""

NOT_PLAIN = re.compile(f"[{OPEN}{CLOSE}\r]")
SPELLED = re.compile(r"\[\[((?:link:)?[a-z_]+)\]\]")
CARRIES = re.compile(r"\{#-?\s*carries:([^#]*?)-?#\}")
STORED = re.compile(f"{OPEN}((?:link:)?[a-z_]+){CLOSE}")
ENDING = ".txt"
NOTHING: Catalogues = {}


@dataclass(frozen=True, slots=True)
class Written:
    """One letter as said; links and codes are still marks."""

    subject: str
    body: str


class Stationery:
    """The folder of letters. The first language stands in where a letter has no other."""

    def __init__(self, folder: Folder, languages: tuple[str, ...], tongues: Catalogues = NOTHING) -> None:
        self.folder = folder
        self.languages = languages
        self._loader = Loader(folder)
        self._written = {code: self._environment(tongues.get(code, ENGLISH)) for code in languages}
        self._faults: dict[str, tuple[str, ...]] = {}

    def write(self, kind: str, *, language: str, context: Mapping[str, Any]) -> Written:
        """Write a letter out. Raises jinja2.UndefinedError where the context lacks something it needs."""
        spoken = self._spoken(kind, language)
        template = self._written[spoken].get_template(f"{spoken}/{kind}{ENDING}")
        subject, _, body = template.render(context, language=spoken).partition("\n")
        return Written(" ".join(subject.removeprefix("Subject:").split()), _tidy(body))

    def carries(self, kind: str, language: str) -> frozenset[str]:
        """The contents that this letter says it carries. Raises FileNotFoundError where there is no such letter."""
        text = (self.folder / language / f"{kind}{ENDING}").read_text(encoding="utf-8")
        return frozenset(code for found in CARRIES.findall(text) for code in re.split(r"[,\s]+", found) if code)

    def _spoken(self, kind: str, language: str) -> str:
        """The language in which a letter is there: its parts are taken from the same folder."""
        there = language in self._written and (self.folder / language / f"{kind}{ENDING}").is_file()
        return language if there else self.languages[0]

    def _environment(self, tongue: Catalogue) -> Environment:
        return Environment(
            loader=self._loader,
            undefined=StrictUndefined,
            finalize=lambda value: _without_marks(tongue.say(value)),
            autoescape=False,  # noqa: S701 (plain text; nothing here becomes HTML)
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def faults(self, name: str) -> tuple[str, ...]:
        """What is wrong with the template of one letter, `<language>/<kind>.txt`, each with its line.

        It is read and not compiled: a house has many letters, and writes few kinds in its first minutes.
        """
        if name not in self._faults:
            self._faults[name] = tuple(self._found(name))
        return self._faults[name]

    def _found(self, name: str) -> Iterator[str]:
        paper = next(iter(self._written.values()))
        try:
            source, _, _ = self._loader.get_source(paper, name)
            read = paper.parse(source, name)
        except TemplateSyntaxError as error:
            yield f"{error.lineno}: {error.message}"
            return
        yield from names.filters(paper, read)


def of(folder: Folder, languages: tuple[str, ...], tongues: Catalogues = NOTHING) -> Stationery:
    """The letters of a folder. A process that opens many houses compiles them once, until one of the files changes."""
    about = (
        folder,
        languages,
        stamp(folder),
        tuple((each.messages, tuple(each.own.items())) for each in tongues.values()),
    )
    if about not in _COMPILED:
        while len(_COMPILED) >= MOST_COMPILED:
            _COMPILED.pop(next(iter(_COMPILED)))
        _COMPILED[about] = Stationery(folder, languages, tongues)
    return _COMPILED[about]


_COMPILED: dict[object, Stationery] = {}
MOST_COMPILED = 8


class Loader(BaseLoader):
    """Reads a letter's file and encloses its marks."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
        """The source of `<language>/<kind>.txt`; a name never leaves the folder."""
        path = self._folder / template
        if ".." in PurePosixPath(template).parts or not path.is_file():
            raise TemplateNotFound(template)
        text = path.read_text(encoding="utf-8")
        return SPELLED.sub(f"{OPEN}\\1{CLOSE}", text), str(path), None


def marks(body: str) -> frozenset[str]:
    """What the postman must fill in: `link:verify`, `code`."""
    return frozenset(STORED.findall(body))


def fill(body: str, values: Mapping[str, str]) -> str:
    """Put a value in the place of each mark. Raises KeyError where there is none."""
    return STORED.sub(lambda found: values[found[1]], body)


def readable(body: str) -> str:
    """A stored letter as staff read it: the marks as their authors spelled them, and nothing that opens anything."""
    return STORED.sub(r"[[\1]]", body)


def check(paper: Stationery, kinds: Iterable[str], languages: tuple[str, ...]) -> list[str]:
    """One line for each letter that is missing, unknown, empty or no template."""
    needed = set(kinds)
    wrong: list[str] = []
    for language in languages:
        folder = paper.folder / language
        found = {path.stem: path for path in files(folder, f"*{ENDING}").values()}
        wrong += [f"letters: {folder / name}{ENDING} is missing" for name in sorted(needed - set(found))]
        for name, path in found.items():
            wrong += [f"letters: {path}: no step sends a letter of this name"] if name not in needed else []
            wrong += _faults(paper, path, f"{language}/{name}{ENDING}")
            wrong += _unlike(paper, path, name)
    return wrong


def _unlike(paper: Stationery, path: Folder, kind: str) -> list[str]:
    """Where a letter has other links, codes or contents than the same in the first language."""
    first = paper.folder / paper.languages[0] / f"{kind}{ENDING}"
    if str(path) == str(first) or not first.is_file():
        return []
    ours, theirs = (each.read_text(encoding="utf-8") for each in (path, first))
    wrong = set(SPELLED.findall(theirs)) ^ set(SPELLED.findall(ours))
    found = [f"letters: {path}:1: [[{mark}]] stands here or in {first}, but not in both" for mark in sorted(wrong)]
    if sorted(CARRIES.findall(ours)) != sorted(CARRIES.findall(theirs)):
        found.append(f"letters: {path}:2: carries other contents than {first}")
    return found


def check_contents(
    paper: Stationery, library_contents: Mapping[str, frozenset[str]], languages: tuple[str, ...]
) -> list[str]:
    """One line for each content that a law demands in a letter which does not carry it, and for each that nobody knows.

    `library_contents` has the letters of each content by its code.
    """
    kinds = sorted(frozenset().union(*library_contents.values()))
    wrong: list[str] = []
    for language in languages:
        wrong += [line for kind in kinds for line in _lacking(paper, language, kind, library_contents)]
        written = [path.stem for path in files(paper.folder / language, f"*{ENDING}").values()]
        wrong += [line for kind in written for line in _unheard_of(paper, language, kind, library_contents)]
    return wrong


def _lacking(paper: Stationery, language: str, kind: str, library_contents: Mapping[str, frozenset[str]]) -> list[str]:
    demanded = sorted(code for code, kinds in library_contents.items() if kind in kinds)
    try:
        carried, at = paper.carries(kind, language), _place(paper, language, kind)
    except FileNotFoundError:
        return [f"letters/{language}/{kind}{ENDING}: is missing, though {', '.join(demanded)} must stand there"]
    why = "which workflows/answers/contents.toml demands of it"
    return [f"{at}: does not carry {code}, {why}" for code in demanded if code not in carried]


def _unheard_of(
    paper: Stationery, language: str, kind: str, library_contents: Mapping[str, frozenset[str]]
) -> list[str]:
    at = _place(paper, language, kind)
    unknown = sorted(paper.carries(kind, language) - set(library_contents))
    return [f"{at}: carries {code}, which workflows/answers/contents.toml does not know" for code in unknown]


def _place(paper: Stationery, language: str, kind: str) -> str:
    """The file and the line where a letter says what it carries, or its first line where it does not say."""
    name = f"{language}/{kind}{ENDING}"
    text = (paper.folder / name).read_text(encoding="utf-8")
    found = CARRIES.search(text)
    return f"letters/{name}:{text.count(chr(10), 0, found.start()) + 1 if found else 1}"


def _faults(paper: Stationery, path: Folder, name: str) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or not lines[0].removeprefix("Subject:").strip():
        return [f"letters: {path}:1: the first line is the subject and must not be empty"]
    return [f"letters: {path}:{fault}" for fault in paper.faults(name)]


def _without_marks(value: Any) -> Any:
    """Every value on its way into a letter: plain line ends, no enclosing characters."""
    if isinstance(value, str) and NOT_PLAIN.search(value):
        return value.replace(OPEN, "").replace(CLOSE, "").replace("\r\n", "\n").replace("\r", "\n")
    return value


def _tidy(body: str) -> str:
    lines = "\n".join(line.rstrip() for line in body.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
