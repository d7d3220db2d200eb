"""Errands: an agent asks, in somebody's name, for more than a no: a copy, a deletion, a correction (11 CCR 7063).

The agent shows a signed permission; that opens the case and nothing else. The case is the person's: their mailbox gets
the first letter, and their one press shows both that it is theirs and that they gave the permission (rule 1, D8). The
answer goes to them alone; the agent hears that it came in and how it ended.
"""

from dataclasses import dataclass, field, replace

from privacy_center.casework import (
    agent_letters,
    agents,
    budget,
    cases,
    entered,
    fingerprints,
    gathering,
    intake,
    mandates,
    permissions,
    trail,
    vault,
)
from privacy_center.casework.facts import clean
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.intake import NAME, Filing
from privacy_center.casework.mandates import ERRAND, Shown, Traces
from privacy_center.casework.refusals import Invalid
from privacy_center.casework.work import Work
from privacy_center.phrases import Phrase
from privacy_center.records.case import Case
from privacy_center.records.mandate import Mandate
from privacy_center.records.package import PackageFile

NO_RIGHT = Phrase("Choose what the person asks for.")
NO_PLACE = Phrase("Choose where the person lives: it decides which law protects them.")
SAME = Phrase(
    "This is the address that you gave for the person. Give your own here: they have to confirm from theirs that you "
    "may ask."
)
NO_OPT_OUT = Phrase(
    "To say no for somebody needs no confirmation of theirs: do it at the agents’ door for that, at once."
)
NOT_HERE = Phrase("This cannot be asked for here: the person does it themselves, on the page of their request.")
MISSING = Phrase(
    "What is missing is the written permission, signed by the person you act for. Choose it as a file, or write its "
    "words below with the signer’s name and the day (11 CCR 7063)."
)


@dataclass(frozen=True, slots=True)
class Errand:
    """What an agent gave at the door, and nothing more (S34). The filing is the person's: their mailbox and place."""

    filing: Filing
    mailbox: str = field(repr=False)
    shown: Shown
    agent: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class _Checked:
    """An errand that can be run."""

    filing: Filing
    by: Identity
    shown: Shown
    agent: str = field(repr=False)
    left: Traces


@dataclass(frozen=True, slots=True)
class Agent:
    """Who asked, as they gave it: nobody has proved that mailbox."""

    name: str = field(repr=False)
    mailbox: str = field(repr=False)


async def ask(work: Work, errand: Errand, *, network: str) -> list[Case]:
    """Open one case of the person's for each right, and tell the agent once. Raises Invalid or TooMany.

    The same sending of the same form opens each case once, and tells of it once.
    """
    given = checked(work, errand, network)
    await budget.check_network(work, network)
    index = work.house.keys.index
    await budget.hold(work, index("email", given.filing.email), index("email", given.by.value))
    opened = [await cases.locked_by_id(work, case.id) for case in await intake.open_cases(work, given.filing)]
    kept: PackageFile | None = None
    for case in opened:
        mandate = await _show(work, case, given, kept)
        kept = await work.session.get(PackageFile, mandate.file_id) if mandate.file_id is not None else None
    if opened:
        await agent_letters.tell_asked(work, opened)
    return opened


async def _show(work: Work, case: Case, given: _Checked, kept: PackageFile | None) -> Mandate:
    """What the agent showed, kept with the case, and their mailbox beside the person's."""
    work.session.add(mandates.new_agent(work, case, given.by))
    mandate = mandates.new(work, case, await vault.mailbox(work, case), None, left=given.left)
    noted = await mandates.show(work, case, mandate, given.shown, agent=given.agent, kept=kept)
    work.session.add(mandate)
    by = trail.commit_to(work, case, given.by.value)
    await trail.record(work, case, "errand", {"by": by, **noted})
    await work.session.flush()
    return mandate


def checked(work: Work, errand: Errand, network: str) -> _Checked:
    """The errand, tidied. Raises Invalid with a message for each field that needs mending."""
    errors = _wrong_rights(work, errand.filing)
    filing = _filing(work, errand.filing, errors)
    by, agent = fingerprints.named("email", errand.mailbox), clean(errand.agent).strip()
    if by is None:
        errors["agent_email"] = agents.NO_EMAIL
    elif work.house.keys.index("email", by.value) == work.house.keys.index("email", filing.email):
        errors["agent_email"] = SAME
    if len(agent) > NAME:
        errors["agent"] = Phrase("This name is too long: {most} characters at most.", most=NAME)
    shown = permissions.checked(errand.shown, errors, today=work.today, missing=MISSING)
    if errors or by is None:
        raise Invalid(errors)
    left = gathering.traces(work, shown, network)
    filing = replace(filing, channel=ERRAND, form_key=_form_key(filing, by, left))
    return _Checked(filing, by, shown, agent, left)


def _wrong_rights(work: Work, filing: Filing) -> dict[str, str]:
    """Rights that have another door: a no acts at once, and an appeal is the person's own."""
    library = work.house.library
    known = [right for right in filing.rights if right in library.rights()]
    if any(library.workflow_for(right).protective for right in known):
        return {"right": NO_OPT_OUT}
    return {"right": NOT_HERE} if any(right in entered.ELSEWHERE for right in known) else {}


def _filing(work: Work, filing: Filing, errors: dict[str, str]) -> Filing:
    """What a request asks for, in words to somebody who gives it for another."""
    try:
        return intake.checked(work, filing)
    except Invalid as invalid:
        named = {"email": agents.WRONG["email"]}
        named |= {} if filing.place.strip() else {"place": NO_PLACE}
        named |= {} if any(filing.rights) else {"right": NO_RIGHT}
        errors |= invalid.errors | {name: words for name, words in named.items() if name in invalid.errors} | errors
        return filing


def _form_key(filing: Filing, by: Identity, left: Traces) -> str:
    """A form sent with another permission or by another agent is another one."""
    return "\n".join((filing.form_key, by.value, left.shown)) if filing.form_key else ""


async def agent(work: Work, case: Case) -> Agent | None:
    """Who asked for this, for the person to read once the mailbox is theirs (D12); None where no agent did."""
    row = await mandates.agent(work, case)
    made = await mandates.of_case(work, case) if row is not None else []
    return Agent(made[0].agent, vault.address(work, row)) if row is not None and made else None
