"""Details: what a requester said of one right beside the note. Kept as all their words are, shown as labelled lines."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from privacy_center.casework import vault
from privacy_center.casework.facts import clean, day
from privacy_center.casework.work import Work
from privacy_center.law.details import Detail, Shape
from privacy_center.law.library import Library
from privacy_center.phrases import Phrase
from privacy_center.records.case import Case
from privacy_center.records.people import Text

KIND = "detail_"
"""How the kind of a text begins that is a detail."""

MOST: Mapping[Shape, int] = {Shape.line: 200, Shape.words: 1000, Shape.day: 10, Shape.choice: 64}
"""Characters."""

A_DAY = timedelta(days=1)
"""By which somebody's own today may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class Line:
    """One detail with what was said of it, which is empty where nothing was."""

    detail: Detail
    said: str | date


def of(library: Library, right: str) -> tuple[Detail, ...]:
    """What the form of one right may ask, in its order."""
    names = library.workflow_for(right).details.get(right, ())
    return tuple(library.details[name] for name in names)


def field(right: str, detail: Detail) -> str:
    """What a form calls a detail: several rights can be asked for at once."""
    return f"{right}-{detail.name}"


def typed(library: Library, sent: Iterable[str], read: Callable[[str], str]) -> dict[str, str]:
    """All that a form says of any right, by the names of its fields; `sent` are all the names that came."""
    return {name: said for name in sent if _is_field(library, name) and (said := read(name))}


def _is_field(library: Library, name: str) -> bool:
    right, dash, asked = name.partition("-")
    return bool(dash) and right in library.rights() and any(each.name == asked for each in of(library, right))


def tidied(work: Work, given: Mapping[str, str], rights: Iterable[str], errors: dict[str, str]) -> dict[str, str]:
    """What was said of these rights, tidied; what needs mending is added to the errors."""
    found: dict[str, str] = {}
    for right in rights:
        for detail in of(work.house.library, right):
            name = field(right, detail)
            said = clean(given.get(name, "")).strip()
            if said and (why := _why_not(work, detail, said)):
                errors[name] = why
            elif said:
                found[name] = said
        since, until = found.get(f"{right}-since", ""), found.get(f"{right}-until", "")
        if since and until and until < since:
            errors[f"{right}-until"] = Phrase("This day is before the first one.")
    return found


def _why_not(work: Work, detail: Detail, said: str) -> str | None:
    most = MOST[detail.shape]
    if detail.shape is Shape.choice:
        return None if said in detail.options else Phrase("Choose from the list, or leave it open.")
    if detail.shape is Shape.day:
        named = day(said)
        if named is None:
            return Phrase("Enter a day, or leave it empty.")
        return Phrase("This day has not come yet.") if named > work.today + A_DAY else None
    if len(said) > most:
        return Phrase(
            "“{label}”: this is too long, {most} characters at most. Yours has {has}.",
            label=detail.label,
            most=f"{most:,}",
            has=f"{len(said):,}",
        )
    return None


def keep(work: Work, case: Case, given: Mapping[str, str]) -> dict[str, str]:
    """Seal what was said of this case's right; returns the commitments for the trail."""
    said = {each.name: given.get(field(case.right, each)) for each in of(work.house.library, case.right)}
    return {f"{KIND}{name}": vault.keep(work, case, f"{KIND}{name}", words) for name, words in said.items() if words}


def is_one(text: Text) -> bool:
    """Whether a text of a case is a detail."""
    return text.kind.startswith(KIND)


def lines(work: Work, case: Case, texts: list[Text]) -> list[Line]:
    """Every detail that this right has, with what was said of it."""
    said = {text.kind.removeprefix(KIND): vault.words(work, text) for text in texts if is_one(text)}
    return [Line(detail, _read(detail, said.get(detail.name, ""))) for detail in _known(work, case, said)]


def _known(work: Work, case: Case, said: Mapping[str, str]) -> Iterator[Detail]:
    """Those that the form asks today, and those that it asked when the case was opened."""
    library = work.house.library
    yield from (now := of(library, case.right))
    yield from (library.details[name] for name in said if name in library.details and library.details[name] not in now)


def _read(detail: Detail, said: str) -> str | date:
    if detail.shape is Shape.day:
        return day(said) or said
    return detail.options.get(said, said)
