"""Every workflow as a table: a change of the law library shows in review as a readable difference.

After a change that is meant: `privacy-center draw NAME > tests/workflows/approved/NAME.md`.
"""

from pathlib import Path

import pytest

from privacy_center import places
from privacy_center.law import drawing, library

LAW = library.load(places.WORKFLOWS)
APPROVED = Path(__file__).parent / "approved"


@pytest.mark.parametrize("name", sorted(LAW.workflows))
def test_it_is_as_approved(name: str) -> None:
    assert drawing.table(LAW.workflows[name]) == (APPROVED / f"{name}.md").read_text(encoding="utf-8")


def test_nothing_is_approved_that_is_gone() -> None:
    assert {path.stem for path in APPROVED.glob("*.md")} == set(LAW.workflows)


@pytest.mark.parametrize("name", sorted(LAW.workflows))
def test_a_diagram_names_every_step(name: str) -> None:
    drawn = drawing.mermaid(LAW.workflows[name])
    assert all(f": {step}" in drawn for step in LAW.workflows[name].steps)
