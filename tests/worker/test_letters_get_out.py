"""Letters get out: in an outage, after a refusal, and when the worker is killed with a letter in its hands."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from privacy_center.casework import letters, mailed, trail
from privacy_center.casework.work import CLOCK, REQUESTER
from privacy_center.center import Center
from privacy_center.records.case import Case
from privacy_center.records.challenge import Challenge
from privacy_center.records.letter import Delivery, Letter
from privacy_center.settings import Settings
from tests import builders
from tests.conftest import Clock, settings_for
from tests.mailbox import Mailbox
from tests.worker.houses import file, until, until_tried, worker_process, working


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailed, "PAUSES", (0.2,))


async def challenges_of(center: Center, case: Case) -> list[Challenge]:
    """A case's challenges."""
    async with center.reading(by=REQUESTER) as work:
        return list(await work.session.exec(select(Challenge).where(col(Challenge.case_id) == case.id)))


async def steps_of(center: Center, case: Case) -> list[str]:
    """What the trail of a case tells, in order."""
    async with center.reading(by=REQUESTER) as work:
        return [event.step for event in await trail.events(work, case)]


async def test_a_letter_is_sent_noted_and_its_code_counts_from_then(
    center: Center, settings: Settings, clock: Clock, mailbox: Mailbox
) -> None:
    case = await file(center, "ada@home.example")
    assert not any(challenge.mailed for challenge in await challenges_of(center, case))
    async with working(settings, clock):
        (mail,) = await mailbox.wait(to="ada@home.example")
        letter = await until(center, case, Delivery.accepted)
    assert mail.id == f"<{letter.id}@northwind.example>"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.link.startswith("http://localhost:8000/verify/")
    assert len(mail.code) == 6
    assert letter.accepted_at == clock.now
    assert all(challenge.mailed for challenge in await challenges_of(center, case))
    assert await steps_of(center, case) == ["open", "letter"]


async def test_an_outage_loses_nothing(center: Center, settings: Settings, clock: Clock, mailbox: Mailbox) -> None:
    mailbox.down()
    filed = [await file(center, f"ada{number}@home.example") for number in range(3)]
    async with working(settings, clock):
        waiting, *_ = [await until_tried(center, case, 2) for case in filed]
        assert waiting.delivery == Delivery.queued
        assert waiting.next_try_at is not None
        assert waiting.error is not None
        assert "home.example" not in waiting.error
        mailbox.up()
        for case in filed:
            letter = await until(center, case, Delivery.accepted)
            assert (letter.error, letter.next_try_at) == (None, None)
    assert sorted(mail.to for mail in mailbox.mails) == [f"ada{number}@home.example" for number in range(3)]


async def test_a_refused_letter_waits_for_staff_who_may_send_it_again(
    center: Center, settings: Settings, clock: Clock, mailbox: Mailbox
) -> None:
    mailbox.refuse["ada@home.example"] = "550 5.1.1 no such mailbox"
    case = await file(center, "ada@home.example")
    async with working(settings, clock):
        letter = await until(center, case, Delivery.refused)
        assert letter.error == "the mail server refused the recipient (550)"
        assert letter.attempts == 1
        mailbox.refuse.clear()
        async with center.work(by=CLOCK) as work:
            await letters.try_again(work, letter.id)
        await until(center, case, Delivery.accepted)
    assert await steps_of(center, case) == ["open", "letter_refused", "letter_again", "letter"]


async def test_staff_hear_by_mail_of_an_answer_that_the_mail_server_refused(
    center: Center, settings: Settings, clock: Clock, mailbox: Mailbox
) -> None:
    mailbox.refuse[builders.ADA] = "550 5.1.1 no such mailbox"
    reference = await builders.a_case(center, "denied")
    async with working(settings, clock):
        (mail,) = await mailbox.wait(to=builders.LEA)
    assert mail.link == f"http://localhost:8000/desk/cases/{reference}"
    assert builders.ADA not in mail.text
    assert not mailbox.of(builders.ADA)


async def test_a_letter_that_no_key_opens_is_shown_to_staff_and_holds_up_no_other(
    center: Center, settings: Settings, clock: Clock, mailbox: Mailbox
) -> None:
    broken, whole = await file(center, "ada@home.example"), await file(center, "otto@home.example")
    async with center.work(by=CLOCK) as work:
        letter = (await work.session.exec(select(Letter).where(col(Letter.case_id) == broken.id))).one()
        letter.body = b"nothing that a key opens"
    async with working(settings, clock):
        await until(center, whole, Delivery.accepted)
        assert "data key" in str((await until(center, broken, Delivery.refused)).error)


class Hanging(Mailbox):
    """Takes the first mail and never says so, as a server does whose answer is lost."""

    hang = True

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        """Keep a mail; answer from the second on."""
        answer = await super().handle_DATA(server, session, envelope)  # type: ignore[arg-type]
        if self.hang:
            self.hang = False
            await asyncio.sleep(3600)
        return answer


@pytest.fixture
async def hanging() -> AsyncIterator[Hanging]:
    """A mail server that hangs once."""
    mailbox = Hanging()
    yield mailbox
    mailbox.stop()


async def test_a_killed_workers_letter_is_taken_over_and_a_second_sending_is_recognisable(
    database_url: str, hanging: Hanging, tmp_path: Path, center: Center
) -> None:
    environ = settings_for(database_url, hanging)
    case = await file(center, "ada@home.example")
    first = worker_process(environ, "one", tmp_path / "one.log")
    await hanging.wait()
    first.kill()
    first.wait()
    second = worker_process(environ, "two", tmp_path / "two.log")
    try:
        mails = await hanging.wait(2, patience=30)
        letter = await until(center, case, Delivery.accepted)
    finally:
        second.terminate()
        assert second.wait(15) == 0, (tmp_path / "two.log").read_text()
    assert {mail.id for mail in mails} == {f"<{letter.id}@northwind.example>"}
    assert mails[0].text == mails[1].text
    assert await steps_of(center, case) == ["open", "letter"]
    logged = (tmp_path / "two.log").read_text()
    assert "home.example" not in logged
    assert "/verify/" not in logged
