"""Residence: correcting where the person lives, which decides the law, and never makes a date later by itself."""

from privacy_center.casework import deadlines, editions, guards, letters, trail, vault
from privacy_center.casework.editions import ASSURANCE, DATES, Kept
from privacy_center.casework.facts import Facts
from privacy_center.casework.refusals import Invalid, Refused
from privacy_center.casework.work import Work
from privacy_center.law.library import UnknownPlace
from privacy_center.law.terms import Role
from privacy_center.phrases import Phrase
from privacy_center.records.case import Case

LETTER = "place"
"""The letter that tells of the new law and its dates."""


async def correct(work: Work, case: Case, typed: str, *, drop_dates: bool = False) -> None:
    """Set the place of a case and the laws that follow from it. Raises Refused or Invalid.

    The laws of the old place keep their dates, unless a lead drops them.
    """
    if case.closed_at is not None:
        raise Refused(Phrase("This request is closed; its law no longer changes."))
    if work.by.role in guards.STAFF and await guards.is_own(work, case):
        raise Refused("This is your own request: a colleague must handle it.")
    if drop_dates and Role.lead not in work.by.roles:
        raise Refused("Only a lead may let go of a date that the person was told.")
    place = _place(work, typed)
    if place == case.place and not drop_dates:
        raise Invalid({"place": Phrase("This is the place that we have already.")})
    before, case.place = case.place, place
    new = editions.found(work, case.right, place, case.received_at)
    case.laws = new + _floors(case.laws, new, ASSURANCE if drop_dates else DATES)
    case.regime = new[0]["regime"]
    laws = " ".join(law["digest"] for law in case.laws)
    await trail.record(work, case, LETTER, {"from": before, "to": place, "law": laws, "dates_dropped": drop_dates})
    clock = await deadlines.refresh(work, case)
    mailbox = await vault.mailbox(work, case)
    if mailbox.proved_at is not None:
        await letters.write(work, case, LETTER, clock=clock, mailbox=mailbox, facts=Facts())


def _place(work: Work, typed: str) -> str:
    try:
        return work.house.library.parse_place(typed)
    except UnknownPlace:
        raise Invalid({"place": Phrase("Choose the place from the list.")}) from None


def _floors(old: list[Kept], new: list[Kept], kept: str) -> list[Kept]:
    """The old laws that no longer govern: they keep their dates, or at the least their assurance."""
    known = {law["regime"] for law in new}
    return [{**law, "for": kept} for law in old if law["regime"] not in known]
