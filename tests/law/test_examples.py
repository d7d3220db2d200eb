"""Worked examples: tables that counsel can read and extend; each line is one request and its dates.

Those in `more_examples.csv` are reckoned by hand; the rationale says how.
"""

import csv
import json
from pathlib import Path

import pytest

from privacy_center.law import explain
from privacy_center.law.library import Library

TABLES = [Path(__file__).parent / name for name in ("examples.csv", "more_examples.csv")]
ROWS = [row for table in TABLES for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines())]
EXPECTED = {
    "clock_start": "expected_clock_start",
    "ack_due": "expected_ack_due",
    "response_due": "expected_response_due",
    "extension_notice_due": "expected_extension_notice_due",
    "extended_due": "expected_extended_due",
    "response_expires_utc": "response_expires_utc",
}


def question(row: dict[str, str]) -> str:
    """A line of the table as `explain --jsonl` takes it."""
    kept = {
        name: row[name] for name in ("case_id", "regime", "right", "profile", "calendar", "timezone", "received_at")
    }
    return json.dumps(kept | {"events": json.loads(row["events_json"] or "{}")})


@pytest.mark.parametrize("row", ROWS, ids=[row["case_id"] for row in ROWS])
def test_its_dates_are_those_of_the_table(library: Library, row: dict[str, str]) -> None:
    if row["regime"] not in library.regimes or row["right"] not in library.regimes[row["regime"]].rules:
        pytest.fail(f"{row['regime']}.{row['right']} is not in the library")
    answer = explain.line(library, question(row))
    assert {ours: answer[ours] or "" for ours in EXPECTED} == {ours: row[theirs] for ours, theirs in EXPECTED.items()}
    assert answer["because"], "every date has its reasons"
    if answer["response_due"] is not None:
        assert answer["target_due"] <= max(answer["response_due"], answer["extended_due"] or "")
