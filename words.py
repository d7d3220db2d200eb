"""Collects every message that people read into `templates/languages`: `python3 dev.py words`.

The template has all messages with the place where each stands. Each language keeps its translations; a message that was
reworded is marked fuzzy, and `privacy-center check` asks for it.
"""

import sys
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from privacy_center.catalogues import TEMPLATE

ROOT = Path(__file__).parent
FOLDER = ROOT / "templates" / "languages"
NOTE = "# Messages of the pages of Privacy Center. A value such as %(name)s or {name} stays as it is."
WIDTH = 110

Found = tuple[str, int, str | tuple[str, ...]]

PAGES = ("public", "errors")
SHARED = (
    "layout",
    "macros",
    "choice_parts",
    "receipt_part",
    "ledger",
    "again_part",
    "probe_parts",
    "detail_parts",
    "permission_part",
)
JINJA = {"trimmed": "true", "silent": "false", "encoding": "utf-8", "newstyle_gettext": "true"}
CODE = {"Phrase": None, "counted": (1, 2)}
TEXT = {"_": None, "gettext": None, "ngettext": (1, 2)}

LAW: dict[str, tuple[str, ...]] = {
    "*.toml": ("titles.*.title", "titles.*.card", "states.*.short", "states.*.says", "steps.*.tells"),
    "bases/*.toml": ("titles.*.title", "titles.*.card", "states.*.short", "states.*.says", "steps.*.tells"),
    "purposes/kinds.toml": ("*.title", "*.out", "*.words"),
    "answers/grounds.toml": ("*.title", "*.letter_text"),
    "answers/contents.toml": ("*.title",),
    "answers/details.toml": ("*.label", "*.hint", "*.options.*"),
    "places/iso-3166.toml": ("names.*",),
    "regimes/voluntary.toml": ("name",),
    "regimes/**/*.toml": (
        "regulator.name",
        "court",
        *(
            f"{where}.{key}"
            for where in ("all", "rights.*")
            for key in ("verification.level", "verification.never", "agent.proof", "fee.rule", "appeal.window")
        ),
        "all.unverified_next",
        "rights.*.unverified_next",
    ),
}
"""What people read of the law library, and where it stands. Names of laws and citations are names."""


def messages() -> Iterator[Found]:
    """Every message: its file, its line, and it with its plural."""
    yield from _of_templates()
    yield from _of_code()
    yield from _of_law()


def _of_templates() -> Iterator[Found]:
    folder = ROOT / "templates"
    paths = [path for name in PAGES for path in sorted((folder / name).glob("*.html"))]
    for path in [*(folder / f"{name}.html" for name in SHARED), *paths]:
        with path.open("rb") as opened:
            for line, said, _, _ in extract("jinja2.ext:babel_extract", opened, keywords=TEXT, options=JINJA):
                yield _name(path), line, said


def _of_code() -> Iterator[Found]:
    for path in sorted((ROOT / "privacy_center").rglob("*.py")):
        if "desk" not in path.relative_to(ROOT).parts:  # the folder of the whole tree may be called anything
            with path.open("rb") as opened:
                for line, said, _, _ in extract("python", opened, keywords=CODE):
                    yield _name(path), line, said
    yield "privacy_center/casework/receipts.py", 1, "RECEIPT"


def _of_law() -> Iterator[Found]:
    folder = ROOT / "workflows"
    for pattern, keys in LAW.items():
        for path in sorted(folder.glob(pattern)):
            text = path.read_text(encoding="utf-8")
            table = tomllib.loads(text)
            for key in keys:
                for said in _at(table, key.split(".")):
                    yield _name(path), text.count("\n", 0, max(0, text.find(f'"{said}"'))) + 1, said


def _at(found: Any, path: list[str]) -> Iterator[str]:
    """The texts at a place of a table; `*` is any key."""
    if not path:
        yield from (each for each in (found if isinstance(found, list) else [found]) if each)
    elif isinstance(found, dict):
        names = list(found) if path[0] == "*" else [path[0]] if path[0] in found else []
        for name in names:
            yield from _at(found[name], path[1:])


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def collected() -> Catalog:
    """All messages as a template."""
    catalog = Catalog(project="Privacy Center", header_comment=NOTE, fuzzy=False)
    for path, line, said in messages():
        flags = ["python-format"] if path.startswith("templates/") and "%(" in "".join(said) else []
        catalog.add(said, locations=[(path, line)], flags=flags)
    return catalog


def written(catalog: Catalog) -> bytes:
    """A catalogue as its file has it: in the order of the source, and without a date that would change each time."""
    made = BytesIO()
    write_po(made, catalog, width=WIDTH, include_lineno=False, ignore_obsolete=True)
    lines = made.getvalue().decode().splitlines(keepends=True)
    dated = (
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        '"Last-Translator',
        '"Language-Team',
        '"Report-Msgid',
        '"Generated',
    )
    return "".join(line for line in lines if not line.startswith(dated)).encode()


def main() -> int:
    """Write the template, and bring each catalogue up to it."""
    template = collected()
    (FOLDER / TEMPLATE).write_bytes(written(template))
    for path in sorted(FOLDER.glob("*.po")):
        with path.open("rb") as opened:
            known = read_po(opened, locale=path.stem.replace("-", "_"))
        known.update(template, update_header_comment=True)
        path.write_bytes(written(known))
        waiting = [each for each in known if each.id and (each.fuzzy or not each.string or not all(each.string))]
        print(f"{_name(path)}: {len(known)} messages, {len(waiting)} to be translated")
    return 0


if __name__ == "__main__":
    sys.exit(main())
