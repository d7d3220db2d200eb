"""The overlay: files of an installation's own, laid over the law library and the stationery of the house."""

from collections.abc import Iterator
from pathlib import Path

from privacy_center import places
from privacy_center.places import Folder, Layers
from privacy_center.sheet import Sheet

KEY = "overlay"
OVER = {"templates": places.TEMPLATES, "workflows": places.WORKFLOWS}
"""What may be laid over, by the names of the overlay's own folders."""

BESIDE = {
    "templates": ("letters/*/*.txt", "letters/*/parts/*.txt", "languages/*.po"),
    "workflows": ("*.toml", "bases/*.toml", "regimes/*.toml", "regimes/bases/*.toml", "calendars/*.toml"),
}
"""Files that are read whatever they are called. Any other stands in place of one of ours, or a page names it."""


def of(table: Sheet) -> Path | None:
    """The folder that an installation lays over the house, looked through. Raises SettingsError."""
    if not (name := table.text(KEY, "")):
        return None
    folder = table.path.parent / name
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise table.wrong(KEY, f"must name a folder beside this file, not {name}")
    if not folder.is_dir():
        raise table.wrong(KEY, f"names no folder: {folder}")
    here = table.path.parent.resolve() / name
    for path in (folder, *sorted(folder.rglob("*"))):
        if not path.resolve().is_relative_to(here):
            raise table.wrong(KEY, f"leads out of its folder: {path}")
    for path in sorted(folder.iterdir()):
        if path.name not in OVER and not path.name.startswith("."):
            raise table.wrong(KEY, f"holds {path}, which nobody reads: its folders are {' and '.join(OVER)}")
    return folder


def laid(own: Path | None, name: str) -> Folder:
    """A folder of the house with what an installation lays over it."""
    return OVER[name] if own is None else Layers(own / name, OVER[name])


def unread(*folders: Folder) -> list[str]:
    """One line for each file of an overlay that nobody would ever read: its name is wrong, or its folder."""
    return [line for folder in folders if isinstance(folder, Layers) for line in _unread(folder)]


def _unread(folder: Layers) -> Iterator[str]:
    own = places.files(folder.own, "**/*")
    read = {name for pattern in BESIDE[folder.own.name] for name in places.files(folder.own, pattern)}
    pages = [path.read_text(encoding="utf-8") for name, path in own.items() if name.endswith(".html")]
    for name in own:
        if name not in read and not (folder.ours / name).is_file() and not any(f'"{name}"' in page for page in pages):
            yield f"{folder.own.name}/{name}:1: nobody reads this file of the overlay: the house has none of this name"
