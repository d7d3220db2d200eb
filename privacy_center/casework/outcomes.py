"""Outcomes: what became of a delivery, and what the recipient says of each telling in it."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select, update

from privacy_center.casework import budget
from privacy_center.casework.work import Work
from privacy_center.records import counter
from privacy_center.records.jobs import TELLING
from privacy_center.records.telling import Answer, Delivery, Telling

JOB = "tell"
"""The worker's job that makes one delivery."""


DENIALS = 3
"""Calls in a row that a recipient may refuse to let in, before it is called no more."""

STEPS = (Answer.waiting, Answer.told, Answer.refused, Answer.confirmed)
"""What a recipient says goes this way only: what came late or again takes nothing back (S19)."""

FINAL = frozenset({Answer.confirmed, Answer.no_data})


async def enqueue(work: Work, delivery: Delivery, *, delay: float = 0) -> None:
    """Hand a delivery to a worker, once for each try, in its recipient's own lane."""
    key, lane = f"{delivery.id}-r{delivery.attempts}", delivery.recipient
    filed = {"argument": str(delivery.id), "queue": TELLING, "lane": lane}
    await work.house.jobs.enqueue(work.session, JOB, key=key, delay=delay, **filed)


async def locked(work: Work, delivery: UUID) -> Delivery | None:
    """A delivery that nobody else changes until we are done: worker, callback and page may meet."""
    return await work.session.get(Delivery, delivery, with_for_update=True, populate_existing=True)


async def tellings(work: Work, delivery: Delivery) -> list[Telling]:
    """What one delivery tells, in order."""
    query = select(Telling).where(col(Telling.delivery_id) == delivery.id).order_by(col(Telling.id))
    return list(await work.session.exec(query))


async def note_told(work: Work, delivery: Delivery) -> None:
    """The recipient has the message and will answer for it."""
    await note_answer(work, delivery, Answer.told)


async def note_answer(
    work: Work, delivery: Delivery, answer: Answer, ids: Iterable[UUID] | None = None, *, why: str = ""
) -> int:
    """The recipient has answered for all of a delivery or for some of it; returns for how many for the first time.

    `why` is what staff read of a no. The caller holds the delivery's lock.

    What was confirmed stays confirmed: a late or repeated answer changes nothing (S19).
    """
    rows = await tellings(work, delivery)
    wanted = {row.id for row in rows} if ids is None else set(ids)
    changed = [row for row in rows if row.id in wanted and _is_news(Answer(row.answer), answer)]
    for row in changed:
        row.answer, row.told_at = answer, row.told_at or work.now
        if answer in FINAL:
            row.answered_at, row.mailbox = work.now, None
    if changed and answer is Answer.refused:
        delivery.error = why[:200] or None
    _conclude(work, delivery, rows)
    return len(changed)


def _is_news(stands: Answer, said: Answer) -> bool:
    return stands not in FINAL and (said in FINAL or STEPS.index(said) > STEPS.index(stands))


def _conclude(work: Work, delivery: Delivery, rows: Iterable[Telling]) -> None:
    """Where a delivery stands once the recipient has said something of all of it; until then its job goes on."""
    said = {Answer(row.answer) for row in rows}
    if Answer.waiting in said:
        return
    delivery.next_try_at = None
    if said <= FINAL:
        delivery.status, delivery.error, delivery.ended_at = "answered", None, delivery.ended_at or work.now
    elif Answer.refused in said:
        delivery.status = "refused"
    else:
        delivery.status, delivery.error = "told", None


async def note_trouble(work: Work, delivery: Delivery, why: str, pause: float) -> None:
    """It could not be told now: it waits, longer each time, and is never given up."""
    delivery.attempts += 1
    delivery.status, delivery.error = "trouble", why[:200]
    delivery.next_try_at = work.now + timedelta(seconds=pause)
    await enqueue(work, delivery, delay=pause)


async def note_held(work: Work, delivery: Delivery, why: str) -> None:
    """It is not told before staff have looked, who then have it sent again; meanwhile it grows late in their sight."""
    delivery.attempts += 1
    delivery.status, delivery.error, delivery.next_try_at = "trouble", why[:200], None


async def note_refused(work: Work, delivery: Delivery, why: str) -> None:
    """The recipient says no: staff must look; the person's choice stands all the same."""
    await note_answer(work, delivery, Answer.refused, why=why)


async def reopen(work: Work, delivery: Delivery) -> None:
    """It is told once more: what was refused may be answered anew, what was confirmed stays."""
    refused = (col(Telling.delivery_id) == delivery.id, col(Telling.answer) == Answer.refused)
    await work.session.exec(update(Telling).where(*refused).values(answer=Answer.waiting))


async def count_denial(work: Work, recipient: str) -> int:
    """How often this recipient has refused to let us in, in a row and within a day."""
    return await counter.count(work.session, _denials(recipient), now=work.now, per=budget.DAY)


async def forget_denials(work: Work, recipient: str) -> None:
    """It has let us in."""
    await counter.forget(work.session, _denials(recipient), per=budget.DAY)


def _denials(recipient: str) -> str:
    return f"denied {recipient}"


def is_due(delivery: Delivery, attempt: int) -> bool:
    """Whether this try is the delivery's turn: a job that comes twice finds its work done."""
    return delivery.attempts == attempt and delivery.status in {"queued", "trouble"}
