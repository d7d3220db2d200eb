"""Where the law library and the stationery lie: beside the package in a source tree, inside it in a wheel.

An installation may lay folders of its own over them; whoever reads sees one folder.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_PACKAGE = Path(__file__).parent


class Folder(Protocol):
    """A folder, or a file in it, as those who read it see it: a path, or a place in two layers."""

    @property
    def name(self) -> str: ...
    @property
    def stem(self) -> str: ...
    @property
    def suffix(self) -> str: ...
    @property
    def parent(self) -> "Folder": ...
    def __hash__(self) -> int: ...
    def __truediv__(self, name: str) -> "Folder": ...
    def is_file(self) -> bool: ...
    def is_dir(self) -> bool: ...
    def read_bytes(self) -> bytes: ...
    def read_text(self, encoding: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Layers:
    """One place in an installation's own folder and in ours: its own file stands in place of ours."""

    own: Path
    ours: Path

    def __str__(self) -> str:
        return str(self._here)

    def __truediv__(self, name: str) -> "Layers":
        return Layers(self.own / name, self.ours / name)

    @property
    def name(self) -> str:
        return self.ours.name

    @property
    def stem(self) -> str:
        return self.ours.stem

    @property
    def suffix(self) -> str:
        return self.ours.suffix

    @property
    def parent(self) -> "Layers":
        return Layers(self.own.parent, self.ours.parent)

    def is_file(self) -> bool:
        return self._here.is_file()

    def is_dir(self) -> bool:
        return self.own.is_dir() or self.ours.is_dir()

    def read_bytes(self) -> bytes:
        return self._here.read_bytes()

    def read_text(self, encoding: str) -> str:
        return self._here.read_text(encoding=encoding)

    @property
    def _here(self) -> Path:
        return self.own if self.own.is_file() else self.ours


def layers(folder: Folder) -> tuple[Path, ...]:
    """The real folders of a folder, the one that counts first."""
    return (folder.own, folder.ours) if isinstance(folder, Layers) else (Path(str(folder)),)


def files(folder: Folder, pattern: str) -> dict[str, Path]:
    """The files of a folder that fit a pattern, by their names in it and in that order; hidden ones are none."""
    found: dict[str, Path] = {}
    for layer in reversed(layers(folder)):
        found |= {path.relative_to(layer).as_posix(): path for path in layer.glob(pattern) if path.is_file()}
    return {name: found[name] for name in sorted(found) if not name.startswith(".") and "/." not in name}


def stamp(folder: Folder) -> tuple[tuple[str, int, int], ...]:
    """What changes whenever a file below a folder does: each one's path, time of change (ns) and size (bytes)."""
    found = ((path, path.stat()) for path in files(folder, "**/*").values())
    return tuple((str(path), about.st_mtime_ns, about.st_size) for path, about in found)


def _folder(name: str) -> Path:
    inside = _PACKAGE / f"_{name}"
    return inside if inside.is_dir() else _PACKAGE.parent / name


WORKFLOWS = _folder("workflows")
TEMPLATES = _folder("templates")
STATIC = _PACKAGE / "web" / "static"
