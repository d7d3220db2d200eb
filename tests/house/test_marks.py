"""Marks like D13 lead somewhere: each that is used is explained in docs/rules.md, and each explained is used."""

import re
from pathlib import Path

from privacy_center import places
from privacy_center.law import questions
from tests.house.tree import ROOT, name, ours, text

FOLDERS = ("privacy_center", "workflows", "templates", "tests")
RULES = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
DEFINED = set(re.findall(r"^\| `((?:rule |[DSUL])\d{1,2})` \|", RULES, re.MULTILINE))

# Not inside a longer word or number, nor before a hyphen and a digit, as in a span of marks or a post code.
MARK = re.compile(r"(?<![\w#%&/.-])([DSUL]\d{1,2}|[Rr]ule [1-5])(?![\w%]|\.\d)")
SPAN = re.compile(r"\b([DSUL])(\d{1,2})-\1(\d{1,2})\b")
QUESTION = re.compile(r"(?<![\w#%&/.-])(Q\d\d)(?![\w%]|\.\d)")
NO_QUESTION = {"Q99"}
"""What a test calls a question that does not exist."""


def files() -> list[Path]:
    """Every text of ours that may carry a mark; this one only explains them."""
    texts = [path for path in ours() if path.relative_to(ROOT).parts[0] in FOLDERS and text(path) is not None]
    return [path for path in texts if "vendor" not in path.parts and path != Path(__file__).resolve()]


def marks(said: str) -> set[str]:
    """The marks in a text, a span like S14-S16 as all that it spans."""
    single = {found[0].lower() + found[1:] if " " in found else found for found in MARK.findall(said)}
    spans = (range(int(first), int(last) + 1) for _, first, last in SPAN.findall(said))
    letters = (letter for letter, _, _ in SPAN.findall(said))
    return single | {f"{letter}{number}" for letter, span in zip(letters, spans, strict=True) for number in span}


USED = {mark: name(path) for path in files() for mark in marks(text(path) or "")}


def test_every_mark_that_is_used_is_explained() -> None:
    assert {mark: path for mark, path in USED.items() if mark not in DEFINED} == {}


def test_every_mark_that_is_explained_is_used() -> None:
    assert {mark for mark in DEFINED if " " not in mark} - set(USED) == set()


def test_the_five_rules_come_first() -> None:
    assert [mark for mark in sorted(DEFINED) if " " in mark] == [f"rule {number}" for number in range(1, 6)]
    assert RULES.index("`rule 5` |") < RULES.index("`D1` |")


def test_every_question_that_is_named_is_asked() -> None:
    asked = {found[:3] for found in questions.load(places.WORKFLOWS / "questions" / "open.toml").open}
    named = {mark: name(path) for path in files() for mark in QUESTION.findall(text(path) or "")}
    assert {mark: path for mark, path in named.items() if mark not in asked | NO_QUESTION} == {}
