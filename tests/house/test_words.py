"""One word per thing: what the code knows is in the glossary, what can be set is in the README."""

import ast
import re
from collections.abc import Callable

import pytest

from privacy_center import places
from privacy_center.casework import effects, guards
from privacy_center.center import HOUSE_LETTERS
from privacy_center.law import library
from privacy_center.law.terms import Disposition, Phase, Role
from tests.house.tree import PACKAGE, ROOT, modules, name, parsed, text

GLOSSARY = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
TERMS = "\n".join(re.findall(r"^\|([^|]*)\|", GLOSSARY, re.MULTILINE))
DEFINED = set(re.findall(r"(?:\*\*|`)([a-z_ ]+)(?:\*\*|`)", TERMS))


def letters() -> frozenset[str]:
    """All letters that a workflow or the house itself sends."""
    return library.load(places.WORKFLOWS).letter_names | HOUSE_LETTERS


WORDS: dict[str, Callable[[], frozenset[str]]] = {
    "role": lambda: frozenset(Role),
    "phase": lambda: frozenset(Phase),
    "disposition": lambda: frozenset(Disposition),
    "guard": lambda: guards.NAMES,
    "effect": lambda: effects.NAMES,
    "letter": letters,
}


@pytest.mark.parametrize("kind", WORDS)
def test_every_word_of_the_house_is_in_the_glossary(kind: str) -> None:
    assert not WORDS[kind]() - DEFINED


def test_the_glossary_names_no_guard_or_effect_that_does_not_exist() -> None:
    tables = GLOSSARY.split("## Guards")[1].split("## The machine")[0]
    assert set(re.findall(r"`([a-z_]+)`", tables)) == guards.NAMES | effects.NAMES


def test_the_glossary_names_no_letter_that_does_not_exist() -> None:
    table = GLOSSARY.split("## Letters")[1].split("\n## ")[0]
    rows = re.findall(r"^\|([^|]*)\| (?:letter|letters)\b[^|]*\|", table, re.MULTILINE)
    named = {word for row in rows for word in re.findall(r"\*\*([a-z_]+)\*\*", row)}
    assert len(named) > 15
    assert named <= letters()


def settings() -> set[str]:
    """Every setting that the code reads: a name given to `get`, or written out after the prefix."""
    tree = parsed(PACKAGE / "settings.py")
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    read = {
        node.args[0]
        for node in calls
        if isinstance(node.func, ast.Attribute)  # the reader's two methods
        and node.func.attr in {"required", "optional"}
    }
    return {node.value for node in read if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_setting_is_in_the_readme() -> None:
    assert len(settings()) >= 9
    assert not [setting for setting in settings() if f"`PRIVACY_CENTER_{setting}`" not in README]


def test_the_readme_names_no_setting_that_is_not_read() -> None:
    table = README.split("### Settings")[1].split("###")[0]
    assert set(re.findall(r"^\| `PRIVACY_CENTER_([A-Z_]+)`", table, re.MULTILINE)) == settings()


def test_only_the_settings_read_the_environment() -> None:
    readers = {name(path) for path in modules("privacy_center") if "os.environ" in (text(path) or "")}
    assert readers <= {"privacy_center/app.py", "privacy_center/cli/program.py"}
