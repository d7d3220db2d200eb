"""Appeals and complaints: whoever is in session for a case asks us to look again, at a clock of its own."""

from collections.abc import Mapping

from privacy_center.casework import deadlines, editions, intake, mandates, steps, trail, vault
from privacy_center.casework.intake import Filing
from privacy_center.casework.refusals import NotFound, Refused
from privacy_center.casework.second_looks import later
from privacy_center.casework.work import Work
from privacy_center.law.clock import local_day
from privacy_center.law.library import VOLUNTARY
from privacy_center.law.rules import Appeal
from privacy_center.law.terms import Disposition
from privacy_center.phrases import Phrase
from privacy_center.records.case import Case

APPEAL = "appeal"
COMPLAINTS = ("complaint", "grievance")
SAID: Mapping[str, str] = {APPEAL: "appealed", "complaint": "complained", "grievance": "complained"}
"""What the trail of the earlier case calls it."""

BY_AGENT = Phrase(
    "An agent made this request for somebody else, so nothing is appealed or complained about here. "
    "The person themselves can write to us at any time."
)
"""Only the person speaks of how we treated them: the mailbox of such a case is the agent's."""


async def why_no_appeal(work: Work, case: Case) -> str | None:
    """Why a decision cannot be appealed here, in one sentence; None where it can.

    The laws give “a reasonable period”: no day of ours could be held against anybody, so it lasts as long as we keep
    the request.
    """
    if case.channel == mandates.CHANNEL:
        return BY_AGENT
    if (await editions.rule(work, case)).appeal is None:
        return Phrase("No law that applies to this request gives an appeal to us; how to complain stands on its page.")
    if case.disposition == Disposition.withdrawn:
        return Phrase("This request was withdrawn, so there is no decision to appeal.")
    if case.closed_at is None and not await _is_late(work, case):
        return Phrase("There is no decision to appeal yet. If none comes in time, that can be appealed as well.")
    if await _has_appealed(work, case):
        return Phrase("You have appealed this already; you find the appeal among your requests.")
    return None


async def offered(work: Work, case: Case) -> Appeal | None:
    """The appeal that a law gives against this case, where it can be used now."""
    return None if await why_no_appeal(work, case) else (await editions.rule(work, case)).appeal


async def _is_late(work: Work, case: Case) -> bool:
    """No answer within the law's limit is a decision, too."""
    return local_day(work.now, timezone=await deadlines.timezone(work, case)) > case.answer_due


async def _has_appealed(work: Work, case: Case) -> bool:
    """Whether the present decision has been appealed; while a case is open, whether any was."""
    events = await trail.events(work, case)
    closings = [event.number for event in events if "disposition" in event.facts]
    decided = closings[-1] if case.closed_at is not None else 0
    return any(event.step == SAID[APPEAL] and event.number > decided for event in events)


async def complaint(work: Work, case: Case) -> str | None:
    """The right to complain to us that a law gives where this person lives, or None."""
    if case.right in SAID:
        return None
    for right in COMPLAINTS:
        laws = editions.laws(work, right, case.place, work.now)
        if any(law.id != VOLUNTARY for law in laws):
            return right
    return None


async def why_no_complaint(work: Work, case: Case) -> str | None:
    """Why nobody can complain to us about this case here; None where somebody can."""
    if case.channel == mandates.CHANNEL:
        return BY_AGENT
    right = await complaint(work, case)
    if right is None:
        return Phrase("No law that we know of gives a complaint to us where you live; you can write to us at any time.")
    if any(other.right == right and other.closed_at is None for other in await later(work, case)):
        return Phrase("We are looking into a complaint of yours about this already.")
    return None


async def appeal(work: Work, case: Case, words: str) -> Case:
    """Open an appeal for whoever is in session for the case. Raises Refused or Invalid."""
    if why := await why_no_appeal(work, case):
        raise Refused(why)
    return await _open(work, case, APPEAL, words, key=await _key(work, case, APPEAL))


async def complain(work: Work, case: Case, words: str) -> Case:
    """Open a complaint about the case. Raises Refused or Invalid."""
    if why := await why_no_complaint(work, case):
        raise Refused(why)
    right = await complaint(work, case) or COMPLAINTS[0]
    return await _open(work, case, right, words, key=await _key(work, case, right))


async def _key(work: Work, case: Case, right: str) -> str:
    """What makes one sending unique; the next one, about the next decision, opens its own."""
    return f"{right} {case.id} {len(await later(work, case))}"


async def _open(work: Work, case: Case, right: str, words: str, *, key: str) -> Case:
    """The mailbox has answered in this very session, so nobody is asked to confirm once more."""
    mailbox = await vault.mailbox(work, case)
    filing = Filing(
        rights=(right,),
        place=case.place,
        email=vault.address(work, mailbox),
        note=words,
        form_key=key,
        language=case.language,
        earlier=case.id,
        proved=True,
    )
    opened = await intake.open_cases(work, filing)
    if not opened:
        raise NotFound  # a second click: the first has opened it
    await trail.record(work, case, SAID[right], {"case": opened[0].reference})
    await steps.take(work, opened[0], "verify")
    return opened[0]
