"""Letters to a person for whom an agent acts: they are told, and nothing is asked of them (L2, rule 3)."""

from collections.abc import Sequence

from privacy_center.casework import budget, letters, mandates, receipts, vault, wording
from privacy_center.casework.facts import Facts
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.preferences import Pressed
from privacy_center.casework.work import Work
from privacy_center.law.clock import Clock
from privacy_center.law.workflows import Step
from privacy_center.records.case import Case
from privacy_center.records.people import Identifier


async def tell_choice(
    work: Work, case: Case, subject: Identifier, pressed: Pressed, who: Identity, *, clock: Clock, passes: bool | None
) -> None:
    """What was said in their name, that it counts already, and the way back. Nothing the agent typed is in it (D12)."""
    more = {
        "purposes": mandates.in_words(work, pressed.purposes),
        "since": wording.day(work.today, case.language),
        "receipt": receipts.of_press(work, pressed, who),
    }
    facts = Facts()
    await letters.write(work, case, "agent_told", clock=clock, mailbox=subject, facts=facts, passes=passes, more=more)


async def tell_ending(work: Work, case: Case, step: Step, facts: Facts, *, clock: Clock) -> None:
    """The end of an agent's case is told to everybody for whom they acted and whom we can write to, too."""
    if step.closes is None or case.channel != mandates.CHANNEL:
        return
    made: dict[str, Sequence[str]] = {}
    for each in await mandates.of_case(work, case):
        made[each.value] = [*made.get(each.value, ()), *each.purposes]
    subjects = await mandates.subjects(work, case, "email")
    if subjects:
        await budget.hold(work, *(subject.index for subject in subjects))
    for subject in subjects:
        more = {"purposes": mandates.in_words(work, made.get(vault.address(work, subject), ()))}
        await letters.write(work, case, "agent_ended", clock=clock, mailbox=subject, facts=facts, more=more)
