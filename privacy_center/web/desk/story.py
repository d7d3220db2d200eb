"""The record of a case as its page shows it: every entry of the trail, and looks of one person in one hour together."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from privacy_center.casework import recorded, story, trail
from privacy_center.casework.work import Work
from privacy_center.law.workflows import Workflow
from privacy_center.records.case import Case
from privacy_center.records.event import Event

LOOK = "look"
OPENED = {"letter": "A letter opened by staff", "permission": "A permission opened by staff"}
"""What was looked at, where it was not the page of the case."""

BY = {"clock": "by itself"}
"""Who did it, where that is no person."""

AN_HOUR = timedelta(hours=1)


async def shown(work: Work, found: Case, workflow: Workflow) -> list[dict[str, Any]]:
    """The lines of the record, newest first; each with the entries that it stands for. Auditors and those who have
    left are named as well: the record says who it was."""
    events = await trail.events(work, found)
    names = await recorded.names(work, {event.actor for event in events if event.actor})
    return [
        {
            "title": _title(workflow, entries[0]),
            "by": names.get(entries[0].actor or "", BY.get(entries[0].role, entries[0].role)),
            "entries": [_entry(event) for event in entries],
        }
        for entries in gathered(events)
    ]


def gathered(events: Sequence[Event]) -> list[list[Event]]:
    """Entries by the lines of a page, newest first.

    Whoever works on a case opens it again after each act. Looks of the same person at the same thing, within an hour
    before the last of them, stand in that one's line; the trail itself keeps each for its own (rule 4).
    """
    lines: list[list[Event]] = []
    looks: dict[tuple[str | None, object], list[Event]] = {}
    for event in reversed(events):
        whose = (event.actor, event.facts.get("at"))
        line = looks.get(whose) if event.step == LOOK else None
        if line is not None and line[0].at - event.at < AN_HOUR:
            line.append(event)
            continue
        lines.append([event])
        if event.step == LOOK:
            looks[whose] = lines[-1]
    return lines


def _title(workflow: Workflow, event: Event) -> str:
    seen = OPENED.get(str(event.facts.get("at"))) if event.step == LOOK else None
    return seen or story.title_for_staff(workflow, event)


def _entry(event: Event) -> dict[str, Any]:
    return {
        "at": event.at,
        "number": event.number,
        "facts": [(key, value) for key, value in event.facts.items() if key != "state"],
        "digest": event.digest,
    }
