"""Appeals and complaints: whoever is in session for a case asks us to look again, at a clock of its own."""

from collections.abc import Mapping, Sequence

from privacy_center.casework import deadlines, editions, intake, mandates, steps, trail, vault
from privacy_center.casework.intake import Filing
from privacy_center.casework.refusals import NotFound, Refused
from privacy_center.casework.second_looks import is_same_person, later
from privacy_center.casework.work import Work
from privacy_center.law.clock import local_day
from privacy_center.law.library import VOLUNTARY
from privacy_center.law.rules import Appeal
from privacy_center.law.terms import Disposition
from privacy_center.phrases import Phrase
from privacy_center.records.case import Case
from privacy_center.records.event import Event

APPEAL = "appeal"
COMPLAINTS = ("complaint", "grievance")
SAID: Mapping[str, str] = {APPEAL: "appealed", "complaint": "complained", "grievance": "complained"}
"""What the trail of the earlier case calls it, asked by whoever is in session for it."""

ENTERED: Mapping[str, str] = dict.fromkeys(SAID, "complaint_entered") | {APPEAL: "appeal_entered"}
"""The same, written down by staff for somebody who has shown nothing yet."""

BY_AGENT = Phrase(
    "An agent made this request for somebody else, so nothing is appealed or complained about here. "
    "The person themselves can write to us at any time."
)
"""Only the person speaks of how we treated them: the mailbox of such a case is the agent's."""

NO_LAW = Phrase("No law that applies to this request gives an appeal to us; how to complain stands on its page.")


async def why_no_appeal(work: Work, case: Case) -> str | None:
    """Why a decision cannot be appealed here, in one sentence; None where it can."""
    if case.channel == mandates.CHANNEL:
        return BY_AGENT
    return await nothing_to_appeal(work, case) if (await editions.rule(work, case)).appeal else NO_LAW


async def nothing_to_appeal(work: Work, case: Case) -> str | None:
    """Why there is no decision that could be appealed, or none any more, whoever asks and in whatever way.

    The laws give “a reasonable period”: no day of ours could be held against anybody, so it lasts as long as we keep
    the request.
    """
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
    """No answer within the law's limit is a decision, too. A case that was taken up again has that time once more: its
    first date had passed, and no law that we know of names another."""
    zone = await deadlines.timezone(work, case)
    last, taken_up = case.answer_due, _taken_up(await trail.events(work, case))
    if taken_up is not None:
        again = local_day(taken_up.at, timezone=zone) + (last - local_day(case.received_at, timezone=zone))
        last = max(last, again)
    return local_day(work.now, timezone=zone) > last


def _taken_up(events: Sequence[Event]) -> Event | None:
    return next((event for event in reversed(events) if event.step == "reconsider"), None)


async def _has_appealed(work: Work, case: Case) -> bool:
    """Whether the present decision has been appealed, or the present silence: that since the request came, or since it
    was taken up again. What staff entered counts once somebody has shown who asked: a stranger's call takes nobody's
    appeal away."""
    events = await trail.events(work, case)
    closings = [event.number for event in events if "disposition" in event.facts]
    taken_up = _taken_up(events)
    since = closings[-1] if case.closed_at is not None else taken_up.number if taken_up is not None else 0
    new = [event for event in events if event.number > since]
    entered = {event.facts["case"] for event in new if event.step == ENTERED[APPEAL]}
    theirs = [await _is_theirs(work, case, other) for other in await later(work, case) if other.reference in entered]
    return any(event.step == SAID[APPEAL] for event in new) or any(theirs)


async def _is_theirs(work: Work, case: Case, other: Case) -> bool:
    """Whether a second look is proved to be from the person of the case."""
    found = await vault.mailbox_of(work, other.id)
    return found is not None and found.proved_at is not None and await is_same_person(work, other, case)


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
    return BY_AGENT if case.channel == mandates.CHANNEL else await nothing_to_complain_about(work, case)


async def nothing_to_complain_about(work: Work, case: Case) -> str | None:
    """The same for the person themselves, in whatever way they ask."""
    right = await complaint(work, case)
    if right is None:
        return Phrase("No law that we know of gives a complaint to us where you live; you can write to us at any time.")
    waiting = [other for other in await later(work, case) if other.right == right and other.closed_at is None]
    if any([await _is_theirs(work, case, other) for other in waiting]):
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
