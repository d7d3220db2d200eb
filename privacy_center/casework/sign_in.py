"""The requester's door without a password: a link and a code to the mailbox, and fresh codes within a session."""

from sqlmodel import col, select

from privacy_center.casework import budget, challenges, deadlines, letters, sessions, vault
from privacy_center.casework.facts import Facts
from privacy_center.casework.refusals import LinkExpired
from privacy_center.casework.sessions import Visitor
from privacy_center.casework.work import Work
from privacy_center.links import Purpose
from privacy_center.records.case import Case
from privacy_center.records.people import Identifier


async def ask(work: Work, email: str, *, language: str) -> None:
    """Mail a link and a code, if this mailbox has a request here; the page is the same if not (S7)."""
    index = work.house.keys.index("email", email)
    if challenges.cooling(work, await challenges.latest(work, Purpose.sign_in, index=index)):
        return
    known = await _is_known(work, index)
    if not await budget.passes(work, index if known else f"nobody:{index}"):
        return  # the last link and code go on to work; where no mail goes out, no budget of a mailbox is used up
    challenge = challenges.new(work, Purpose.sign_in, index)
    await work.session.flush()
    await letters.write_to_mailbox(work, "sign_in", email, challenge, language=language, known=known)


async def _is_known(work: Work, index: str) -> bool:
    query = select(Identifier.id).where(col(Identifier.index) == index).limit(1)
    return (await work.session.exec(query)).first() is not None


async def look(work: Work, token: str) -> None:
    """Check a link before its page is shown. Raises NotFound or LinkExpired."""
    challenge = await challenges.by_token(work, Purpose.sign_in, token)
    if challenge.used_at is not None:
        raise LinkExpired(challenge.used_at, used=True)


async def by_link(work: Work, token: str) -> str:
    """Sign in by a click; returns the cookie's token. Raises NotFound or LinkExpired."""
    challenge = await challenges.unused(work, Purpose.sign_in, token)
    challenge.used_at = work.now
    return sessions.open_requester(work, index=challenge.index)


async def by_code(work: Work, email: str, code: str) -> str | None:
    """Sign in by a code; None when none fits, known mailbox or not. Raises TooMany."""
    index = work.house.keys.index("email", email)
    await budget.check_tries(work, f"sign in {index}")
    fits = await challenges.answered(work, Purpose.sign_in, index, code)
    return sessions.open_requester(work, index=index) if fits else None


async def send_fresh(work: Work, case: Case) -> None:
    """Mail a fresh code for this case to its own mailbox, not more often than the cool-down allows."""
    if challenges.cooling(work, await challenges.latest(work, Purpose.fresh, case_id=case.id)):
        return
    mailbox = await vault.mailbox(work, case)
    challenge = challenges.new(work, Purpose.fresh, mailbox.index, case=case)
    await work.session.flush()
    await letters.write(
        work, case, "code", clock=await deadlines.clock(work, case), mailbox=mailbox, facts=Facts(), challenge=challenge
    )


async def was_sent(work: Work, case: Case) -> bool:
    """Whether a fresh code is on its way or there."""
    challenge = await challenges.latest(work, Purpose.fresh, case_id=case.id)
    return challenge is not None and challenge.used_at is None and challenge.expires_at > work.now


async def answer_fresh(work: Work, visitor: Visitor, case: Case, code: str) -> bool:
    """Whether the fresh code fits; if so this session may fetch the answer or end the request. Raises TooMany."""
    await budget.check_tries(work, f"fresh {case.reference}")
    challenge = await challenges.latest(work, Purpose.fresh, case_id=case.id)
    if not challenges.accepts(work, challenge, code) or challenge is None:
        return False
    challenge.used_at = work.now
    await sessions.make_fresh(work, visitor, case)
    return True


async def mine(work: Work, visitor: Visitor) -> list[Case]:
    """The cases of a session, newest first."""
    query = select(Case).order_by(col(Case.id).desc()).limit(100)
    if visitor.session.case_id is not None:
        query = query.where(col(Case.id) == visitor.session.case_id)
    else:
        own = (col(Identifier.index) == visitor.session.index, col(Identifier.kind) == "email")
        ids = select(Identifier.case_id).where(*own)  # a case that an agent opened for them is the agent's to follow
        query = query.where(col(Case.id).in_(ids))
    return list(await work.session.exec(query))
