"""Guards: what must hold before a step. Each is named in `workflows/` and judged here.

A *standing* guard looks at the case alone, so the desk can say beforehand why a step is not open.
An *entry* guard looks at what was given with the step; its complaint stands beside the field.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from privacy_center.casework import deadlines, editions, grounds, lifting, mandates, second_looks, trail, vault
from privacy_center.casework.facts import Facts
from privacy_center.casework.refusals import Invalid, Refused
from privacy_center.casework.work import Work
from privacy_center.law.terms import Disposition, Role
from privacy_center.law.workflows import Step
from privacy_center.phrases import Phrase
from privacy_center.records.case import Case

LONGEST = 20_000
"""Characters of one text; longer belongs into a file."""

SHORT = 1000
"""Characters of what recipients are told is right: many of these travel together."""

TOO_LONG = Phrase("This is too long: {most} characters at most. Put the rest into a file.", most=f"{LONGEST:,}")

Standing = Callable[[Work, Case], Awaitable[str | None]]
Entry = Callable[[Work, Case, Facts], Awaitable[dict[str, str]]]

STAFF = frozenset({Role.handler, Role.lead})

GRANTING = frozenset({"fulfilment", "applied"})
"""Letters that end a case with what was asked for."""


async def check(work: Work, case: Case, step: Step, facts: Facts) -> None:
    """Raise Refused when the step is not open, Invalid when what was given with it is not enough."""
    if why := await why_not(work, case, step):
        raise Refused(why)
    errors: dict[str, str] = {}
    for name in step.needs:
        if name in ENTRY:
            errors |= await ENTRY[name](work, case, facts)
    if errors:
        raise Invalid(errors)


async def why_not(work: Work, case: Case, step: Step) -> str | None:
    """Why this actor may not take this step now, in one sentence; None when it is open."""
    if not step.by & work.by.roles:
        return f"This is for another role: {', '.join(sorted(role.value for role in step.by))}."
    if case.forgotten_at is not None:
        return "This request has been forgotten: nobody is left to act for."
    if case.state not in step.from_:
        return await _state_reason(work, case)
    if work.by.role in STAFF and await is_own(work, case):
        return "This is your own request: a colleague must handle it."
    for name in step.needs:
        if name in STANDING and (why := await STANDING[name](work, case)):
            return why
    return None


async def _state_reason(work: Work, case: Case) -> str:
    workflow = await editions.workflow(work, case)
    return Phrase("The case is at “{state}”, where this step is not open.", state=workflow.states[case.state].short)


async def is_own(work: Work, case: Case) -> bool:
    """Whether this member of staff is the requester (D21)."""
    mailbox = work.by.mailbox
    return mailbox is not None and any(i.index == mailbox for i in await vault.identifiers(work, case))


async def mailbox_proved(work: Work, case: Case) -> str | None:
    """Rule 1: nothing is disclosed or destroyed for a mailbox that nobody proved."""
    mailbox = await vault.mailbox(work, case)
    if mailbox.proved_at:
        return None
    if mailbox.kind != "email":
        return "Nobody has recorded yet how this person showed who they are."
    return "The requester has not confirmed their e-mail address yet."


async def no_mailbox(work: Work, case: Case) -> str | None:
    """Who has a mailbox answers from it: staff speak only for those who gave none."""
    has = (await vault.mailbox(work, case)).kind == "email"
    return "This person has an e-mail address: they answer from it themselves." if has else None


async def entered_by_another(work: Work, case: Case) -> str | None:
    """S4: whoever wrote a request down does not also say whose it is. A house of one lets a day pass (D23)."""
    opened = (await trail.events(work, case))[0]
    if opened.actor is None or opened.actor != str(work.by.staff_id) or grounds.rested(work, opened):
        return None
    return "You wrote this request down yourself: a colleague records how the person showed who they are."


async def never_proved(work: Work, case: Case) -> str | None:
    """A refusal for lack of verification is for those who never verified."""
    proved = (await vault.mailbox(work, case)).proved_at
    return Phrase("The requester has confirmed their e-mail address.") if proved else None


async def matched(work: Work, case: Case) -> str | None:
    """D8: a mailbox is not a person; it must be on file from before the request, as surely as the law asks now."""
    mailbox = await vault.mailbox(work, case)
    if mailbox.matched_at is None:
        return "First record where this person was on file before the request arrived."
    if not await grounds.is_matched(work, case, mailbox):
        return "The law that applies now asks for stronger evidence: record again where this person was on file."
    return None


HELD = Phrase("The owner of the mailbox has said that they did not ask for this. A person looks into it first.")


async def not_held(work: Work, case: Case) -> str | None:
    """D13: while somebody says “this was not me”, nothing is disclosed or destroyed."""
    return HELD if case.held else None


async def disputed(work: Work, case: Case) -> str | None:
    """A review ends only where one has begun."""
    return None if case.held else "Nobody has said “this was not me”."


async def extension_left(work: Work, case: Case) -> str | None:
    """Every law here grants one extension at most."""
    rule = await editions.rule(work, case)
    if rule.extension is None:
        return "This law allows no extension for this right."
    return "The extension has been used." if case.extended_at else None


async def before_first_date(work: Work, case: Case) -> str | None:
    """An extension noticed after the first date does not exist (GDPR Art. 12(3); 11 CCR 7021(b)); D24.

    Each law that the case keeps counts its own days in its own zone.
    """
    if any(until is None or today > until for today, until in await deadlines.first_dates(work, case)):
        return "The first date has passed: an extension had to be announced before it."
    return None


async def proved_or_held(work: Work, case: Case) -> str | None:
    """Before proof, staff decide only on what somebody has disputed; all else waits for the person (D2)."""
    return None if case.held else await mailbox_proved(work, case)


async def not_disputed_yet(work: Work, case: Case) -> str | None:
    """D13: “this was not me” works once."""
    before = any(event.step == "dispute" for event in await trail.events(work, case))
    return Phrase("You have told us that already; a person looks into it and writes to you.") if before else None


async def target_reached(work: Work, case: Case) -> str | None:
    """D2: a case never verified ends on the last day to confirm it, not before."""
    today, last = await deadlines.to_confirm(work, case)
    return None if today >= last else "Its target date is not reached."


async def lapsed(work: Work, case: Case) -> str | None:
    """D2: late proof reopens a case that was refused only because nobody proved who asked."""
    late = case.disposition == Disposition.denied and case.ground == grounds.NOT_VERIFIED
    proved = (await vault.mailbox(work, case)).proved_at
    return None if late and not proved else Phrase("This request has been decided.")


async def withdrawn(work: Work, case: Case) -> str | None:
    """D14: a withdrawal can be undone."""
    return None if case.disposition == Disposition.withdrawn else Phrase("This request was not withdrawn.")


async def freshly_proved(work: Work, case: Case) -> str | None:
    """D14: ending somebody's request takes proof from this very session."""
    return None if work.by.fresh_for == case.id else Phrase("Please confirm with a fresh code first.")


async def text_given(work: Work, case: Case, facts: Facts) -> dict[str, str]:
    """People get words, not codes."""
    if not facts.text.strip():
        return {"text": Phrase("Write a few words first.")}
    if len(facts.text) > LONGEST:
        return {"text": TOO_LONG}
    if len(facts.corrected) > SHORT:
        return {"corrected": f"This is too long: {SHORT:,} characters at most."}
    return {}


LATEST = timedelta(days=366)
"""How far ahead an extension may name its date where the law names no length."""


async def date_given(work: Work, case: Case, facts: Facts) -> dict[str, str]:
    """Where a law names no length for an extension, its notice must name the date (Swiss DPO Art. 18(2), NZ s.48)."""
    extension = (await editions.rule(work, case)).extension
    if extension is None or extension.period is not None:
        return {}
    if facts.until is None or not case.answer_due < facts.until <= case.answer_due + LATEST:
        return {"until": "This law names no length: give the date by which the answer will come, after the first date."}
    return {}


async def contents_given(work: Work, case: Case, facts: Facts) -> dict[str, str]:
    """What the law says an answer must contain, and only staff know, must be written."""
    missing: dict[str, str] = {}
    for code in await staff_contents(work, case):
        if len(facts.contents.get(code, "")) > LONGEST:
            missing[f"content_{code}"] = TOO_LONG
        if not facts.contents.get(code, "").strip():
            missing[f"content_{code}"] = "The law asks for this in the answer: write it, or why it does not apply."
    return missing


async def staff_contents(work: Work, case: Case) -> list[str]:
    """The mandatory contents of the letter that grants, as far as staff must write them.

    An agent gets none: what was done with the data, and who was told, is for the person alone, in session (D15).
    """
    if case.channel == mandates.CHANNEL:
        return []
    rule = await editions.rule(work, case)
    known = work.house.library.contents
    return [code for code in rule.contents if known[code].asks and GRANTING & known[code].letters]


async def enough_points(work: Work, case: Case, facts: Facts) -> dict[str, str]:
    """D8: the evidence that the person was on file, as strong as this law asks."""
    verification = (await editions.rule(work, case)).verification
    errors = {}
    if not facts.found_in.strip():
        errors["found_in"] = "Name the system and what you found there, for example “Shop accounts, since 2021”."
    if len(facts.found_in) > LONGEST:
        errors["found_in"] = TOO_LONG
    if facts.data_points < max(1, verification.data_points):
        errors["data_points"] = f"This law asks for at least {max(1, verification.data_points)} matching data points."
    if verification.declaration and not facts.declaration:
        errors["declaration"] = "This law asks for a signed declaration: ask the requester for it first."
    return errors


STANDING: Mapping[str, Standing] = {
    guard.__name__: guard
    for guard in (
        mailbox_proved,
        no_mailbox,
        entered_by_another,
        second_looks.not_involved,
        second_looks.granted_later,
        lifting.not_restricted,
        lifting.lifting_told,
        lifting.answered,
        never_proved,
        matched,
        not_held,
        disputed,
        proved_or_held,
        not_disputed_yet,
        extension_left,
        before_first_date,
        target_reached,
        lapsed,
        withdrawn,
        freshly_proved,
    )
}
ENTRY: Mapping[str, Entry] = {
    guard.__name__: guard
    for guard in (
        text_given,
        date_given,
        grounds.ground_in_regime,
        grounds.fraud_believed,
        contents_given,
        enough_points,
    )
} | {"reason_given": text_given}
NAMES = frozenset(STANDING) | frozenset(ENTRY)
