"""Grounds: why a request may be refused, and what must hold before a ground counts."""

from datetime import timedelta

from privacy_center.casework import deadlines, editions, mandates, trail, vault
from privacy_center.casework.facts import Facts
from privacy_center.casework.refusals import Refused
from privacy_center.casework.work import Work
from privacy_center.law.clock import local_day
from privacy_center.law.terms import Role
from privacy_center.records.case import Case
from privacy_center.records.event import Event
from privacy_center.records.people import Identifier

CITATION = 300
"""Characters of one provision."""

NOT_VERIFIED = "identity_not_verified"
"""The ground that says of a person that we could not tell whether it was them."""

NOT_AUTHORISED = "agent_not_authorised"
"""The ground that says of an agent that they have shown no signed permission."""


async def ground_in_regime(work: Work, case: Case, facts: Facts) -> dict[str, str]:
    """L18: a refusal needs a ground of that law, and a lead where the ground says so. Raises Refused where the case
    itself speaks against the ground."""
    rule = await editions.rule(work, case)
    if facts.ground not in rule.grounds:
        return {"ground": "Choose a ground that this law knows."}
    if why := await why_not(work, case, facts.ground):
        raise Refused(why)
    ground = work.house.library.grounds[facts.ground]
    if ground.lead and Role.lead not in work.by.roles:
        return {"ground": "This ground needs a lead."}
    if ground.second and not await second_person(work, case):
        return {"ground": "This ground needs two people: somebody else must record the doubt and its evidence first."}
    if ground.citation_required and not facts.citation.strip():
        return {"citation": "Name the provision of the other law, for example “Section 147 Fiscal Code”."}
    if len(facts.citation) > CITATION:
        return {"citation": f"This is too long: {CITATION} characters at most."}
    return {}


async def fraud_believed(work: Work, case: Case, facts: Facts) -> dict[str, str]:
    """D16: saying no is refused only where it is believed, in good faith and on record, to be fraud, or where an agent
    has shown no signed permission (11 CCR 7026(j))."""
    if facts.ground == "suspected_fraud":
        return {}
    if facts.ground == NOT_AUTHORISED and case.channel == mandates.CHANNEL:
        alone = "This ground needs two people: somebody else must record first what is wrong with the permission."
        return {} if await second_person(work, case) else {"ground": alone}
    return {"ground": "This can only be refused as fraudulent. In every other case apply it as far as you can."}


ALONE = timedelta(hours=24)
"""How long a house with one person on its staff lets a doubt rest before it decides alone (D23)."""


async def second_person(work: Work, case: Case) -> bool:
    """Whether two people stand behind this refusal: one recorded the doubt, another decides (D14).

    A house that has declared itself `solo` waits a day instead; four eyes never hold an answer past its date (D23).
    """
    doubts = [event for event in await trail.events(work, case) if event.step == "doubt"]
    if any(event.actor != str(work.by.staff_id) for event in doubts):
        return True
    today = local_day(work.now, timezone=await deadlines.timezone(work, case))
    return bool(doubts) and (today >= case.target_due or any(rested(work, event) for event in doubts))


def rested(work: Work, event: Event) -> bool:
    """Whether a house of one has let a day pass since one of its acts, and may take the next one alone (D23)."""
    return work.house.installation.solo and event.at + ALONE <= work.now


async def why_not(work: Work, case: Case, ground: str) -> str | None:
    """Why the case itself speaks against a ground, in one sentence; None where it does not."""
    if ground == NOT_AUTHORISED:
        return await _why_authorised(work, case)
    return await _why_verified(work, case) if ground == NOT_VERIFIED else None


THEMSELVES = frozenset({"web", "recipient"})
"""Ways in by which no agent comes. Who calls, writes or stands at the counter may well be one."""


def without_an_agent(case: Case) -> frozenset[str]:
    """Grounds that speak of an agent, where none came in: they are not even shown while they are shut."""
    return frozenset({NOT_AUTHORISED}) if case.channel in THEMSELVES else frozenset()


NO_AGENT = "Nobody asked here as an agent. If you found that somebody else did, record that as a doubt first."


async def _why_authorised(work: Work, case: Case) -> str | None:
    """Nobody is refused as an unauthorised agent where none acted, unless staff have put on record that one did (D23);
    nor where the person has confirmed it, from a mailbox that was on file, themselves (11 CCR 7063)."""
    if case.channel in THEMSELVES:
        doubted = any(event.step == "doubt" for event in await trail.events(work, case))
        return None if doubted else NO_AGENT
    mailbox = await vault.mailbox(work, case)
    if case.channel == mandates.ERRAND and mailbox.proved_at and await is_matched(work, case, mailbox):
        return "The person has confirmed, from a mailbox that was on file, that the agent may ask for them."
    return None


async def _why_verified(work: Work, case: Case) -> str | None:
    """Nobody is refused for lack of proof who has given it, nor before the day until which they may (D2, D8)."""
    mailbox = await vault.mailbox(work, case)
    if mailbox.proved_at is None:
        today, last = await deadlines.to_confirm(work, case)
        if today >= last:
            return None
        return (
            f"The requester can still confirm until {last.day} {last:%B %Y}: before that day nobody is refused for it."
        )
    if (await editions.workflow(work, case)).discloses and not await is_matched(work, case, mailbox):
        return None
    return "This person has been verified: their mailbox is confirmed, and nothing more is asked to be on file."


async def is_matched(work: Work, case: Case, mailbox: Identifier) -> bool:
    """Whether staff found this mailbox on file from before the request, as surely as the law asks now (D8)."""
    if mailbox.matched_at is None:
        return False
    asked = (await editions.rule(work, case)).verification
    points, declared = int(mailbox.match.get("data_points", 0)), bool(mailbox.match.get("declaration"))
    return points >= asked.data_points and (declared or not asked.declaration)
