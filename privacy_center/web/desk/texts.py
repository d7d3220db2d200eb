"""The words of a case at the desk: what each is called, and who said it."""

from collections.abc import Mapping
from typing import Any

from privacy_center.casework import vault
from privacy_center.casework.work import Work
from privacy_center.records.people import Text

KINDS = {
    "name": "Name as given",
    "note": "Note with the request",
    "reply": "Answer from the requester",
    "write": "Message from the requester",
    "identify": "How the person showed who they are",
    "readmit": "How the person showed late who they are",
    "hear": "Answer from the requester",
    "ask": "Our question",
    "inform": "Our message",
    "extend": "Reason for the extension",
    "match": "Found on file",
    "deny": "Our refusal",
    "fulfil": "Our answer",
    "fulfil_partly": "Our answer, in part",
    "corrected": "What is right, as recipients were told",
    "doubt": "A doubt of ours",
    "dismiss": "Our review",
    "announce_lifting": "Why the restriction is to end",
    "hear_out": "What the requester says of the lifting",
    "keep_restricted": "Why the restriction stands",
    "lift_restriction": "Why the restriction has ended",
    "apply": "What we did",
    "refuse": "Our refusal",
    "receipt_reason": "Why the receipt was corrected",
    "receipt_evidence": "What proves the receipt",
    "receipt_confirmed": "Why a second lead agreed",
    "receipt_refused": "Why a second lead did not agree",
    "legal_hold": "Why it is kept",
    "legal_hold_lifted": "Why it is no longer kept",
    "letter_returned": "What the notice of return says",
    "told_by_post": "Evidence that we told them by post",
    "late": "Which recipient has not confirmed",
}


def shown(work: Work, row: Text, names: Mapping[str, str]) -> dict[str, Any]:
    """One text as the page of its case says it: when, what it is, whose words."""
    contents = work.house.library.contents
    code = row.kind.removeprefix("content_")
    title = contents[code].title if code != row.kind and code in contents else KINDS.get(row.kind, row.kind)
    by = names.get(str(row.staff_id), "staff") if row.staff_id else row.role
    return {"at": row.created_at, "kind_title": title, "by": by, "words": vault.words(work, row)}
