"""Otto asks for Ada for more than a no: what he sends, and who she is in session."""

from dataclasses import replace
from typing import Any

from privacy_center.casework import errands, sessions
from privacy_center.casework.errands import Errand
from privacy_center.casework.intake import Filing
from privacy_center.casework.sessions import Visitor
from privacy_center.casework.work import REQUESTER, Work
from privacy_center.center import Center
from privacy_center.records.case import Case
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
