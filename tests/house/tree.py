"""The source tree, read once."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "privacy_center"
CODE = ("privacy_center", "demo", "bench", "tests")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules(*folders: str) -> tuple[Path, ...]:
    """All Python files below these folders, the revisions of the tables left out."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(path for path in found if "versions" not in path.parts)


@cache
def parsed(path: Path) -> ast.Module:
    """One file as a tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    """All functions and methods of a file."""
    return (node for node in ast.walk(parsed(path)) if isinstance(node, Function))


def name(path: Path) -> str:
    """A file's name as a message says it."""
    return path.relative_to(ROOT).as_posix()


@cache
def ours() -> tuple[Path, ...]:
    """Every text file of the project: those that git knows or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607 (git as the developer has it)
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode != 0:  # a tree without git, like an unpacked archive
        return tuple(path for folder in CODE for path in (ROOT / folder).rglob("*") if path.is_file())
    return tuple(path for line in listed.stdout.splitlines() if (path := ROOT / line).is_file())


def text(path: Path) -> str | None:
    """What a file says, or None where it is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
