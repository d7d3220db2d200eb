"""Effects: what a step changes beside the state. Named in `workflows/`, database only."""

from collections.abc import Awaitable, Callable, Mapping

from privacy_center.casework import announcements, editions, grounds, guards, lifting, packages, telling, trail, vault
from privacy_center.casework.facts import Facts
from privacy_center.casework.work import Work
from privacy_center.law import periods
from privacy_center.law.clock import local_day
from privacy_center.law.terms import Disposition
from privacy_center.law.workflows import Step
from privacy_center.records.case import Case

REVIEW_DAYS = 3
"""Working days in which a person looks into “this was not me” (D13)."""

Noted = dict[str, str | int | bool | None]
Effect = Callable[[Work, Case, Step, Facts], Awaitable[Noted]]


async def apply(work: Work, case: Case, step: Step, facts: Facts) -> Noted:
    """Apply the step's effects in their order; returns what the trail notes of them, nothing personal."""
    noted: Noted = {}
    for name in step.does:
        noted |= await EFFECTS[name](work, case, step, facts)
    if step.closes is not None:
        noted |= close(work, case, step.closes, facts)
    return noted


def close(work: Work, case: Case, disposition: Disposition, facts: Facts) -> Noted:
    """End the case: when, how, and on which ground."""
    case.closed_at = work.now
    case.disposition = disposition
    case.ground = facts.ground or case.ground
    noted: Noted = {"disposition": disposition.value}
    if case.ground:
        noted["ground"] = case.ground
    if facts.citation:
        noted["citation"] = trail.commit_to(work, case, facts.citation)
    return noted


async def prove_mailbox(work: Work, case: Case, step: Step, facts: Facts) -> Noted:
    """The owner of the mailbox has answered, or staff have evidence of who asked where there is none; this proves this
    identifier and no other (S33)."""
    mailbox = await vault.mailbox(work, case)
    mailbox.proved_at = mailbox.proved_at or work.now
    return {"proved": mailbox.kind}


async def record_match(work: Work, case: Case, step: Step, facts: Facts) -> Noted:
    """Staff found this identifier on file from before receipt (D8)."""
    mailbox = await vault.mailbox(work, case)
    mailbox.matched_at = work.now
    mailbox.match = {"data_points": facts.data_points, "declaration": facts.declaration}
    evidence = vault.keep(work, case, "match", facts.found_in)
    return {"evidence": evidence, "data_points": facts.data_points, "declaration": facts.declaration}


async def keep_text(work: Work, case: Case, step: Step, facts: Facts) -> Noted:
    """Words go into the vault, their commitment into the trail."""
    noted: Noted = {"text": vault.keep(work, case, step.name, facts.text)}
    for code in await guards.staff_contents(work, case):
        if words := facts.contents.get(code, "").strip():
            noted[f"content_{code}"] = vault.keep(work, case, f"content_{code}", words)
    return noted


async def mark_extended(work: Work, case: Case, step: Step, facts: Facts) -> Noted:
    """The clock reads the extension from the case; its letter goes out with this very step."""
    case.extended_at = work.now
    extension = (await editions.rule(work, case)).extension
    case.extended_until = facts.until if extension is not None and extension.period is None else None
    case.reminded = 0
    return {"extended": True} | ({"until": case.extended_until.isoformat()} if case.extended_until else {})


async def seal_package(work: Work, case: Case, step: Step, facts: Facts) -> Noted:
    """The answer's files, sealed; the trail holds their keyed commitments."""
    return await packages.seal(work, case, facts.files)


async def tell_recipients(work: Work, case: Case, step: Step, facts: Facts) -> Noted:
    """Who was given the data has to do the same there (D25; GDPR Art. 19; 11 CCR 7022(b)-(c), 7023(c))."""
    noted: Noted = {"recipients": await telling.of_case(work, case)}
    if noted["recipients"] and (words := facts.corrected.strip()):
        noted["corrected"] = vault.keep(work, case, announcements.CORRECTED, words)
    return noted


async def mark_restricted(work: Work, case: Case, step: Step, facts: Facts) -> Noted:
    """From here on the restriction stands; the case is kept as long as it does."""
    case.restricted_at, case.lifted_at = case.restricted_at or work.now, None
    return {"restricted": True}


async def mark_announced(work: Work, case: Case, step: Step, facts: Facts) -> Noted:
    """The day before which the restriction is not lifted, as the letter of this step names it."""
    return {"first_day": lifting.earliest(work).isoformat()}


async def mark_lifted(work: Work, case: Case, step: Step, facts: Facts) -> Noted:
    """The restriction is over; how long the case is kept counts from now."""
    case.restricted_at, case.lifted_at = None, work.now
    case.review_at = case.forget_at = None
    return {"restricted": False}


async def tell_lifted(work: Work, case: Case, step: Step, facts: Facts) -> Noted:
    """Who was asked to restrict the use is told that it has ended (D25)."""
    return {"recipients": await telling.of_lifting(work, case)}


async def deny_unverified(work: Work, case: Case, step: Step, facts: Facts) -> Noted:
    """D2: silence is no withdrawal; the case ends as a refusal with its ground."""
    case.ground = grounds.NOT_VERIFIED
    return {}


async def reopen(work: Work, case: Case, step: Step, facts: Facts) -> Noted:
    """Back to work with the original receipt; the clock never stopped."""
    case.closed_at = None
    case.disposition = None
    case.ground = None
    case.review_at = case.forget_at = None  # it is kept from its next closing on
    return {"reopened": True}


async def hold(work: Work, case: Case, step: Step, facts: Facts) -> Noted:
    """D13: disclosure and erasure wait for a human review."""
    case.held = True
    zone = work.house.installation.controller.timezone
    today = local_day(work.now, timezone=zone)
    case.review_by = periods.add_working_days(today, REVIEW_DAYS, work.house.library.calendars.get("weekdays"))
    return {"held": True, "review_by": case.review_by.isoformat()}


async def release_hold(work: Work, case: Case, step: Step, facts: Facts) -> Noted:
    """The review is done."""
    case.held, case.review_by = False, None
    return {"held": False}


EFFECTS: Mapping[str, Effect] = {
    effect.__name__: effect
    for effect in (
        prove_mailbox,
        record_match,
        keep_text,
        mark_extended,
        seal_package,
        tell_recipients,
        mark_restricted,
        mark_announced,
        mark_lifted,
        tell_lifted,
        deny_unverified,
        reopen,
        hold,
        release_hold,
    )
}
NAMES = frozenset(EFFECTS)
