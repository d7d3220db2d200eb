"""Details: what the form of a right may ask beside the note. All are optional: a request without them is a request, and
its clock runs (U7)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from privacy_center.law.tables import Table, read
from privacy_center.law.workflows import Workflow
from privacy_center.phrases import Phrase
from privacy_center.places import Folder

MOST = 3
"""Details of one right: its budget."""


class Shape(StrEnum):
    """How a detail is written down."""

    line = "line"
    words = "words"
    day = "day"
    choice = "choice"


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that helps to do what is asked. `empty` is what it means, to staff, that nothing was said."""

    name: str
    shape: Shape
    label: str
    hint: str
    empty: str
    citation: str
    options: Mapping[str, str]


def load(path: Folder) -> dict[str, Detail]:
    """Every detail, by its name. Raises Contradictions."""
    table = Table({"details": read(path)}, f"answers/{path.name}")
    return {name: _detail(name, part) for name, part in table.parts("details")}


def _detail(name: str, table: Table) -> Detail:
    found = Detail(
        name=name,
        shape=table.term("shape", Shape),
        label=table.phrase("label"),
        hint=table.phrase("hint", ""),
        empty=table.text("empty", "Not said"),
        citation=table.text("citation"),
        options={option: Phrase(title) for option, title in table.words("options").items()},
    )
    table.done()
    if (found.shape is Shape.choice) != bool(found.options):
        raise table.wrong("options", "must be there exactly where the shape is choice")
    return found


def faults(workflow: Workflow, known: Mapping[str, Detail]) -> Iterator[str]:
    """By what the forms of one workflow ask for too much, or for something that nobody has described."""
    for right, names in workflow.details.items():
        if right not in workflow.rights:
            yield f"[details] {right} is no right of this workflow"
        if workflow.protective:
            yield f"[details] {right} asks for something: who says no is asked for nothing (L1; 11 CCR 7026(d))"
        if len(names) > MOST:
            yield f"[details] {right} asks for {len(names)} details: {MOST} at most (U7; GDPR Art. 5(1)(c))"
        if len(set(names)) < len(names):
            yield f"[details] {right} asks for the same twice"
        for name in names:
            if name not in known:
                yield f"[details] {right} asks for {name!r}, which workflows/answers/details.toml lacks"
