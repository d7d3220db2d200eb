"""Where the law library and the stationery lie: beside the package in a source tree, inside it in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def _folder(name: str) -> Path:
    inside = _PACKAGE / f"_{name}"
    return inside if inside.is_dir() else _PACKAGE.parent / name


WORKFLOWS = _folder("workflows")
TEMPLATES = _folder("templates")
STATIC = _PACKAGE / "web" / "static"


def stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes whenever a file below a folder does: each one's path, time of change (ns) and size (bytes)."""
    found = ((path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file())
    return tuple((str(path), about.st_mtime_ns, about.st_size) for path, about in found)
