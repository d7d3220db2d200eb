"""A mail server at its worst: it hangs up in the middle of a mail, puts everybody off, or takes its time. Each letter
comes all the same, and the trail tells of it once.
"""

import asyncio
from collections.abc import Iterator

import pytest

from privacy_center.casework import mailed, trail
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.records.case import Case
from privacy_center.records.letter import Delivery
from privacy_center.settings import Settings
from privacy_center.settings import read as read_settings
from tests.conftest import Clock, settings_for
from tests.mailbox import Mailbox
from tests.worker.houses import file, until, until_tried, working

SLOW = 1.5


class Troubled(Mailbox):
    """A mail server that can be told how to behave. It keeps a mail before it misbehaves, as real ones do."""

    fault = ""

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        """Keep the mail, then hang up, put off, or take one's time."""
        if self.fault == "cut":
            for transport in list(self._connections):
                transport.abort()  # type: ignore[attr-defined]
        if self.fault == "put off":
            return "451 4.3.0 try again later"
        if self.fault == "slow":
            await asyncio.sleep(SLOW)
        return await super().handle_DATA(server, session, envelope)  # type: ignore[arg-type]


@pytest.fixture
def mailbox(_short_pauses: None) -> Iterator[Troubled]:
    """The troubled server in the place of the good one."""
    mailbox = Troubled()
    yield mailbox
    mailbox.stop()


@pytest.fixture
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailed, "PAUSES", (0.2,))


@pytest.fixture
def settings(database_url: str, mailbox: Troubled) -> Settings:
    """The settings of a house that sends through it."""
    return read_settings(settings_for(database_url, mailbox))


async def steps_of(center: Center, case: Case) -> list[str]:
    """What the trail of a case tells, in order."""
    async with center.reading(by=REQUESTER) as work:
        return [event.step for event in await trail.events(work, case)]


def once_or_the_same(mailbox: Mailbox, to: str) -> None:
    """The mail came, and each further time it was the same mail."""
    came = [(mail.id, mail.subject, mail.text) for mail in mailbox.mails if mail.to == to]
    assert came
    assert len(set(came)) == 1


@pytest.mark.parametrize("fault", ["cut", "put off"])
async def test_what_goes_wrong_in_the_middle_of_a_mail_is_tried_again(
    center: Center, settings: Settings, clock: Clock, mailbox: Troubled, fault: str
) -> None:
    mailbox.fault = fault
    filed = [await file(center, f"ada{number}@home.example") for number in range(3)]
    async with working(settings, clock):
        for case in filed:
            letter = await until_tried(center, case, 1)
            assert letter.delivery == Delivery.queued
            assert "home.example" not in str(letter.error)
        mailbox.fault = ""
        for case in filed:
            await until(center, case, Delivery.accepted)
    for number, case in enumerate(filed):
        once_or_the_same(mailbox, f"ada{number}@home.example")
        assert await steps_of(center, case) == ["open", "letter"]


async def test_a_slow_server_is_waited_for_and_nothing_is_sent_twice(
    center: Center, settings: Settings, clock: Clock, mailbox: Troubled
) -> None:
    mailbox.fault = "slow"
    filed = [await file(center, f"ada{number}@home.example") for number in range(3)]
    async with working(settings, clock):
        for case in filed:
            assert (await until(center, case, Delivery.accepted)).attempts == 0
    assert len(mailbox.mails) == 3
    for case in filed:
        assert await steps_of(center, case) == ["open", "letter"]
