"""One commit, one clock, one assignment of a case's state; small files, short functions."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.house.tree import CODE, PACKAGE, Function, functions, modules, name, parsed

LONGEST_FILE, LONGEST_FUNCTION = 300, 40
EXCEPTIONS: frozenset[str] = frozenset()
"""Files and functions (`path` or `path:function`) that may be longer, each with its reason beside it. Keep it empty."""

COMMITS = {"privacy_center/records/database.py", "privacy_center/records/migrations/__init__.py"}
CLOCKS = {"privacy_center/center.py"}
STATES = {"privacy_center/casework/steps.py"}


def where(found: Callable[[ast.AST], bool]) -> set[str]:
    """The files of the package that have such a node."""
    return {name(path) for path in modules("privacy_center") if any(found(node) for node in ast.walk(parsed(path)))}


def is_call_of(node: ast.AST, *names: str) -> bool:
    """Whether this calls a method of one of these names: `commit`, or `datetime.now`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    owner = node.func.value
    full = f"{owner.id}.{node.func.attr}" if isinstance(owner, ast.Name) else node.func.attr
    return full in names or node.func.attr in names


def test_nobody_commits_below_a_door() -> None:
    assert where(lambda node: is_call_of(node, "commit")) <= COMMITS


def test_there_is_one_wall_clock() -> None:
    clocks = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns")
    assert where(lambda node: is_call_of(node, *clocks)) <= CLOCKS


def test_a_case_s_state_is_assigned_in_one_place() -> None:
    def assigns(node: ast.AST) -> bool:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        return isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and any(map(_is_case_state, targets))

    assert where(assigns) == STATES


def _is_case_state(target: ast.AST | None) -> bool:
    if not isinstance(target, ast.Attribute) or target.attr != "state":
        return False
    return isinstance(target.value, ast.Name) and target.value.id == "case"


def test_files_are_small() -> None:
    long = {name(path): count for path in modules(*CODE) if (count := lines(path)) > LONGEST_FILE}
    assert not {path: count for path, count in long.items() if path not in EXCEPTIONS}


def lines(path: Path) -> int:
    """How many lines a file has."""
    return len(path.read_text(encoding="utf-8").splitlines())


def test_functions_are_short() -> None:
    assert not {place: count for place, count in long_functions() if place not in EXCEPTIONS}


def long_functions() -> Iterator[tuple[str, int]]:
    """Those with more lines than a reader keeps in mind."""
    for path in modules(*CODE):
        for function in functions(path):
            if (count := length(function)) > LONGEST_FUNCTION:
                yield f"{name(path)}:{function.name}", count


def length(function: Function) -> int:
    """Lines from `def` to the end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_every_module_says_what_room_it_is() -> None:
    rooms = modules("privacy_center", "demo", "bench")
    assert not [name(path) for path in rooms if not ast.get_docstring(parsed(path))]


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "helpers", "common", "services", "manager", "misc"}
    assert not [path for path in PACKAGE.rglob("*.py") if path.stem in drawers]
