"""What the desk shows of somebody's choices: what stands now, every row that led there, and the doubts about them."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from privacy_center.casework import corrections, preferences, receipts, recorded
from privacy_center.casework.preferences import Pressed
from privacy_center.casework.purposes import ANY
from privacy_center.casework.work import Work
from privacy_center.records.preference import Choice, Correction, Preference, Source

MOST = 200
"""Rows of one history on a page; what stands now is always all of it."""

WAYS = {
    Source.button: "Button on the public page",
    Source.signal: "Global Privacy Control",
    Source.mail_link: "Link in a mail",
    Source.one_click: "One-click unsubscribe",
    Source.agent: "Through an agent",
    Source.api: "Through one of our systems",
    Source.staff: "Written down by staff",
    Source.correction: "Correction by two people",
}
SAID = {Choice.out: "No", Choice.in_: "Yes", Choice.undone: "Nothing: what stood here was an error"}


async def shown(work: Work, person: UUID | None, done: Pressed | None) -> dict[str, Any]:
    """Everything about one person: what stands for each purpose, and the history; `done` is what was just recorded."""
    rows = await preferences.history(work, person, most=MOST) if person else []
    names = await recorded.names(work, {str(row.facts["actor"]) for row in rows if row.facts.get("actor")})
    doubts = await corrections.of(work, person) if person else {}
    newest: dict[str, int | None] = {}
    for row in rows:
        newest.setdefault(row.purpose, row.number)
    return {
        "known": person is not None,
        "stands": await _stands(work, person),
        "rows": [
            _row(work, row, names, doubts.get(row.number or 0, ()), last=newest[row.purpose] == row.number)
            for row in rows
        ],
        "most": MOST,
        "done": _done(work, done) if done else None,
    }


def _done(work: Work, done: Pressed) -> dict[str, Any]:
    return {
        "at": done.at,
        "purposes": [_title(work, name) for name in done.purposes],
        "receipt": receipts.of_press(work, done),
    }


async def _stands(work: Work, person: UUID | None) -> list[dict[str, Any]]:
    """For each purpose of the house what this person's newest word is."""
    state = await preferences.states(work, [person] if person else [], list(work.house.offers))
    found = []
    for name, offer in work.house.offers.items():
        row = state.get((person, name))
        said = row if row is not None and row.choice != Choice.undone else None
        found.append(
            {"title": offer.title, "basis": offer.basis, "choice": said.choice if said else "", "row": said}
            | {"way": WAYS[Source(said.source)] if said else ""}
        )
    return found


def _row(
    work: Work, row: Preference, names: Mapping[str, str], doubts: tuple[Correction, ...], *, last: bool
) -> dict[str, Any]:
    facts, doubt = row.facts, doubts[-1] if doubts else None
    return {
        "number": row.number,
        "purpose": _title(work, row.purpose),
        "choice": row.choice,
        "said": SAID[Choice(row.choice)],
        "at": row.at,
        "way": WAYS[Source(row.source)],
        "channel": recorded.CHANNELS.get(str(facts.get("channel", "")), ""),
        "received": _day(facts.get("received")),
        "of": facts.get("of"),
        "again": facts.get("again"),
        "law": _law(work, row.regime),
        "notice": row.notice_version,
        "press": row.press,
        "by": names.get(str(facts.get("actor", "")), ""),
        "doubt": doubt,
        "open_to_doubt": last and row.purpose in work.house.offers and (doubt is None or doubt.agreed is not None),
    }


def _day(noted: object) -> date | None:
    """The day that a row holds; one that came with a time of day, or none, is no day."""
    try:
        return date.fromisoformat(str(noted))
    except ValueError:
        return None


def _title(work: Work, purpose: str) -> str:
    """The purpose in the words of this house; one that is no longer offered by its name."""
    offer = work.house.offers.get(purpose)
    return offer.title if offer else purpose


def _law(work: Work, regime: str) -> str:
    if regime == ANY:
        return "Every law of this house: the place was not asked"
    known = work.house.library.regimes.get(regime)
    return known.short if known else regime


async def waiting(work: Work, kinds: Mapping[str, str]) -> list[dict[str, Any]]:
    """The doubts that wait for a lead. The list names nobody."""
    return [
        {
            "id": str(found.correction.id),
            "at": found.correction.asked_at,
            "purpose": _title(work, found.row.purpose),
            "said": SAID[Choice(found.row.choice)],
            "row": found.row.number,
            "kind": kinds.get(found.kind, found.kind),
            "own": found.correction.asked_by == work.by.staff_id,
        }
        for found in await corrections.waiting(work)
    ]


async def doubted(work: Work, correction: Correction, kind: str) -> dict[str, Any]:
    """One doubt: the row, why it is doubted, and what stands if a second person agrees."""
    found = await shown(work, correction.fingerprint_id, None)
    row = next((each for each in found["rows"] if each["number"] == correction.number), None)
    doubtful = await work.session.get_one(Preference, correction.number)
    choice, before = await corrections.result(work, doubtful)
    names = await recorded.names(work, {str(who) for who in (correction.asked_by, correction.decided_by) if who})
    return {
        "correction": correction,
        "kind": kind,
        "row": row or _row(work, doubtful, {}, (correction,), last=False),
        "person": found,
        "reason": corrections.reason(work, correction),
        "choice": choice.value,
        "before": before,
        "why_not": corrections.why_not(work, correction),
        "asked_by": names.get(str(correction.asked_by), ""),
        "decided_by": names.get(str(correction.decided_by), ""),
    }
