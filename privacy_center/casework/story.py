"""The story of a case as its requester may read it, and the longer one that staff read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from privacy_center.casework import mandates, vault
from privacy_center.casework.work import Work
from privacy_center.law.workflows import UnknownStep, Workflow
from privacy_center.phrases import Phrase
from privacy_center.records.case import Case
from privacy_center.records.event import Event
from privacy_center.records.people import Text

OURS = {
    "open": Phrase("You sent us your request"),
    "download": Phrase("You downloaded a file of the answer"),
    "place": Phrase("The place where you live was corrected; the law that protects you may have changed with it"),
    "receipt": Phrase("The day on which we count your request as received was corrected"),
    "letter_refused": Phrase("Our letter could not be delivered to you"),
    "letter_returned": Phrase("Our letter to you came back"),
    "told_by_post": Phrase("We sent you our letter by post"),
    "permission": Phrase("You told us what somebody does not want, and showed their permission"),
    "further_permission": Phrase("One more permission reached us in your name; we could not tell whether it was you"),
    "appealed": Phrase("You appealed our decision"),
    "appeal_entered": Phrase("An appeal about this request reached us by phone, by letter or in person"),
    "complaint_entered": Phrase("A complaint about this request reached us by phone, by letter or in person"),
    "complained": Phrase("You complained to us about this request"),
    "late": Phrase(
        "Somebody who has to follow your choice has not confirmed in time that they do; our staff see to it"
    ),
}
"""Events that are no steps and that the requester sees."""

FOR_YOU: Mapping[str, str] = {
    "open": Phrase("Somebody who says that they act for you asked for this, and showed a signed permission"),
    "verify": Phrase("You confirmed that you gave the permission"),
    "reopen": Phrase("You confirmed that you gave the permission; the request goes on with its first date"),
}
"""What some of them are called where an agent asked in the requester's name."""

DESK = {
    "open": "Request received",
    "look": "Opened by staff",
    "assign": "Owner changed",
    "place": "Place of the person corrected",
    "remind": "Staff reminded",
    "letter": "Letter accepted by the mail server",
    "letter_in_digest": "Told in one letter with other requests",
    "letter_refused": "Letter refused by the mail server",
    "letter_returned": "Letter came back after the mail server had taken it",
    "letter_again": "Letter handed to the mail server once more",
    "told_by_post": "Told by post instead",
    "permission": "Choice made by an agent, with a permission",
    "errand": "Asked for by an agent, with a permission",
    "further_permission": "One more choice and permission in this agent’s name; nobody has proved that it is theirs",
    "appealed": "The person appealed",
    "complained": "The person complained",
    "appeal_entered": "An appeal came in; who it is from is shown in its own case",
    "complaint_entered": "A complaint came in; who it is from is shown in its own case",
    "late": "Opened because a recipient has not confirmed in time",
    "download": "Answer downloaded",
    "files_destroyed": "Files of the answer destroyed at their end",
    "forget": "Forgotten: the person, their words, our letters and the files were destroyed",
    "legal_hold": "Legal hold: kept beyond its period",
    "legal_hold_lifted": "Legal hold lifted",
    "receipt": "Day of receipt corrected",
    "receipt_proposed": "Later receipt proposed; it waits for a second lead",
    "receipt_refused": "Later receipt refused by a second lead",
}

SEALED = frozenset({"fulfil", "fulfil_partly", "match"})
"""Steps whose words are not shown in the story: an answer opens only after a fresh code."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One line of the story. `by` is you, us, agent or clock."""

    at: datetime
    title: str
    words: str | None
    by: str
    step: str = ""


def told(work: Work, workflow: Workflow, events: list[Event], texts: list[Text]) -> list[Chapter]:
    """What the requester sees, newest first."""
    chapters = [chapter for event in events if (chapter := _chapter(work, workflow, event, texts))]
    if events and events[0].facts.get("channel") == mandates.ERRAND:
        chapters = [replace(each, title=FOR_YOU.get(each.step, each.title)) for each in chapters]
        chapters[0] = replace(chapters[0], by="agent")
    return chapters[::-1]


def _chapter(work: Work, workflow: Workflow, event: Event, texts: list[Text]) -> Chapter | None:
    if event.facts.get("letter") in mandates.LETTERS:
        return None  # a letter to the other side, where an agent acts, is nothing of whoever reads this
    title: str | None = OURS.get(event.step)
    words = None
    if title is None:
        try:
            title = workflow.step(event.step).tells
        except UnknownStep:
            return None
        words = None if event.step in SEALED else _words(work, event, texts)
    by = {"requester": "you", "clock": "clock"}.get(event.role, "us")
    return Chapter(event.at, title, words, by, event.step) if title else None


def _words(work: Work, event: Event, texts: list[Text]) -> str | None:
    """The words that came with an event: those of the same step at the same moment."""
    found = (text for text in texts if text.kind == event.step and text.created_at == event.at)
    text = next(found, None)
    return vault.words(work, text) if text is not None else None


def question(work: Work, workflow: Workflow, case: Case, texts: list[Text]) -> str | None:
    """What staff are waiting to hear, if the case waits for an answer."""
    if workflow.states[case.state].waits_for != "clarification":
        return None
    asked = [text for text in texts if text.kind == "ask"]
    return vault.words(work, asked[-1]) if asked else None


def title_for_staff(workflow: Workflow, event: Event) -> str:
    """What an event is called at the desk."""
    if event.step in DESK:
        return DESK[event.step]
    try:
        return workflow.step(event.step).title
    except UnknownStep:
        return event.step


JUST_NOW = timedelta(minutes=2)
"""Within which the same words are taken for a second click."""


async def said_just_now(work: Work, case: Case, said: str) -> bool:
    """Whether the requester has said the very same a moment ago."""
    texts = [text for text in await vault.texts(work, case) if text.role == work.by.role]
    return bool(texts) and texts[-1].created_at > work.now - JUST_NOW and vault.words(work, texts[-1]) == said
