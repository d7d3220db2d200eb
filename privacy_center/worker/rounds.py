"""The postman's rounds: the job that sends one letter, and what is noted of each try."""

import asyncio
import random
from typing import TypedDict
from uuid import UUID

import structlog
from dbos import DBOS
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError

from privacy_center.casework import by_mail, mailed, returns
from privacy_center.casework.work import CLOCK, Work
from privacy_center.center import Center
from privacy_center.mailroom.postman import Postman
from privacy_center.mailroom.smtp import Mailer, Refused, Trouble
from privacy_center.records.jobs import attempt_of
from privacy_center.records.letter import Letter
from privacy_center.records.sealed import Unsealable

log = structlog.get_logger()


class Outcome(TypedDict):
    """What became of one try, as the engine keeps it: `became` is accepted, refused, trouble or nothing."""

    became: str
    why: str


class Rounds:
    """Carries letters from the database to the mail server."""

    def __init__(self, center: Center) -> None:
        self._center = center
        self._mailer = Mailer(center.settings.smtp_url)
        self._postman = Postman(
            keys=center.house.keys,
            links=center.house.links,
            base_url=center.settings.base_url,
            mail_from=center.settings.mail_from,
            pages=center.house.installation.page_languages,
        )

    async def send(self, letter_id: str) -> str:
        """The job: one step to the mail server, remembered by the engine, then one transaction that notes it.

        A worker that dies in between is taken over: a step that has ended is not taken twice.
        """
        attempt = attempt_of(DBOS.workflow_id)
        outcome = await DBOS.run_step_async({"name": "smtp"}, self._hand_over, letter_id, attempt)
        await self._until_noted(UUID(letter_id), attempt, outcome)
        return outcome["became"]

    async def close(self) -> None:
        """Say goodbye to the mail server."""
        await self._mailer.close()

    async def _hand_over(self, letter_id: str, attempt: int) -> Outcome:
        try:
            async with self._center.reading(by=CLOCK) as work:
                letter = await work.session.get(Letter, UUID(letter_id))
            if letter is None or not mailed.awaits(letter, attempt):
                return Outcome(became="nothing", why="")
            await self._mailer.send(self._postman.mail(letter, now=self._center.now()))
        except Trouble as trouble:
            return Outcome(became="trouble", why=trouble.why)
        except Refused as refused:
            return Outcome(became="refused", why=refused.why)
        except (Unsealable, ValueError):
            return Outcome(became="refused", why="the letter or its address cannot be read: is a data key missing?")
        except Exception as error:
            # Whatever else went wrong, the letter is not lost: it waits like in an outage.
            return Outcome(became="trouble", why=f"the letter could not be sent ({type(error).__name__})")
        return Outcome(became="accepted", why="")

    async def _until_noted(self, letter_id: UUID, attempt: int, outcome: Outcome) -> None:
        """Note the outcome; while the database is away, wait for it. The job stays pending and so is never lost."""
        pause = 0.1
        while outcome["became"] != "nothing":
            try:
                async with self._center.work(by=CLOCK) as work:
                    await _note(work, letter_id, attempt, outcome)
                return
            except (SQLAlchemyError, StaleDataError, OSError) as error:
                log.warning("letter_not_noted", letter=str(letter_id), error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 30)


async def _note(work: Work, letter_id: UUID, attempt: int, outcome: Outcome) -> None:
    letter = await work.session.get(Letter, letter_id, with_for_update=True)
    if letter is None or not mailed.awaits(letter, attempt):
        return
    log.info("letter", letter=str(letter_id), kind=letter.kind, became=outcome["became"], why=outcome["why"])
    if outcome["became"] == "accepted":
        await mailed.note_accepted(work, letter)
        if letter.kind == by_mail.LETTER:
            await by_mail.note_accepted(work, letter)
    elif outcome["became"] == "refused":
        await mailed.note_refused(work, letter, outcome["why"])
        await returns.alarm(work, letter)
    else:
        # No secret hangs on this: it only keeps a thousand letters from returning in the same second.
        spread = random.uniform(0.8, 1.2)  # noqa: S311
        await mailed.note_trouble(work, letter, outcome["why"], spread=spread)
