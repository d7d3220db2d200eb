"""An installation's own letters, pages, laws and workflows: checked like the house's, before anybody meets them."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from privacy_center import places
from privacy_center.cli import main
from privacy_center.law import workflows
from privacy_center.law.tables import Contradictions
from privacy_center.places import Layers
from tests.cli import overlays
from tests.cli.overlays import LETTER, PAGE, WORKFLOW, house, law
from tests.conftest import settings_for
from tests.mailbox import Mailbox

CODE, DENIAL = "letters/en/code.txt", "letters/en/denial.txt"


def check(path: Path) -> Result:
    """`privacy-center check` of one installation."""
    return CliRunner().invoke(main, ["check"], env={"PRIVACY_CENTER_INSTALLATION": str(path)})


def test_a_good_one_contradicts_nothing_and_its_law_is_known(tmp_path: Path) -> None:
    path = overlays.written(tmp_path)
    done = check(path)
    assert done.exit_code == 0, done.output
    assert f"templates/{PAGE}:7: “Come to our counter” is not said in es" in done.output
    asked = ["explain", "us-oh-own", "access", "--received", "2026-11-24T10:00:00Z"]
    assert "To answer" in CliRunner().invoke(main, asked, env={"PRIVACY_CENTER_INSTALLATION": str(path)}).output
    drawn = CliRunner().invoke(main, ["draw", "recall"], env={"PRIVACY_CENTER_INSTALLATION": str(path)})
    assert "Ask what became of a recall" in drawn.output


WRONG = {
    f"templates/{LETTER}": (
        house(LETTER).replace("case.reference", "case.referense", 1),
        ":1: asks for case.referense",
    ),
    "templates/letters/en/code.txt": (
        house(CODE).replace("[[code]]", "123456"),
        "[[code]] stands here or in the house",
    ),
    "templates/letters/en/denial.txt": (house(DENIAL).replace("reasons, ", "", 1), "does not carry reasons"),
    "templates/letters/en/verified.txt": ("Yes\n\nHello {{ name }}.\n", ":3: asks for name, which this letter"),
    "templates/letters/en/withdrawal.txt": ("Yes\n\n{% if paper %\n", "letters/en/withdrawal.txt:3: "),
    "templates/letters/en/place.txt": ("Yes\n\n{{ case.place|exchange }}\n", ":3: no filter is called exchange"),
    "templates/letters/en/greeting.txt": ("Yes\n\nHello.\n", "no step sends a letter of this name"),
    "templates/letters/de/code.txt": ("Yes\n\nHello.\n", "letters/de/code.txt:1: nobody reads this"),
    "templates/public/choices.html": ("Hello", "nobody could opt out here"),
    "templates/public/contacts.html": ("Hello", "contacts.html:1: nobody reads this file of the overlay"),
    "templates/public/notice.html": ("\n{{ owner }}", "notice.html:2: asks for owner, which this page is never told"),
    "templates/public/rights.html": ('{% extends "lay.html" %}', "rights.html:1: names lay.html, which is no template"),
    "templates/public/sent.html": ("\n{% if path %}{{ path|exchange }}{% endif %}", ":2: no filter is called exchange"),
    "workflows/regime/ke.toml": ("", "workflows/regime/ke.toml:1: nobody reads this file"),
    "workflows/answers/reasons.toml": ("", "workflows/answers/reasons.toml:1: nobody reads this file"),
}
"""Files of an overlay that are wrong, and what is said of each."""


def test_whatever_is_wrong_is_named_with_its_place(tmp_path: Path) -> None:
    done = check(overlays.written(tmp_path, {name: text for name, (text, _) in WRONG.items()}))
    assert done.exit_code == 1
    assert not [name for name, (_, says) in WRONG.items() if says not in done.output], done.output


def test_serving_does_not_begin_with_a_page_that_cannot_be_shown(tmp_path: Path, mailbox: Mailbox) -> None:
    path = overlays.written(tmp_path, {f"templates/{PAGE}": "{{ owner }}"})
    settings = settings_for("sqlite:///:memory:", mailbox) | {"PRIVACY_CENTER_INSTALLATION": str(path)}
    done = CliRunner().invoke(main, ["serve"], env=settings)
    assert done.exit_code == 1
    assert f"templates/{PAGE}:1: asks for owner" in done.output


ACCESS = 'base = "confirmed"\ndiscloses = false\ntitle = "A"\nrights = ["access"]\n'


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("recall", WORKFLOW.replace('"confirmed"', '"conformed"'), "conformed.toml"),
        ("access", ACCESS, "serves access, which discloses or changes what is held"),
        ("recall", "protective = true\n" + WORKFLOW, "serves recall, which does more than say no (D3)"),
        (
            "recall",
            WORKFLOW + '[steps.fulfil]\nby = ["handler", "clock"]\n',
            "grants by somebody who is no staff (rule 1)",
        ),
        ("recall", WORKFLOW + '[steps.ask]\ndoes = "seal_package"\n', "without the guard not_held (rule 1)"),
    ],
)
def test_a_workflow_of_its_own_keeps_the_rules(tmp_path: Path, name: str, text: str, says: str) -> None:
    overlays.put(tmp_path, f"{name}.toml", text)
    with pytest.raises(Contradictions) as wrong:
        workflows.load(Layers(tmp_path, places.WORKFLOWS))
    assert says in str(wrong.value)


def test_a_right_of_its_own_needs_a_promise_everywhere(tmp_path: Path) -> None:
    done = check(overlays.written(tmp_path, {"workflows/regimes/voluntary.toml": law("voluntary")}))
    assert "regimes/voluntary.toml:1: lacks recall" in done.output


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("elsewhere", "overlay names no folder"),
        ("../ours", "overlay must name a folder beside this file"),
        ("/etc", "overlay must name a folder beside this file"),
    ],
)
def test_it_lies_beside_the_file(tmp_path: Path, named: str, says: str) -> None:
    path = overlays.written(tmp_path)
    path.write_text(path.read_text("utf-8").replace('overlay = "ours"', f'overlay = "{named}"'), "utf-8")
    done = check(path)
    assert done.exit_code == 1
    assert says in done.output


def test_nothing_in_it_leads_out(tmp_path: Path) -> None:
    path = overlays.written(tmp_path)
    (tmp_path / "ours" / "templates" / "public" / "home.html").symlink_to("/etc/hostname")
    assert "leads out of its folder" in check(path).output
    path.write_text(path.read_text("utf-8").replace('overlay = "ours"', 'overlay = "etc"'), "utf-8")
    (tmp_path / "etc").symlink_to("/etc")
    assert "leads out of its folder" in check(path).output


def test_a_folder_that_nobody_reads_is_a_slip(tmp_path: Path) -> None:
    path = overlays.written(tmp_path, {"template/contact.html": house(PAGE)})
    done = check(path)
    assert done.exit_code == 1
    assert "its folders are templates and workflows" in done.output
