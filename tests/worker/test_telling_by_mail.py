"""A recipient that is told by mail, from the choice to its answer: a link, a code, a page, a name (D7)."""

from privacy_center.casework.work import CLOCK
from privacy_center.center import Center
from privacy_center.records.telling import Answer, Delivery
from privacy_center.settings import Settings
from tests.builders import ADA, MALLORY
from tests.conftest import Clock
from tests.mailbox import Mailbox
from tests.trust import doors
from tests.worker import hearing
from tests.worker.houses import working

PARCELS = "privacy@parcelpost.example"


async def test_a_recipient_by_mail_opens_its_page_by_a_code_and_answers_with_a_name(
    center: Center, settings: Settings, clock: Clock, mailbox: Mailbox
) -> None:
    await hearing.no(center, "newsletter")
    visitor = doors.visitor(center)
    async with working(settings, clock):
        (mail,) = await mailbox.wait(to=PARCELS)
        delivery = await hearing.became(center, "told", recipient="parcelpost")
        assert ADA not in mail.text
        page = mail.link.removeprefix("http://localhost:8000")
        closed = await visitor.get(page)
        assert "How many people" not in closed.text
        await visitor.post(page, data={"act": "code"})
        _, code = await mailbox.wait(2, to=PARCELS)
    entered = await visitor.post(page, data={"act": "enter", "code": code.code})
    assert entered.status_code == 303
    visitor.cookies.set("recipient", entered.cookies["recipient"])
    named = await visitor.post(page, data={"act": "match", "people": f"{MALLORY}\n{ADA}"})
    panel = named.text.partition('role="status"')[2].partition("</div>")[0]
    assert ADA in panel
    assert MALLORY not in panel
    nameless = await visitor.post(page, data={"act": "answer", "outcome": "done", "name": ""})
    assert nameless.status_code == 422
    said = await visitor.post(page, data={"act": "answer", "outcome": "done", "name": "Pia Post, privacy officer"})
    assert said.status_code == 303
    (line,) = await hearing.lines(center, "parcelpost")
    assert line.answer == Answer.confirmed
    async with center.reading(by=CLOCK) as work:
        found = await work.session.get_one(Delivery, delivery.id)
        assert found.answered_by is not None
        name = work.house.keys.open(found.answered_by, place=f"delivery.answered_by:{found.id}")
    assert (found.status, name) == ("answered", "Pia Post, privacy officer")
