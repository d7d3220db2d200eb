"""Letters of an installation's own: whether each could be written and sent where the house sends its letter."""

from collections.abc import Iterator, Set
from pathlib import Path, PurePosixPath

from jinja2 import Environment, TemplateSyntaxError

from privacy_center.mailroom import names
from privacy_center.mailroom.stationery import ENDING, SPELLED
from privacy_center.places import Folder, Layers, files

READER = Environment(autoescape=True)
"""Reads letters and writes none."""


def faults(folder: Folder, steps: Set[str], languages: tuple[str, ...]) -> list[str]:
    """One line for each thing that an own letter cannot know or do. `steps` are the letters that steps send: whatever
    one of them may say, all may."""
    if not isinstance(folder, Layers):
        return []
    ours = {name: _asked(path) for name, path in files(folder.ours, f"**/*{ENDING}").items()}
    return [
        f"{folder.name}/{name}:{line}"
        for name, path in files(folder.own, f"*/**/*{ENDING}").items()
        for line in (*_stray(name, languages), *_faults(name, path, folder, ours, steps))
    ]


def _faults(name: str, path: Path, folder: Layers, ours: names.Asked, steps: Set[str]) -> Iterator[str]:
    text, kind = path.read_text(encoding="utf-8"), PurePosixPath(name).stem
    try:
        own = names.asked(READER, text)
    except TemplateSyntaxError:
        return  # said of every letter alike
    part = PurePosixPath(name).parent.name == "parts"
    same = [each for each in ours if part or _is_like(PurePosixPath(each), kind, steps)]
    for asked in names.unknown(
        own, given=names.everything(ours[each] for each in same), house=names.everything(ours.values())
    ):
        yield f"{names.line(text, asked)}: asks for {asked}, which this letter is never told"
    if (folder.ours / name).is_file():
        theirs = (folder.ours / name).read_text(encoding="utf-8")
        for mark in sorted(set(SPELLED.findall(theirs)) ^ set(SPELLED.findall(text))):
            yield f"{names.line(text, f'[[{mark}]]')}: [[{mark}]] stands here or in the house's letter, but not in both"


def _is_like(other: PurePosixPath, kind: str, steps: Set[str]) -> bool:
    """Whether a letter of the house is told at least what a letter of this kind is, or stands in it."""
    return other.stem == kind or other.parent.name == "parts" or {other.stem, kind} <= steps


def _stray(name: str, languages: tuple[str, ...]) -> Iterator[str]:
    language = name.partition("/")[0]
    if language not in languages:
        yield f"1: nobody reads this: [languages] letters does not name {language}"


def _asked(path: Path) -> frozenset[str]:
    return names.asked(READER, path.read_text(encoding="utf-8")) | {"language"}
