"""Speaking: whether an installation's languages are there, and whether its own words are said in each of them."""

from collections.abc import Iterator
from pathlib import Path

from privacy_center import catalogues
from privacy_center.installation import Installation
from privacy_center.law import lines
from privacy_center.places import Folder

LANGUAGES, LETTERS = "languages", "letters"
"""Folders of the stationery."""


def faults(here: Installation, path: Path) -> list[str]:
    """One line for each language that the installation names and nobody wrote, and for what a catalogue lacks."""
    templates = here.templates
    named = [*_named(here.page_languages, "pages", templates), *_named(here.letter_languages, "letters", templates)]
    text = path.read_text(encoding="utf-8") if named else ""
    found = [f"{path}:{lines.spot(text, 'languages', key)}: [languages] {key} {why}" for key, why in named]
    there = tuple(code for code in here.page_languages if _is_there(code, "pages", templates))
    return found + catalogues.check(templates / LANGUAGES, there)


def written(here: Installation) -> tuple[str, ...]:
    """The languages of the letters that somebody has begun to write."""
    return tuple(code for code in here.letter_languages if _is_there(code, "letters", here.templates)) or (
        catalogues.SOURCE,
    )


def _named(codes: tuple[str, ...], key: str, templates: Folder) -> Iterator[tuple[str, str]]:
    if not codes:
        yield key, "is empty: name at least one language"
    for code in codes:
        if not catalogues.is_known(code):
            yield key, f"names {code!r}, which is no language: write codes such as es, ar or pt-BR"
        elif not _is_there(code, key, templates):
            where = f"{LANGUAGES}/{code}.po" if key == "pages" else f"{LETTERS}/{code}/"
            yield key, f"names {code}, but templates/{where} is missing"


def _is_there(code: str, key: str, templates: Folder) -> bool:
    if key == "letters":
        return (templates / LETTERS / code).is_dir()
    return code == catalogues.SOURCE or (templates / LANGUAGES / f"{code}.po").is_file()


def doubts(here: Installation, path: Path) -> list[str]:
    """The installation's own words that are not said in one of its languages: people would read English there."""
    found = []
    text = path.read_text(encoding="utf-8")
    for code in dict.fromkeys((*here.page_languages, *here.letter_languages)):
        own = here.words.get(code, {})
        lacking = [words for words in _own(here, letters=code in here.letter_languages) if words not in own]
        if code != catalogues.SOURCE and lacking:
            more = f", and {len(lacking) - 1} more" if len(lacking) > 1 else ""
            found.append(f"{path}:{lines.spot(text, f'words.{code}', '')}: [words.{code}] lacks “{lacking[0]}”{more}")
    return found


def _own(here: Installation, *, letters: bool) -> Iterator[str]:
    """What an installation says to people in words of its own: of its purposes and, in letters, of its processing."""
    for purpose in here.purposes:
        yield from filter(None, (purpose.title, purpose.words))
    if letters:
        told = here.disclosures
        yield from filter(None, (here.controller.dpo,))
        yield from (*told.purposes, *told.categories, *told.sources, *told.recipients, *told.sold_or_shared)
        yield from filter(None, (*told.disclosed, *told.retention, told.transfers, told.automated))
