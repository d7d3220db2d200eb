"""Entered again: an appeal or a complaint that came by phone, by letter or in person, about an earlier request.

Who asks has to show that anew (S4): nothing is taken over from the earlier request, neither its mailbox nor its place.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from privacy_center.casework import appeals, cases, editions, guards, intake, trail
from privacy_center.casework.intake import Filing
from privacy_center.casework.refusals import NotFound, Refused
from privacy_center.casework.work import Work
from privacy_center.law.clock import local_day
from privacy_center.law.library import UnknownPlace
from privacy_center.law.places import OTHER
from privacy_center.links import tidy_reference
from privacy_center.records.case import Case

ASKED: Mapping[str, str] = {appeals.APPEAL: "They appeal a decision", "complaint": "They complain about a request"}

UNKNOWN = "There is no request with this reference: it stands at the end of each of our letters about it."


async def errors(work: Work, asked: str, reference: str, day: date | None, place: str) -> dict[str, str]:
    """What keeps somebody from asking this of this request, beside its field. Raises Refused for staff's own."""
    if not asked:
        return {"earlier": "Choose whether they appeal or complain."} if reference.strip() else {}
    if asked not in ASKED:
        return {"again": "Choose from the list."}
    try:
        first = await cases.locked(work, tidy_reference(reference))
    except NotFound:
        return {"earlier": UNKNOWN}
    if await guards.is_own(work, first):
        raise Refused("This is your own request: a colleague must handle it.")
    why = await _why_not(work, first, asked, day or work.today)
    if why is None and asked == appeals.APPEAL and not await _gives_appeal(work, first, place):
        why = appeals.NO_LAW
    return {"earlier": why} if why else {}


async def _why_not(work: Work, first: Case, asked: str, day: date) -> str | None:
    if first.forgotten_at is not None:
        return "This request has been forgotten: nothing is left to look at again."
    zone = work.house.installation.controller.timezone
    if day < local_day(first.received_at, timezone=zone):
        return "It came before the request that it is about."
    if asked != appeals.APPEAL:
        return await appeals.nothing_to_complain_about(work, first)
    if first.closed_at is not None and day < local_day(first.closed_at, timezone=zone):
        return "It came before the decision: nothing could be appealed yet."
    return await appeals.nothing_to_appeal(work, first)


async def _gives_appeal(work: Work, first: Case, place: str) -> bool:
    """By the law of the request, or where nobody knew the place, as of an agent's, by that of the place given now."""
    if first.place != OTHER:
        return (await editions.rule(work, first)).appeal is not None
    try:
        known = work.house.library.parse_place(place)
    except UnknownPlace:
        return False
    laws = editions.laws(work, first.right, known, work.now)
    return any(law.rules[first.right].appeal is not None for law in laws)


async def open_case(work: Work, filing: Filing, asked: str, reference: str) -> list[Case]:
    """Open it, with nothing proved, and note it in the earlier request; nothing where a first click has done so."""
    first = await cases.locked(work, tidy_reference(reference))
    right = appeals.APPEAL if asked == appeals.APPEAL else await appeals.complaint(work, first) or asked
    opened = await intake.open_cases(work, replace(filing, rights=(right,), earlier=first.id))
    for case in opened:
        noted = {"case": case.reference, "channel": filing.channel}
        await trail.record(work, first, appeals.ENTERED[right], noted)
    return opened
