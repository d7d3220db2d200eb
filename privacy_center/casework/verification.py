"""Verification: the owner of a mailbox answers, by their click or by the code, and only then anything opens."""

from uuid import UUID

from privacy_center.casework import (
    alarms,
    budget,
    cases,
    challenges,
    deadlines,
    editions,
    guards,
    letters,
    steps,
    vault,
)
from privacy_center.casework.challenges import NOBODY
from privacy_center.casework.facts import Facts
from privacy_center.casework.refusals import LinkExpired, NotFound, Refused
from privacy_center.casework.sessions import Visitor
from privacy_center.casework.work import Work
from privacy_center.links import Purpose
from privacy_center.phrases import Phrase
from privacy_center.records.case import Case
from privacy_center.records.challenge import Challenge

PROVING = ("verify", "reopen")
"""Steps that a proof takes: the first, or the late one that reopens (D2)."""


async def seen(work: Work, purpose: Purpose, token: str) -> Case:
    """The case a link is about, to show the page with the button. Raises NotFound or LinkExpired."""
    challenge = await challenges.by_token(work, purpose, token)
    if challenge.used_at is not None and purpose is not Purpose.not_me:
        raise LinkExpired(challenge.used_at, used=True)
    return await cases.seen_by_id(work, _case_id(challenge))


async def used_for(work: Work, token: str) -> Case:
    """The case a used link was about."""
    return await cases.seen_by_id(work, _case_id(await challenges.by_token(work, Purpose.verify, token)))


async def confirm_link(work: Work, token: str) -> Case:
    """The person's click. Raises NotFound, LinkExpired or Refused."""
    challenge = await challenges.unused(work, Purpose.verify, token)
    return await _confirm(work, challenge)


async def confirm_code(work: Work, reference: str, code: str) -> Case | None:
    """The code typed on another device; None when it does not fit, whoever asked and whatever exists (S7).

    Raises TooMany. The try is counted with the caller's transaction, so None must commit.
    """
    await budget.check_tries(work, reference)
    case = await _found(work, reference)
    challenge = await challenges.latest(work, Purpose.verify, case_id=case.id if case else NOBODY)
    if challenge is None:
        await challenges.try_nobody(work)
    if not challenges.accepts(work, challenge, code) or challenge is None:
        return None
    return await _confirm(work, challenge)


async def confirm_here(work: Work, visitor: Visitor, case: Case) -> None:
    """A click in a session that this very mailbox has opened: the mailbox has answered. Raises Refused."""
    if not await may_confirm_here(work, visitor, case):
        raise Refused(Phrase("Please confirm with the link or the code from our mail."))
    await alarms.catch_up(work, case)
    await _take_first_open(work, case)


async def may_confirm_here(work: Work, visitor: Visitor, case: Case) -> bool:
    """Whether this session was opened by the mailbox of a request that waits for its proof."""
    mailbox = await vault.mailbox(work, case)
    workflow = await editions.workflow(work, case)
    waits = [name for name in PROVING if name in workflow.steps and case.state in workflow.step(name).from_]
    return visitor.session.index == mailbox.index and mailbox.proved_at is None and bool(waits)


async def _confirm(work: Work, challenge: Challenge) -> Case:
    case = await cases.locked_by_id(work, _case_id(challenge))
    await alarms.catch_up(work, case)
    await _take_first_open(work, case)
    challenge.used_at = work.now
    return case


async def _take_first_open(work: Work, case: Case) -> None:
    workflow = await editions.workflow(work, case)
    for name in PROVING:
        if await guards.why_not(work, case, workflow.step(name)) is None:
            await steps.take(work, case, name)
            return
    if case.held:
        raise Refused(guards.HELD)
    if (await vault.mailbox(work, case)).proved_at is None:
        raise Refused(Phrase("This request can no longer be confirmed. You can file it again at any time."))


async def send_again(work: Work, reference: str, email: str) -> None:
    """The first letter's link and code once more, if this is that case's mailbox; silent in every other case (S7)."""
    case = await _found(work, reference)
    case_id = case.id if case else NOBODY
    mailbox = await vault.mailbox_of(work, case_id)
    challenge = await challenges.latest(work, Purpose.verify, case_id=case_id)
    if case is None or mailbox is None or "verify" not in (await editions.workflow(work, case)).steps:
        return  # there is nobody, or nothing waits for proof (D3)
    if (
        mailbox.index != work.house.keys.index("email", email)
        or mailbox.proved_at
        or challenges.cooling(work, challenge)
        or not await budget.passes(work, mailbox.index)
    ):
        return
    if challenge is not None and challenge.used_at is None:
        challenges.again(work, challenge)
    else:
        challenge = None
    await letters.write(
        work,
        case,
        "verification_again",
        clock=await deadlines.clock(work, case),
        mailbox=mailbox,
        facts=Facts(),
        challenge=challenge,
        passes=True,
    )


async def dispute(work: Work, token: str, code: str) -> Case | None:
    """“This was not me” (D13): takes the link and the code of the same mail; None when the code does not fit."""
    challenge = await challenges.by_token(work, Purpose.not_me, token, lock=True)
    case = await cases.locked_by_id(work, _case_id(challenge))
    await budget.check_tries(work, f"not me {case.reference}")
    if not challenges.accepts(work, challenge, code, reusable=True, purpose=Purpose.not_me):
        return None
    await alarms.catch_up(work, case)
    await steps.take(work, case, "dispute")
    await alarms.as_clock(work, case, alarms.remind)  # a person looks into it within three working days (D13)
    return case


async def undo(work: Work, token: str) -> Case:
    """One click undoes a withdrawal and keeps the original receipt (D14)."""
    challenge = await challenges.unused(work, Purpose.undo, token)
    case = await cases.locked_by_id(work, _case_id(challenge))
    await steps.take(work, case, "resume")
    challenge.used_at = work.now
    return case


async def _found(work: Work, reference: str) -> Case | None:
    try:
        case = await cases.locked(work, reference)
    except NotFound:
        return None
    return case if case.forgotten_at is None else None


def _case_id(challenge: Challenge) -> UUID:
    if challenge.case_id is None:
        raise NotFound
    return challenge.case_id
