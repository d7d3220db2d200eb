"""The library refuses to contradict itself, and says where."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from privacy_center import places
from privacy_center.law import library, regimes, workflows
from privacy_center.law.library import Contradictions, Controller


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the law library to spoil."""
    return Path(shutil.copytree(places.WORKFLOWS, tmp_path / "workflows"))


def spoil(folder: Path, name: str, old: str, new: str) -> list[str]:
    """Change one place of one file; returns what the library then says."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Contradictions) as caught:
        library.load(folder)
    return caught.value.lines


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("bases/confirmed.toml", 'to    = "reviewing"', 'to    = "nowhere"', "'nowhere', which is no state"),
        (
            "bases/confirmed.toml",
            'opens  = ["acknowledgement"]',
            "opens = []",
            "acknowledgement, which never waits (D1)",
        ),
        ("bases/confirmed.toml", 'mails  = "denial"', "", "ends a case without a letter (rule 3)"),
        (
            "bases/request.toml",
            '"matched", "not_held", "text_given", "contents_given"]',
            '"contents_given"]',
            "without the guard matched",
        ),
        ("bases/request.toml", 'by    = "handler"', 'by = "everybody"', "'everybody', which is no role"),
        ("bases/confirmed.toml", 'begins = "unverified"', 'begins = "unverified"\nhurry = true', "nobody reads hurry"),
        ("bases/confirmed.toml", 'closes = "withdrawn"', 'closes = "vanished"', "the words are: fulfilled"),
        ("access.toml", '"adm_access"]', '"adm_access", "correct"]', "[titles] lacks correct"),
        ("regimes/eu-gdpr.toml", 'unit          = "calendar_months"', 'unit = "moons"', "'moons'; the words are"),
        (
            "regimes/eu-gdpr.toml",
            'roll_calendar = "eu_member_state"',
            'roll_calendar = "mayan"',
            "calendar mayan is unknown",
        ),
        ("regimes/eu-gdpr.toml", "no_data_held     =", "no_such_ground   =", "ground no_such_ground is unknown"),
        (
            "regimes/eu-gdpr.toml",
            'other_law                            = "GDPR Art. 23(1)"',
            "",
            "lacks the ground other_law (D23)",
        ),
        ("deletion.toml", 'rights = ["delete", ', "rights = [", "[rights.delete] no workflow serves this right"),
        (
            "regimes/eu-gdpr.toml",
            '"art15_information",',
            '"art99_information",',
            "content art99_information is unknown",
        ),
        ("regimes/eu-gdpr.toml", "count         = 1", "count = true", "must be a whole number"),
        ("regimes/voluntary.toml", "[rights.portability]", "# [rights.portability]", "voluntary.toml"),
        (
            "calendars/general.toml",
            'codes   = ["{country}"]',
            'codes = ["XX"]',
            "XX, which the holidays package does not have",
        ),
        ("access.toml", "base   =", "base   = base   =", "access.toml"),
    ],
)
def test_it_refuses_and_names_the_place(folder: Path, name: str, old: str, new: str, says: str) -> None:
    (line, *_) = [line for line in spoil(folder, name, old, new) if says in line]
    file, number, _ = line.split(":", 2)
    assert 1 <= int(number) <= len((folder / file).read_text(encoding="utf-8").splitlines())


def test_it_names_the_very_line(folder: Path) -> None:
    (line,) = spoil(folder, "regimes/eu-gdpr.toml", "count         = 1", 'count         = "one"')
    file, number, says = line.split(":", 2)
    assert (folder / file).read_text(encoding="utf-8").splitlines()[int(number) - 1].startswith("count")
    assert "must be a whole number" in says


def test_a_protective_right_may_not_wait_for_identity(folder: Path) -> None:
    path = folder / "access.toml"
    path.write_text("protective = true\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(Contradictions, match=r"is protective and waits for identity \(D3"):
        library.load(folder)


def test_a_kept_edition_reads_like_the_file() -> None:
    law = library.load(places.WORKFLOWS)
    for workflow in law.workflows.values():
        assert workflows.parse(workflow.text, where="kept") == workflow
    for regime in law.regimes.values():
        assert regimes.parse(regime.text, where="kept") == regime


def test_a_new_law_is_a_new_file(folder: Path) -> None:
    text = (folder / "regimes" / "us-ca-ccpa.toml").read_text(encoding="utf-8")
    (folder / "regimes" / "us-oh-test.toml").write_text(text.replace('"US-CA"', '"US-OH"'), encoding="utf-8")
    law = library.load(folder)
    assert [
        found.id for found in law.laws("US-OH", "access", date(2026, 11, 25), Controller(regimes=("us-oh-test",)))
    ] == ["us-oh-test"]
