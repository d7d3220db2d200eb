"""What the desk shows of a case's receipt and of how long it is kept, and the fields to change either."""

from collections.abc import Mapping
from typing import Any

from privacy_center.casework import guards, receipt
from privacy_center.casework.sessions import Member
from privacy_center.casework.work import Work
from privacy_center.law.terms import Role
from privacy_center.records.case import Case

RECEIPT, DECISION, HOLD = "receipt", "receipt-decision", "legal-hold"
"""The three forms, as an error names them."""


async def shown(
    work: Work, member: Member, found: Case, failed: str | None, values: Mapping[str, str], errors: Mapping[str, str]
) -> dict[str, Any]:
    """Dates of the retention, an open proposal, and the forms that are open to this person."""
    staff = member.role in guards.STAFF and not await guards.is_own(work, found)
    proposed = await receipt.proposal(work, found)
    waits = staff and found.closed_at is None
    forms = {
        RECEIPT: MOVE if waits else (),
        DECISION: WORDS if waits and _may_decide(member, proposed) else (),
        HOLD: WORDS if staff and member.role is Role.lead and found.forgotten_at is None else (),
    }
    return {
        "review_at": found.review_at if found.closed_at else None,
        "forget_at": found.forget_at if found.closed_at else None,
        "restricted_at": found.restricted_at,
        "legal_hold_at": found.legal_hold_at,
        "forgotten_at": found.forgotten_at,
        "proposed": proposed.to if proposed else None,
        "forms": {
            name: [
                _filled(field, values if failed == name else {}, errors if failed == name else {}) for field in fields
            ]
            for name, fields in forms.items()
        },
    }


def _may_decide(member: Member, proposed: receipt.Proposal | None) -> bool:
    return proposed is not None and member.role is Role.lead and proposed.by != member.staff.id


def _field(name: str, label: str, hint: str, kind: str = "textarea") -> dict[str, Any]:
    return {"name": name, "label": label, "hint": hint, "kind": kind, "required": True}


MOVE = (
    _field("to", "When it really came", "In the time zone of the case, like 2026-11-20 09:30.", "text"),
    _field("reason", "Why", "Stays in the vault; the record holds only its commitment."),
    _field("evidence", "What proves it", "For example the stamp on the envelope, or the mail and its date."),
)
WORDS = (_field("reason", "Why", "Stays in the vault; the record holds only its commitment."),)


def _filled(field: Mapping[str, Any], values: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, Any]:
    return {**field, "value": values.get(field["name"], ""), "error": errors.get(field["name"])}
