"""Translations: the template is what the source says, every catalogue is whole, and `check` finds what is not."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

import words
from privacy_center import catalogues, places
from tests import processes
from tests.conftest import NORTHWIND

FOLDER = places.TEMPLATES / "languages"
LANGUAGES = ("es", "ar")


def test_the_template_is_what_the_source_says() -> None:
    written = words.written(words.collected())
    assert (FOLDER / catalogues.TEMPLATE).read_bytes() == written, "run `python3 dev.py words`"


def test_words_come_from_pages_from_code_and_from_the_law_wherever_the_tree_lies() -> None:
    files = {file for file, *_ in words.messages()}
    for folder in ("templates/public", "privacy_center/casework", "privacy_center/web", "workflows"):
        assert len([file for file in files if file.startswith(folder + "/")]) > 5, folder


def test_every_catalogue_is_whole() -> None:
    assert {path.stem for path in FOLDER.glob("*.po")} == set(LANGUAGES)
    assert catalogues.check(FOLDER, LANGUAGES) == []


POT = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

#: templates/layout.html
msgid "Start"
msgstr ""

msgid "At most {most} characters."
msgstr ""

#, python-format
msgid "Version %(version)s"
msgstr ""

msgid "{number} day"
msgid_plural "{number} days"
msgstr[0] ""
msgstr[1] ""
"""
WHOLE = {
    "Start": """msgid "Start"
msgstr "Inicio"
""",
    "most": """msgid "At most {most} characters."
msgstr "{most} caracteres como máximo."
""",
    "version": """#, python-format
msgid "Version %(version)s"
msgstr "Versión %(version)s"
""",
    "day": """msgid "{number} day"
msgid_plural "{number} days"
msgstr[0] "un día"
msgstr[1] "{number} días"
""",
}


def faults(folder: Path, parts: Mapping[str, str]) -> list[str]:
    """What `check` says of a catalogue of these parts."""
    (folder / catalogues.TEMPLATE).write_text(POT, encoding="utf-8")
    head = POT.split("\n\n")[0].replace(
        '"Content', '"Language: es\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n"Content'
    )
    (folder / "es.po").write_text("\n\n".join([head, *parts.values()]), encoding="utf-8")
    return catalogues.check(folder, ("es",))


@pytest.mark.parametrize(
    ("name", "part", "line", "why"),
    [
        ("Start", "", 1, "lacks “Start”"),
        ("Start", 'msgid "Start"\nmsgstr ""\n', 7, "“Start” is not translated"),
        ("Start", '#, fuzzy\nmsgid "Start"\nmsgstr "Iniciar"\n', 8, "marked fuzzy"),
        ("Start", 'msgid "Start"\nmsgstr "100 %"\n', 7, "cannot be filled in"),
        ("most", 'msgid "At most {most} characters."\nmsgstr "{mas} caracteres."\n', 11, "has other values"),
        ("most", 'msgid "At most {most} characters."\nmsgstr "Pocos caracteres."\n', 11, "has other values"),
        ("version", 'msgid "Version %(version)s"\nmsgstr "Versión {version} %(v)s"\n', 15, "has other values"),
        (
            "day",
            'msgid "{number} day"\nmsgid_plural "{number} days"\nmsgstr[0] "día"\nmsgstr[1] ""\n',
            20,
            "not translated",
        ),
    ],
)
def test_check_finds_what_a_catalogue_lacks_with_its_line(
    tmp_path: Path, name: str, part: str, line: int, why: str
) -> None:
    assert faults(tmp_path, WHOLE) == []
    (found,) = faults(tmp_path, {**WHOLE, name: part})
    assert why in found
    assert f"es.po:{line}: " in found


def test_check_finds_a_language_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / catalogues.TEMPLATE).write_text(POT, encoding="utf-8")
    (missing,) = catalogues.check(tmp_path, ("en", "fr"))
    assert "fr.po:1: is missing" in missing
    (unknown,) = catalogues.check(tmp_path, ("klingon",))
    assert "'klingon' is no language" in unknown


def check(tmp_path: Path, environ: Mapping[str, str], **changed: str) -> subprocess.CompletedProcess[str]:
    """`privacy-center check` of the example with other lines."""
    text = NORTHWIND.read_text(encoding="utf-8")
    for name, line in changed.items():
        text, times = re.subn(rf'^{name} = \["en".*$', line, text, flags=re.MULTILINE)
        assert times == 1
    path = tmp_path / "house.toml"
    path.write_text(text.replace('"Our newsletter and offers" = "Nuestro', '"Another newsletter" = "Nuestro'), "utf-8")
    settings = processes.environment({"PRIVACY_CENTER_INSTALLATION": str(path)})
    return subprocess.run([*processes.PROGRAM, "check"], env=settings, capture_output=True, text=True, timeout=60)


def test_the_command_names_file_and_line(tmp_path: Path) -> None:
    done = check(tmp_path, {}, pages='pages = ["en", "eo", "tlh"]', letters='letters = ["en", "eo"]')
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    where = next(number for number, line in enumerate(NORTHWIND.read_text().splitlines(), 1) if line == "[languages]")
    assert any(f"house.toml:{where + 1}: [languages] pages names eo" in line for line in lines), done.stdout
    assert any(f"house.toml:{where + 1}: [languages] pages names 'tlh'" in line for line in lines), done.stdout
    assert any(f"house.toml:{where + 2}: [languages] letters names eo" in line for line in lines), done.stdout


def test_the_command_warns_of_own_words_that_nobody_translated(tmp_path: Path) -> None:
    done = check(tmp_path, {})
    assert done.returncode == 0, done.stdout
    assert "warning: " in done.stdout
    assert "[words.es] lacks “Our newsletter and offers”" in done.stdout
