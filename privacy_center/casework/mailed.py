"""Mailed: what became of a letter at the mail server, and what the trail and the letter's code learn of it."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select

from privacy_center.casework import cases, letters, trail
from privacy_center.casework.letters import JOB
from privacy_center.casework.work import Work
from privacy_center.records.case import Case
from privacy_center.records.challenge import Challenge
from privacy_center.records.letter import Delivery, Letter

PAUSES = (10, 30, 120, 600, 1800, 3600)
"""Seconds before a letter is tried again; the last one for ever."""


def awaits(letter: Letter, attempt: int) -> bool:
    """Whether this try is the letter's turn: a job that comes twice finds its work done."""
    return letter.delivery == Delivery.queued and letter.attempts == attempt


async def note_accepted(work: Work, letter: Letter) -> None:
    """The mail server has taken the letter: only now do its code count (D11) and the person count as told (D24)."""
    letter.delivery, letter.accepted_at = Delivery.accepted, work.now
    letter.error = letter.next_try_at = None
    await _note_mailed(work, letter)
    await _note_in_trail(work, letter)
    for folded in await _folded(work, letter):
        folded.delivery, folded.accepted_at = Delivery.accepted, work.now
        await _note_told(work, folded)


async def _note_told(work: Work, letter: Letter) -> None:
    """A letter of which a digest told: its own words were never mailed, so the trail does not say they were."""
    case = await cases.locked_by_id(work, case_id(letter))
    noted = {"letter": letter.kind, "letter_id": str(letter.id), "digest": str(letter.folded_into)}
    await trail.record(work, case, "letter_in_digest", noted)


def case_id(letter: Letter) -> UUID:
    """The case of a letter that can be held."""
    if letter.case_id is None:
        raise ValueError("only letters of a case are held")
    return letter.case_id


async def _folded(work: Work, digest: Letter) -> Sequence[Letter]:
    """The letters that a digest told of."""
    if digest.case_id is not None:
        return ()
    return (await work.session.exec(select(Letter).where(col(Letter.folded_into) == digest.id))).all()


async def _note_in_trail(work: Work, letter: Letter) -> None:
    if letter.case_id is not None:
        case = await cases.locked_by_id(work, letter.case_id)
        await trail.record(work, case, "letter", _noted(work, case, letter))


async def note_refused(work: Work, letter: Letter, why: str) -> None:
    """The mail server will not take the letter: staff must find another way to tell the person (D24)."""
    letter.delivery, letter.attempts = Delivery.refused, letter.attempts + 1
    letter.error, letter.next_try_at = why, None
    for folded in await _folded(work, letter):
        await note_refused(work, folded, why)
    if letter.case_id is not None:
        case = await cases.locked_by_id(work, letter.case_id)
        await trail.record(work, case, "letter_refused", {"letter": letter.kind, "letter_id": str(letter.id)})


async def note_trouble(work: Work, letter: Letter, why: str, *, spread: float = 1.0) -> None:
    """The mail server did not take the letter now: it waits, longer each time, and is never given up."""
    delay = PAUSES[min(letter.attempts, len(PAUSES) - 1)] * spread
    letter.attempts += 1
    letter.error, letter.next_try_at = why, work.now + timedelta(seconds=delay)
    key = f"{letter.id}-r{letter.attempts}"
    await work.house.jobs.enqueue(work.session, JOB, key=key, argument=str(letter.id), delay=delay)


def _noted(work: Work, case: Case, letter: Letter) -> dict[str, str | int | bool | None]:
    subject, body = letters.words(work, letter)
    commitment = trail.commit_to(work, case, f"{subject}\n\n{body}")
    return {"letter": letter.kind, "letter_id": str(letter.id), "text": commitment}


async def _note_mailed(work: Work, letter: Letter) -> None:
    ids = {value for mark, value in letter.challenges.items() if mark != "attempt"}
    if not ids:
        return
    asked = select(Challenge).where(col(Challenge.id).in_([UUID(value) for value in ids]))
    for challenge in await work.session.exec(asked):
        if letter.challenges.get("attempt") == str(challenge.attempt):
            challenge.mailed = True
