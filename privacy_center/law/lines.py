"""Lines: where in a file a contradiction stands, so that an editor can go there."""

import re
from collections.abc import Iterable, Iterator

from privacy_center.places import Folder

FILE = re.compile(r"^(?:workflows/)?((?:[\w-]+/)?[\w.-]+\.toml)\b")
TABLE = re.compile(r"\[([\w.-]+)\]")
STEP = re.compile(r"\bstep ([\w-]+)")
STATE = re.compile(r"\bstate '([\w-]+)'")
BASE = re.compile(r'^base\s*=\s*"([\w-]+)"', re.MULTILINE)
KEY = re.compile(r"^[\s]*([\w-]+)\s*=")
AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
HEADER = re.compile(r"^\s*\[+([\w.-]+)\]+")


def located(lines: Iterable[str], folder: Folder) -> list[str]:
    """The same lines, each beginning with the file and the line it speaks of: `regimes/eu-gdpr.toml:31: …`."""
    return [_located(line, folder) for line in lines]


def _located(line: str, folder: Folder) -> str:
    match = FILE.match(line)
    if match is None:
        return line
    rest = line[match.end() :].removeprefix(":").strip()
    if at := AT_LINE.search(rest):
        return f"{match[1]}:{at[1]}: {rest}"
    for name, path in _with_bases(match[1], folder):
        if number := _find(path, _wanted(rest)):
            return f"{name}:{number}: {rest}"
    return f"{match[1]}:1: {rest}"


def _with_bases(name: str, folder: Folder) -> Iterator[tuple[str, Folder]]:
    """The file and the bases it rests on, nearest first, each with its name."""
    while (path := folder / name).is_file():
        yield name, path
        base = BASE.search(path.read_text(encoding="utf-8"))
        if base is None:
            return
        beside = "" if path.parent.name == "bases" else "bases/"
        name = f"{name[: -len(path.name)]}{beside}{base[1]}.toml"


def _wanted(rest: str) -> list[tuple[str, str]]:
    """Tables and keys that the line may speak of, the likeliest first; what a right lacks may stand under `all`."""
    tables = TABLE.findall(rest.partition(": ")[0] if rest.startswith("[") else rest)
    if step := STEP.search(rest):
        tables = [f"steps.{step[1]}"]
    elif state := STATE.search(rest):
        tables = [f"states.{state[1]}"]
    key = (KEY_WORD.search(rest) or ["", ""])[1]
    path = ".".join(tables)
    shared = re.sub(r"^rights\.[\w-]+", "all", path)
    found = [(path, key), (shared, key), (path, ""), (shared, "")]
    return [*found, *[(table, "") for table in (path.rpartition(".")[0],) if table], ("", key)]


KEY_WORD = re.compile(r"(?:^|: |\] )(?:nobody reads |ground |content |calendar )?([\w-]+)")


def _find(path: Folder, wanted: list[tuple[str, str]]) -> int | None:
    places = _places(path.read_text(encoding="utf-8"))
    return next((places[want] for want in wanted if want in places), None)


def _places(text: str) -> dict[tuple[str, str], int]:
    """The line of each table and key of a file."""
    found: dict[tuple[str, str], int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := HEADER.match(line):
            table = header[1]
            found.setdefault((table, ""), number)
        elif key := KEY.match(line):
            found.setdefault((table, key[1]), number)
            found.setdefault((f"{table}.{key[1]}".lstrip("."), ""), number)
    return found


DOTTED = re.compile(r"^\s*([\w.-]+)\s*=")


def spot(text: str, table: str, key: str, *, nth: int = 0) -> int:
    """The line of a key of a file; `nth` of several tables of one name, from 0. Where it is not written out, the line
    of its table, else the first."""
    here, seen, found = "", -1, 1
    for number, line in enumerate(text.splitlines(), start=1):
        if header := HEADER.match(line):
            here = header[1]
            seen += here == table
            found = number if here == table and seen == nth else found
        elif (said := DOTTED.match(line)) and (
            (here == table and seen == nth and said[1] == key) or (not here and said[1] == f"{table}.{key}")
        ):
            return number
    return found
