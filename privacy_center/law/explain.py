"""Explaining: the dates of one request and every reason for them, for people and for machines."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from privacy_center.law import reckoning
from privacy_center.law.choices import PROFILES, Choices
from privacy_center.law.clock import Clock, Due
from privacy_center.law.library import Library
from privacy_center.law.pauses import Pause
from privacy_center.law.rules import Rule
from privacy_center.law.starts import History

MOMENTS = {
    "verified_at": "verified_at",
    "id_requested_at": "identity_asked_at",
    "id_received_at": "identity_given_at",
    "fee_requested_at": "fee_asked_at",
    "fee_paid_at": "fee_paid_at",
    "fee_notified_at": "fee_announced_at",
    "retrieved_at": "retrieved_at",
    "extension_noticed_at": "extension_noticed_at",
}
"""Names of events outside, and in our history."""

NOT_STARTED = "NOT_STARTED"
INVALID = "INVALID"


class Unexplainable(Exception):
    """The question names something that nobody knows, or is no question; the message says what."""


def clock(library: Library, question: Mapping[str, Any]) -> tuple[Clock, Rule]:
    """The clock that a question asks for. Raises Unexplainable."""
    regime = library.regimes.get(_text(question, "regime"))
    if regime is None:
        raise Unexplainable(f"no regime is called {question.get('regime')!r}")
    rule = regime.rules.get(_text(question, "right"))
    if rule is None:
        raise Unexplainable(f"{regime.id} has no right called {question.get('right')!r}")
    received = _moment(_text(question, "received_at"), "received_at")
    choices = _choices(question)
    try:
        found = reckoning.compute(
            regime,
            rule,
            received_at=received,
            history=history(question.get("events") or {}),
            choices=choices,
            calendars=library.calendars,
        )
    except KeyError as unknown:
        raise Unexplainable(f"no calendar is called {unknown}") from None
    except (ValueError, OverflowError, OSError) as error:
        raise Unexplainable(str(error)) from None
    return found, rule


def _choices(question: Mapping[str, Any]) -> Choices:
    profile = PROFILES.get(question.get("profile") or "default")
    if profile is None:
        raise Unexplainable(f"no profile is called {question['profile']!r}; there are: {', '.join(PROFILES)}")
    return replace(profile, calendar=question.get("calendar") or None, timezone=question.get("timezone") or None)


def history(events: Mapping[str, Any]) -> History:
    """The events of a question as a history. Raises Unexplainable."""
    if not isinstance(events, Mapping):
        raise Unexplainable("events must be an object")
    unknown = set(events) - set(MOMENTS) - {"clarification"}
    if unknown:
        raise Unexplainable(f"no event is called {', '.join(sorted(unknown))}")
    moments = {ours: _moment(events[theirs], theirs) for theirs, ours in MOMENTS.items() if events.get(theirs)}
    return History(**moments, pauses=tuple(_pause(item) for item in events.get("clarification") or ()))


def _pause(item: Mapping[str, Any]) -> Pause:
    answered = item.get("answered_at")
    return Pause(
        asked_at=_moment(item.get("asked_at"), "asked_at"),
        answered_at=_moment(answered, "answered_at") if answered else None,
        why="clarification",
    )


def _text(question: Mapping[str, Any], name: str) -> str:
    value = question.get(name)
    if not isinstance(value, str) or not value:
        raise Unexplainable(f"{name} is missing")
    return value


def _moment(value: Any, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unexplainable(f"{name} must be a time like 2026-11-25T09:00:00+01:00, not {value!r}") from None
    if moment.tzinfo is None:
        raise Unexplainable(f"{name} needs an offset from UTC, like +01:00 or Z")
    return moment


def line(library: Library, text: str) -> dict[str, Any]:
    """One line of questions, answered; what cannot be computed gives its error."""
    case_id = None
    try:
        question = json.loads(text)
        if not isinstance(question, dict):
            raise Unexplainable("a line must hold an object")
        case_id = question.get("case_id")
        return {"case_id": case_id} | dates(*clock(library, question))
    except (Unexplainable, json.JSONDecodeError) as error:
        return {"case_id": case_id, "error": str(error)}


def dates(found: Clock, rule: Rule) -> dict[str, Any]:
    """A clock as plain values: ISO dates, None for what does not exist."""
    known = found.start is not None and found.limited
    extended = found.extended.legal.isoformat() if found.extended is not None else None
    return {
        "clock_start": found.start.isoformat() if found.start is not None else NOT_STARTED,
        "ack_due": found.acknowledge.legal.isoformat() if found.acknowledge is not None else None,
        "response_due": found.answer.legal.isoformat() if known else None,
        "extension_notice_due": found.answer.legal.isoformat() if known and rule.extension is not None else None,
        "extended_due": (INVALID if found.extension_invalid else extended) if known else None,
        "response_expires_utc": found.expires.strftime("%Y-%m-%dT%H:%M:%SZ") if known else None,
        "target_due": found.current.target.isoformat() if found.limited else None,
        "in_force": found.in_force,
        "warnings": list(found.warnings),
        "because": [{"date": r.date.isoformat(), "text": r.text, "citation": r.citation} for r in found.reasons],
    }


def prose(found: Clock, rule: Rule) -> Iterator[str]:
    """A clock for people: each step with its date and source, then the result."""
    for reason in found.reasons:
        source = f"  [{reason.citation}]" if reason.citation else ""
        yield f"{reason.date.isoformat()}  {reason.date:%a}  {reason.text}{source}"
    yield ""
    if found.acknowledge is not None:
        yield f"acknowledge by  {_both(found.acknowledge)}"
    yield f"answer by       {_both(found.current)}"
    if found.extend_until is not None and not found.is_extended:
        until = f", to {found.extended.legal.isoformat()}" if found.extended is not None else ""
        yield f"can be extended until {found.extend_until.isoformat()}{until}"
    for warning in found.warnings:
        yield f"warning: {warning}"


def _both(due: Due) -> str:
    return f"{due.legal.isoformat()}  (we aim for {due.target.isoformat()})"


def as_json(answer: Mapping[str, Any]) -> str:
    """One line of answers."""
    return json.dumps(answer, ensure_ascii=False)
