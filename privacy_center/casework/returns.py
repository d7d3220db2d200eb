"""Returns: a letter that a mail server took and that came back later, and what was done instead (D24)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import col, select

from privacy_center.casework import cases, editions, grounds, guards, letters, mailed, staffing, trail, vault
from privacy_center.casework.facts import Facts
from privacy_center.casework.refusals import Invalid, NotFound, Refused
from privacy_center.casework.work import Work
from privacy_center.records.case import Case
from privacy_center.records.letter import Delivery, Letter

REASONS: Mapping[str, str] = {
    "no_mailbox": "there is no such mailbox",
    "full": "the mailbox is full",
    "rejected": "the mail server of the person rejected it",
    "other": "for another reason",
}
"""Why a letter came back; what else the notice says is kept in the vault."""

RETURNED, POSTED = "letter_returned", "told_by_post"
ALARM = "staff_returned"
"""The letter that tells staff of an ending that did not reach its person."""


async def come_back(work: Work, letter_id: UUID, *, reason: str, words: str) -> None:
    """Note that an accepted letter came back; where it was told in a digest, so did all that the digest told.

    Staff must find another way to tell the person. Raises NotFound, Refused or Invalid.
    """
    letter, case = await _locked(work, letter_id)
    if letter.delivery != Delivery.accepted:
        raise Refused("Only a letter that a mail server has taken can have come back.")
    if reason not in REASONS:
        raise Invalid({"reason": "Choose what the notice says."})
    if len(words) > guards.LONGEST:
        raise Invalid({"words": guards.TOO_LONG})
    kept = {"text": vault.keep(work, case, RETURNED, words)} if words.strip() else {}
    await _return(work, letter, case, reason, kept)
    for other in await _told_together(work, letter):
        await _return(work, other, await cases.locked_by_id(work, mailed.case_id(other)), reason, {})
    await alarm(work, letter)


async def _return(work: Work, letter: Letter, case: Case, reason: str, kept: Mapping[str, str]) -> None:
    letter.delivery, letter.accepted_at, letter.attempts = Delivery.refused, None, letter.attempts + 1
    letter.error, letter.next_try_at = f"it came back: {REASONS[reason]}", None
    noted = {"letter": letter.kind, "letter_id": str(letter.id), "reason": reason}
    await trail.record(work, case, RETURNED, {**noted, **kept})


async def _told_together(work: Work, letter: Letter) -> Sequence[Letter]:
    """The other letters of the same digest."""
    if letter.folded_into is None:
        return ()
    same = (col(Letter.folded_into) == letter.folded_into, col(Letter.delivery) == Delivery.accepted)
    query = select(Letter).where(*same, col(Letter.id) != letter.id).order_by(col(Letter.id))
    return (await work.session.exec(query.with_for_update())).all()


async def alarm(work: Work, letter: Letter) -> None:
    """Write to the owner, or to all leads, where a letter that did not arrive was to end its case: nobody was told.

    Not where nobody ever answered from that mailbox: whoever invents addresses would make a mail of each (S8). Those
    letters stand at the desk, like all that failed.
    """
    case = await cases.seen_by_id(work, letter.case_id) if letter.case_id is not None else None
    if case is None or case.closed_at is None or letter.kind not in await _endings(work, case):
        return
    if case.ground == grounds.NOT_VERIFIED and (await vault.mailbox(work, case)).proved_at is None:
        return
    await trail.record(work, case, "remind", {"letter_id": str(letter.id)})
    for member in await staffing.to_remind(work, case):
        await letters.write_to_staff(work, ALARM, member, case=case)


async def _endings(work: Work, case: Case) -> set[str]:
    """The letters that end a case of this kind, or what came of it (rule 3)."""
    workflow = await editions.workflow(work, case)
    return {kind for step in workflow.steps.values() if workflow.rests_after(step) for kind in step.mails}


async def tell_by_post(work: Work, letter_id: UUID, *, evidence: str) -> None:
    """Note that a letter which no mail server took, which came back, or which was on paper from the first, went out by
    post. Raises NotFound, Refused or Invalid."""
    letter, case = await _locked(work, letter_id)
    if letter.delivery not in {Delivery.refused, Delivery.paper}:
        raise Refused("Only a letter that could not be delivered is told by post instead.")
    if wrong := await guards.text_given(work, case, Facts(text=evidence)):
        raise Invalid({"evidence": wrong["text"]})
    letter.delivery, letter.next_try_at = Delivery.posted, None
    noted = {"letter": letter.kind, "letter_id": str(letter.id)}
    await trail.record(work, case, POSTED, {**noted, "text": vault.keep(work, case, POSTED, evidence)})


async def _locked(work: Work, letter_id: UUID) -> tuple[Letter, Case]:
    """A letter of a case and its case, held; for those who may act on it."""
    if not work.by.roles & guards.STAFF:
        raise Refused("Only a handler or a lead may note what became of a letter.")
    letter = await work.session.get(Letter, letter_id, with_for_update=True)
    if letter is None or letter.case_id is None:
        raise NotFound
    case = await cases.locked_by_id(work, letter.case_id)
    if await guards.is_own(work, case):
        raise Refused("This is your own request: a colleague must handle it.")
    return letter, case
