"""Letters to an agent who asked for somebody: that we have it, by when we answer, and how each request ended.

The answer and its reasons are the person's. Nothing that anybody typed is in these letters: who reads the mailbox that
was given as the agent's is as little known as anybody (D12).
"""

from collections.abc import Mapping, Sequence

from privacy_center.casework import budget, deadlines, editions, grounds, letters, mandates, vault, wording
from privacy_center.casework.facts import Facts
from privacy_center.casework.work import Work
from privacy_center.law.clock import Clock
from privacy_center.law.terms import Disposition
from privacy_center.law.workflows import Step
from privacy_center.phrases import Phrase
from privacy_center.records.case import Case

OUTCOMES: Mapping[str, str] = {
    Disposition.fulfilled: Phrase("It was granted. The answer went to the person."),
    Disposition.partly_fulfilled: Phrase("A part of it was granted. The answer and our reasons went to the person."),
    Disposition.denied: Phrase("We refused it. Our reasons, and what can be done about them, went to the person."),
    Disposition.withdrawn: Phrase("The person took it back, and with it the permission to ask for it."),
}
"""How a request ended, in words that tell an agent nothing of what we hold."""

REFUSED: Mapping[str, str] = {
    grounds.NOT_VERIFIED: Phrase(
        "Nobody confirmed it from the person’s mailbox, so we had to refuse it. If they confirm later, it goes on and "
        "keeps its first date."
    ),
    grounds.NOT_AUTHORISED: Phrase(
        "We refused it, because what you showed us does not prove that you may act for this person."
    ),
}
"""The two refusals that an agent can do something about."""


async def tell_asked(work: Work, opened: Sequence[Case]) -> None:
    """One letter for all requests of one sending: which, and by when each is answered."""
    first = opened[0]
    mailbox = await mandates.agent(work, first)
    if mailbox is None:
        return
    more = {"asked": [await line(work, case) for case in opened]}
    clock = await deadlines.clock(work, first)
    await letters.write(work, first, "agent_asked", clock=clock, mailbox=mailbox, facts=Facts(), more=more)


async def line(work: Work, case: Case) -> dict[str, str]:
    """One request as its agent may know it."""
    return {
        "reference": case.reference,
        "right_title": (await editions.workflow(work, case)).infos[case.right].title,
        "aim_for": wording.day(case.target_due, case.language),
        "answer_by": wording.day(case.answer_due, case.language),
        "outcome": outcome(case),
    }


def outcome(case: Case) -> str:
    """How a request ended; empty while it has not."""
    if case.disposition == Disposition.denied and (case.ground or "") in REFUSED:
        return REFUSED[case.ground or ""]
    return OUTCOMES.get(case.disposition or "", "")


async def tell_ending(work: Work, case: Case, step: Step, *, clock: Clock) -> None:
    """The end of a request is told to the agent who asked for it, too (rule 3).

    Both mailboxes are held before either is counted: two agents who act for each other wait, and never each for the
    other.
    """
    if step.closes is None or case.channel != mandates.ERRAND:
        return
    mailbox = await mandates.agent(work, case)
    if mailbox is None:
        return
    await budget.hold(work, mailbox.index, (await vault.mailbox(work, case)).index)
    more = {"outcome": outcome(case), "not_authorised": case.ground == grounds.NOT_AUTHORISED}
    await letters.write(work, case, "agent_request_ended", clock=clock, mailbox=mailbox, facts=Facts(), more=more)
