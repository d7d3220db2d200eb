"""`explain`, `draw` and `check`: what counsel types, without any setting."""

import json
import subprocess

import pytest
from click.testing import CliRunner

from privacy_center.cli import main
from tests.processes import PROGRAM, environment
from tests.programs import ROOT


def run(*arguments: str, lines: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments], env=environment({}), cwd=ROOT, input=lines, capture_output=True, text=True, timeout=60
    )


def test_explain_tells_each_step_with_its_citation() -> None:
    done = run(
        "explain",
        "eu-gdpr",
        "access",
        "--received",
        "2026-01-31T10:00:00+01:00",
        "--timezone",
        "Europe/Berlin",
        "--calendar",
        "DE",
    )
    assert done.returncode == 0, done.stderr
    for words in (
        "2026-01-31",
        "2026-02-28",
        "2026-03-02",
        "GDPR Art. 12(3)",
        "Reg 1182/71 Art. 3(4)",
        "Europe/Berlin",
    ):
        assert words in done.stdout
    assert "answer by       2026-03-02  (we aim for 2026-02-28)" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("explain", "eu-gdpr", "levitate", "--received", "2026-01-31T10:00:00Z"), "no right called 'levitate'"),
        (("explain", "atlantis", "access", "--received", "2026-01-31T10:00:00Z"), "no regime is called 'atlantis'"),
        (("explain", "eu-gdpr", "access", "--received", "2026-01-31T10:00:00"), "needs an offset"),
        (("explain", "eu-gdpr", "access"), "received_at is missing"),
        (("explain", "eu-gdpr", "access", "--received", "2026-01-31T10:00:00Z", "--calendar", "XX"), "no calendar"),
        (("explain", "eu-gdpr", "access", "--received", "2026-01-31T10:00:00Z", "--profile", "hurry"), "no profile"),
        (("draw", "levitation"), "no workflow is called 'levitation'"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_in_one_line(arguments: tuple[str, ...], says: str) -> None:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert isinstance(done.exception, SystemExit)
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_one_bad_line_does_not_stop_the_rest() -> None:
    good = {"case_id": "A", "regime": "eu-gdpr", "right": "access", "received_at": "2016-01-31T10:00:00+01:00"}
    bad = [
        "not json",
        "[]",
        "{}",
        json.dumps(good | {"received_at": "2026-01-31"}),
        json.dumps(good | {"events": 7}),
        json.dumps(good | {"received_at": "9999-12-31T23:59:59Z"}),
        json.dumps(good | {"timezone": "Mars/Base"}),
    ]
    done = run("explain", "--jsonl", lines="\n".join([*bad, json.dumps(good)]) + "\n")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert len(answers) == len(bad) + 1
    assert all(answer["error"] for answer in answers[:-1])
    assert answers[-1]["in_force"] is False
    assert answers[-1]["warnings"]
    assert answers[-1]["response_due"] == "2016-02-29"


def test_draw_knows_both_forms() -> None:
    assert "| State | Step |" in CliRunner().invoke(main, ["draw", "access"]).stdout
    drawn = CliRunner().invoke(main, ["draw", "access", "--format", "mermaid"])
    assert drawn.stdout.startswith("stateDiagram-v2")


def test_check_finds_no_contradiction_in_what_we_ship() -> None:
    done = run("check")
    assert done.returncode == 0, done.stdout + done.stderr
