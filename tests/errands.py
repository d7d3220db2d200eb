"""Otto asks for Ada for more than a no: what he sends, and who she is in session."""

from dataclasses import replace
from typing import Any

from privacy_center.casework import agent_letters, deadlines, errands, letters, sessions, vault
from privacy_center.casework.errands import Errand
from privacy_center.casework.facts import Facts
from privacy_center.casework.intake import Filing
from privacy_center.casework.sessions import Visitor
from privacy_center.casework.work import REQUESTER, Work
from privacy_center.center import Center
from privacy_center.law.terms import Disposition
from privacy_center.records.case import Case
from privacy_center.records.letter import Letter
from tests.agents import WORDS
from tests.builders import ADA, OTTO

NAME, NOTE = "Ada Example", "Customer 4711, she has moved"
FILING = Filing(("access",), "US-CA", ADA, NAME, NOTE)
ERRAND = Errand(FILING, OTTO, WORDS, "Otto & Partners")
TYPED = ("Otto", "Partners", NAME, "4711", WORDS.words, WORDS.signer)
"""What nobody reads in a letter before proof (D12)."""


async def ask(center: Center, *, network: str = "", **other: Any) -> list[Case]:
    """Otto asks for Ada; `rights`, `email` and what else belongs to the filing may be given beside the errand's own."""
    own = {name: other.pop(name) for name in ("mailbox", "shown", "agent") if name in other}
    async with center.work(by=REQUESTER) as work:
        return await errands.ask(work, replace(ERRAND, filing=replace(FILING, **other), **own), network=network)


async def in_session(work: Work, email: str) -> Visitor:
    """Somebody who has signed in by their mailbox."""
    cookie = sessions.open_requester(work, index=work.house.keys.index("email", email))
    await work.session.flush()
    found = await sessions.visitor(work, cookie)
    assert found is not None
    return found


ENDINGS = (
    (Disposition.fulfilled, None),
    (Disposition.partly_fulfilled, "trade_secret"),
    (Disposition.withdrawn, None),
    (Disposition.denied, "no_data_held"),
    (Disposition.denied, "identity_not_verified"),
    (Disposition.denied, "agent_not_authorised"),
)


async def write_to_agent(work: Work, case: Case) -> list[Letter]:
    """Every letter that an agent who asks for somebody may get, with every way in which it may end."""
    clock, mailbox = await deadlines.clock(work, case), await vault.mailbox(work, case)

    async def write(kind: str, **more: Any) -> Letter:
        return await letters.write(work, case, kind, clock=clock, mailbox=mailbox, facts=Facts(), more=more)

    written = [await write("agent_asked", asked=[await agent_letters.line(work, case)])]
    for case.disposition, case.ground in ENDINGS:
        said = {"outcome": agent_letters.outcome(case), "not_authorised": case.ground == "agent_not_authorised"}
        written.append(await write("agent_request_ended", **said))
    case.disposition = case.ground = None
    return written
