"""The track of a request: the plain steps that everybody's request takes, and where this one is."""

from datetime import datetime
from typing import Any

from privacy_center.law.terms import Disposition
from privacy_center.phrases import Phrase
from privacy_center.records.case import Case


def of_case(case: Case, proved_at: datetime | None, *, asks: bool) -> list[dict[str, Any]]:
    """Four plain steps, each with the day it was done or is aimed for (U17); what nobody asks for is left out (D3)."""
    closed_at = case.closed_at
    worked = closed_at is not None and (proved_at is not None or not asks)
    last = Phrase("Withdrawn") if case.disposition == Disposition.withdrawn else Phrase("Answered")
    rows = [
        (Phrase("Received"), True, case.received_at, None),
        (Phrase("You confirm that it was you"), proved_at is not None, proved_at, None),
        (Phrase("We work on it"), worked, None, None),
        (last, closed_at is not None, closed_at, case.target_due),
    ]
    left_out = set() if asks or proved_at else {1}
    now = next((place for place, row in enumerate(rows) if not row[1] and place not in left_out), len(rows))
    return [
        {
            "title": title,
            "state": _mark(done, place == now, closed_at is not None or place in left_out),
            "at": at,
            "by": by,
        }
        for place, (title, done, at, by) in enumerate(rows)
    ]


def _mark(done: bool, now: bool, closed: bool) -> str:
    """Done, now, todo; or skipped, once the case has ended without it."""
    if done:
        return "done"
    return "skipped" if closed else "now" if now else "todo"
