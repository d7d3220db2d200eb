"""The couriers: the job that makes one delivery to a recipient, and what is noted of each try."""

import asyncio
import random
from typing import TypedDict
from uuid import UUID

import structlog
from dbos import DBOS
from sqlalchemy.exc import SQLAlchemyError

from privacy_center.casework import announcements, outcomes, telling
from privacy_center.casework.work import CLOCK, Work
from privacy_center.center import Center
from privacy_center.mailroom import outbound, webhooks
from privacy_center.mailroom.webhooks import Became
from privacy_center.recipients import Recipient
from privacy_center.records.telling import Answer, Delivery

log = structlog.get_logger()

NOTHING, HELD = "nothing", "held"


ANSWERS: dict[str, Answer] = {
    Became.done: Answer.confirmed,
    Became.nothing_held: Answer.no_data,
    Became.accepted: Answer.told,
    Became.refused: Answer.refused,
}
"""What of a call the recipient itself has said of the matter."""


class Outcome(TypedDict):
    """What became of one try, as the engine keeps it; `became` is a word of webhooks.Became, nothing or held."""

    became: str
    why: str
    pause: float


class Couriers:
    """Carry deliveries from the database to the recipients' addresses."""

    def __init__(self, center: Center) -> None:
        self._center = center

    async def tell(self, delivery_id: str, attempt: int) -> str:
        """The job: one step to the recipient, remembered by the engine, then one transaction that notes it."""
        outcome = await DBOS.run_step_async({"name": "call"}, self._call, delivery_id, attempt)
        await self._until_noted(UUID(delivery_id), attempt, outcome)
        return outcome["became"]

    async def _call(self, delivery_id: str, attempt: int) -> Outcome:
        try:
            async with self._center.reading(by=CLOCK) as work:
                found = await work.session.get(Delivery, UUID(delivery_id))
                if found is None or not outcomes.is_due(found, attempt):
                    return Outcome(became=NOTHING, why="", pause=0)
                each = telling.recipient(work.house, found.recipient)
                if each is None:
                    return Outcome(became=HELD, why="this recipient is no longer in the installation", pause=0)
                if await telling.is_silent(work, each):
                    return Outcome(became=HELD, why="this recipient is not called until staff have looked", pause=0)
                body = await announcements.body(work, each, found)
            return await self._post(each, found, body)
        except outbound.Blocked as blocked:
            # Visible, and tried again: a name server may have lied for a moment only.
            return Outcome(became="again", why=blocked.why, pause=_pause(attempt))
        except outbound.Trouble as trouble:
            return Outcome(became="again", why=trouble.why, pause=_pause(attempt))
        except Exception as error:
            # Whatever else went wrong, the telling is not lost: it waits like in an outage.
            return Outcome(became="again", why=f"could not be sent ({type(error).__name__})", pause=_pause(attempt))

    async def _post(self, each: Recipient, delivery: Delivery, body: bytes) -> Outcome:
        house = self._center.house
        sent_at = self._center.now()
        headers = webhooks.headers(str(delivery.id), sent_at, body, announcements.secrets(house, each))
        answer = await outbound.post(each.address, headers, body, loopback=house.installation.loopback)
        read = webhooks.read(answer, now=sent_at)
        return Outcome(became=read.became.value, why=read.why, pause=max(read.pause, _pause(delivery.attempts)))

    async def _until_noted(self, delivery_id: UUID, attempt: int, outcome: Outcome) -> None:
        """Note the outcome; while the database is away, wait for it. The job stays pending and so is never lost."""
        pause = 0.1
        while outcome["became"] != NOTHING:
            try:
                async with self._center.work(by=CLOCK) as work:
                    await _note(work, delivery_id, attempt, outcome)
                return
            except (SQLAlchemyError, OSError) as error:
                log.warning("delivery_not_noted", delivery=str(delivery_id), error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 30)


async def _note(work: Work, delivery_id: UUID, attempt: int, outcome: Outcome) -> None:
    delivery = await outcomes.locked(work, delivery_id)
    if delivery is None or not outcomes.is_due(delivery, attempt):
        return
    log.info("delivery", delivery=str(delivery_id), recipient=delivery.recipient, **outcome)
    became, why = outcome["became"], outcome["why"]
    if became in ANSWERS:
        await outcomes.note_answer(work, delivery, ANSWERS[became], why=why)
        await outcomes.forget_denials(work, delivery.recipient)
    elif became == Became.gone:
        await outcomes.note_held(work, delivery, why)
        await _silence(work, delivery, why)
    elif became == HELD:
        await outcomes.note_held(work, delivery, why)
    else:
        # Never before the moment that they asked for, and not all together.
        spread = random.uniform(1.0, 1.2)  # noqa: S311 (no secret)
        await outcomes.note_trouble(work, delivery, why, outcome["pause"] * spread)
        if became == Became.unauthorised:
            await _note_denied(work, delivery, why)


async def _note_denied(work: Work, delivery: Delivery, why: str) -> None:
    """A secret may be wrong for a moment, while the other side changes over; three times in a row, staff must look."""
    if await outcomes.count_denial(work, delivery.recipient) >= outcomes.DENIALS:
        await _silence(work, delivery, why)


async def _silence(work: Work, delivery: Delivery, why: str) -> None:
    each = telling.recipient(work.house, delivery.recipient)
    if each is not None:
        await telling.silence(work, each, why)


def _pause(attempt: int) -> float:
    return webhooks.PAUSES[min(attempt, len(webhooks.PAUSES) - 1)]
