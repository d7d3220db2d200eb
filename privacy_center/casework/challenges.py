"""Challenges: one question to the owner of a mailbox, answered by a link or a code."""

import hmac
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select, update

from privacy_center.casework import budget
from privacy_center.casework.refusals import LinkExpired, NotFound
from privacy_center.casework.work import Work
from privacy_center.links import LIFETIMES, LinkInvalid, Purpose
from privacy_center.records.case import Case
from privacy_center.records.challenge import Challenge

NOBODY = UUID(int=0)
"""In the place of a case that does not exist: the records are asked the same, whoever asks (S7)."""

ALIVE = 3
"""Codes of one mailbox that work side by side."""

SAME_MAIL = {Purpose.not_me: Purpose.verify}


def new(
    work: Work, purpose: Purpose, index: str, *, case: Case | None = None, staff_id: UUID | None = None
) -> Challenge:
    """A fresh question. Its code counts only once a mail server has taken the letter that carries it (D11)."""
    challenge = Challenge(
        purpose=purpose,
        index=index,
        case_id=case.id if case else None,
        staff_id=staff_id,
        created_at=work.now,
        sent_at=work.now,
        expires_at=work.now + LIFETIMES[purpose],
    )
    work.session.add(challenge)
    return challenge


def again(work: Work, challenge: Challenge) -> None:
    """Ask once more: the old code dies, the old link lives, the tries start anew (U15)."""
    challenge.attempt += 1
    challenge.tries = 0
    challenge.mailed = False
    challenge.sent_at = work.now
    challenge.expires_at = work.now + LIFETIMES[Purpose(challenge.purpose)]


def cooling(work: Work, challenge: Challenge | None) -> bool:
    """Whether the last mail is too recent to send another."""
    return challenge is not None and work.now - challenge.sent_at < budget.COOL_DOWN


async def by_token(work: Work, purpose: Purpose, token: str, *, lock: bool = False) -> Challenge:
    """The challenge behind a link. Raises NotFound for what was never ours, LinkExpired for what was.

    A link to say "not me" is answered by the challenge that asked to verify: both came in one mail.
    """
    try:
        challenge_id = UUID(work.house.links.read(purpose, token))
    except (LinkInvalid, ValueError):
        raise NotFound from None
    challenge = await work.session.get(Challenge, challenge_id, with_for_update=lock or None)
    if challenge is None or challenge.purpose not in (purpose, SAME_MAIL.get(purpose)):
        raise NotFound
    ends = _ends(challenge, purpose)
    if ends <= work.now:
        raise LinkExpired(ends)
    return challenge


async def unused(work: Work, purpose: Purpose, token: str) -> Challenge:
    """The same for links that open once. Raises NotFound or LinkExpired (used)."""
    challenge = await by_token(work, purpose, token, lock=True)
    if challenge.used_at is not None:
        raise LinkExpired(challenge.used_at, used=True)
    return challenge


def _ends(challenge: Challenge, purpose: Purpose) -> datetime:
    own = purpose == challenge.purpose
    return challenge.expires_at if own else challenge.created_at + LIFETIMES[purpose]


async def latest(
    work: Work, purpose: Purpose, *, case_id: UUID | None = None, index: str | None = None
) -> Challenge | None:
    """The newest challenge of a case or a mailbox, whatever became of it."""
    query = select(Challenge).where(col(Challenge.purpose) == purpose).order_by(col(Challenge.created_at).desc())
    if case_id is not None:
        query = query.where(col(Challenge.case_id) == case_id)
    if index is not None:
        query = query.where(col(Challenge.index) == index)
    return (await work.session.exec(query.limit(1))).first()


async def mailed(work: Work, purpose: Purpose, index: str) -> list[Challenge]:
    """The newest questions to a mailbox that can still be answered, newest first: a stranger who asks for another code
    does not kill the one in the owner's hands."""
    query = (
        select(Challenge)
        .where(
            col(Challenge.purpose) == purpose,
            col(Challenge.index) == index,
            col(Challenge.mailed),
            col(Challenge.used_at).is_(None),
            col(Challenge.expires_at) > work.now,
        )
        .order_by(col(Challenge.created_at).desc())
        .limit(ALIVE)
    )
    return list(await work.session.exec(query))


async def answered(work: Work, purpose: Purpose, index: str, typed: str) -> bool:
    """Whether this code answers one of the questions to a mailbox, known or not; the one it answers is used up."""
    asked: list[Challenge | None] = [*await mailed(work, purpose, index)]
    for challenge in asked or [None]:
        if accepts(work, challenge, typed) and challenge is not None:
            challenge.used_at = work.now
            return True
    return False


async def try_nobody(work: Work) -> None:
    """Count a try of a code that was never asked for, where nobody has one: it takes as long as a real one (S7)."""
    query = update(Challenge).where(col(Challenge.id) == NOBODY).values(tries=col(Challenge.tries) + 1)
    await (await work.session.connection()).execute(query)


def accepts(
    work: Work, challenge: Challenge | None, typed: str, *, reusable: bool = False, purpose: Purpose | None = None
) -> bool:
    """Whether this code answers this challenge now. Counts the try; the caller's transaction must commit it."""
    digits = "".join(c for c in typed if c.isdecimal() and c.isascii())
    if challenge is None or (challenge.used_at is not None and not reusable):
        hmac.compare_digest(digits.encode(), b"000000")
        return False
    challenge.tries += 1
    right = work.house.links.code_matches(str(challenge.id), challenge.attempt, digits)
    ends = _ends(challenge, purpose or Purpose(challenge.purpose))
    alive = challenge.mailed and ends > work.now and challenge.tries <= budget.TRIES_PER_CODE
    return right and alive
