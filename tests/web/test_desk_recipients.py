"""The desk's pages about recipients: who answers, who stays silent, and what staff do about it."""

import re

from httpx2 import Response
from sqlmodel import col, select

from privacy_center.casework import mending, outcomes, preferences, telling
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.preferences import Said
from privacy_center.casework.work import CLOCK, REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.records.event import HouseEvent
from privacy_center.records.letter import Letter
from privacy_center.records.preference import Source
from privacy_center.records.telling import Delivery, Silenced, Telling
from privacy_center.worker.sweep import Sweep
from tests import builders
from tests.builders import ADA
from tests.conftest import Clock
from tests.trust import doors
from tests.trust.doors import visitor

HERE = "/desk/recipients/adreach"


async def no(center: Center, *purposes: str, who: str = ADA) -> str:
    """Somebody says no; returns the reference of the press."""
    async with center.work(by=REQUESTER) as work:
        said = Said(purposes, Source.button)
        return (await preferences.say_no(work, said, identity=Identity("email", who))).press


async def sent(center: Center, recipient: str = "adreach") -> Delivery:
    """What waits is put into deliveries; returns a recipient's first."""
    async with center.work(by=CLOCK) as work:
        await telling.gather(work)
    async with center.reading(by=CLOCK) as work:
        query = select(Delivery).where(col(Delivery.recipient) == recipient).order_by(col(Delivery.id))
        return (await work.session.exec(query)).all()[0]


async def refused(center: Center, delivery: Delivery, *, silent: bool = False) -> None:
    """The recipient says no, and perhaps that it is gone for good."""
    async with center.work(by=CLOCK) as work:
        found = await work.session.get_one(Delivery, delivery.id)
        await outcomes.note_refused(work, found, "answered <b>400</b>")
        each = telling.recipient(work.house, "adreach")
        if silent and each is not None:
            await telling.silence(work, each, "its address says that it is gone for good (410)")


async def trail(center: Center) -> list[tuple[str, str]]:
    """What staff did, and who."""
    async with center.reading(by=REQUESTER) as work:
        acts = (mending.WOKEN, mending.SENT_AGAIN)
        found = await work.session.exec(select(HouseEvent).where(col(HouseEvent.step).in_(acts)))
        return [(event.step, event.role) for event in found]


def words(page: Response) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text))


async def test_every_recipient_is_listed_with_its_way_and_its_numbers(center: Center) -> None:
    await no(center, "sale", "newsletter")
    audrey = await doors.staff(center, Role.auditor)
    page = await audrey.get("/desk/recipients")
    assert page.status_code == 200
    assert 'href="/desk/recipients" aria-current="page"' in page.text
    assert "AdReach Limited Called 0 0 1 0 0 0 none lately NW-2025-17" in words(page)
    assert "Selling my data, Sharing my data for advertising, deletions" in words(page)
    assert "By a mail with a page to answer on" in words(await audrey.get("/desk/recipients/parcelpost"))


async def test_a_page_shows_what_was_sent_and_what_is_not_answered_and_names_nobody(center: Center) -> None:
    press = await no(center, "sale")
    await refused(center, await sent(center))
    hana = await doors.staff(center, Role.handler)
    page = await hana.get(HERE)
    assert press in page.text
    assert "no to: Selling my data" in words(page)
    assert "answered &lt;b&gt;400&lt;/b&gt;" in page.text
    assert ADA not in page.text


async def test_amber_and_late_stand_on_the_first_page_and_the_longest_late_comes_first(
    center: Center, clock: Clock
) -> None:
    hana = await doors.staff(center, Role.handler)
    first = await no(center, "sale")
    assert "stay silent" not in (await hana.get("/desk")).text
    async with center.reading(by=REQUESTER) as work:
        (line,) = await telling.of_press(work, first)
    clock.forward(days=(line.due_by - clock.now.date()).days - 3)
    hana = await doors.staff(center, Role.handler)
    assert "0 late, 1 due within five days" in words(await hana.get("/desk"))
    second = await no(center, "sale", who="eve@people.example")
    clock.forward(days=4)
    hana = await doors.staff(center, Role.handler)
    assert "1 late, 0 due within five days" in words(await hana.get("/desk"))
    page = (await hana.get(HERE)).text
    assert page.index(first) < page.index(second)
    await Sweep(center).see_to_late()
    late = words(await hana.get(HERE))
    assert re.search(r"\d days? late Case PR-", late)
    reference = re.search(r"/desk/cases/(PR-[0-9A-Z-]+)", (await hana.get(HERE)).text)
    assert reference
    case = words(await hana.get(f"/desk/cases/{reference[1]}"))
    assert "Opened because a recipient has not confirmed in time" in case
    assert "AdReach Limited (adreach): not reached" in case
    assert "Who has been told As the person reads it." in case


async def test_a_refused_delivery_is_sent_again_once(center: Center) -> None:
    await no(center, "sale")
    delivery = await sent(center)
    hana = await doors.staff(center, Role.handler)
    again = f"/desk/deliveries/{delivery.id}/again"
    assert (await hana.post(again)).status_code == 409
    await refused(center, delivery)
    assert again in (await hana.get(HERE)).text
    assert (await hana.post(again)).headers["location"] == HERE
    assert (await hana.post(again)).status_code == 409
    assert (await sent(center)).attempts == 1
    assert await trail(center) == [("send_again", "handler")]


async def test_a_silenced_recipient_is_called_again_with_all_that_it_missed(center: Center) -> None:
    await no(center, "sale")
    delivery = await sent(center)
    await refused(center, delivery, silent=True)
    lea = await doors.staff(center, Role.lead)
    page = words(await lea.get(HERE))
    assert "It is not called at present" in page
    assert "gone for good (410)" in page
    assert "Not called" in words(await lea.get("/desk/recipients"))
    assert (await lea.post(f"/desk/deliveries/{delivery.id}/again")).status_code == 409
    assert (await lea.post(f"{HERE}/call")).headers["location"] == HERE
    assert "It is not called at present" not in words(await lea.get(HERE))
    assert (await sent(center)).status == "queued"
    async with center.reading(by=REQUESTER) as work:
        assert list(await work.session.exec(select(Silenced))) == []
    assert await trail(center) == [("call_recipient", "lead")]


async def test_a_recipient_told_by_mail_gets_a_new_mail_with_a_fresh_link(center: Center) -> None:
    await no(center, "newsletter")
    delivery = await sent(center, "parcelpost")
    await refused(center, delivery)
    hana = await doors.staff(center, Role.handler)
    assert (await hana.post(f"/desk/deliveries/{delivery.id}/again")).status_code == 303
    async with center.reading(by=REQUESTER) as work:
        letters = await work.session.exec(select(Letter).where(col(Letter.kind) == "recipient"))
        assert len(list(letters)) == 2
    assert (await sent(center, "parcelpost")).challenge_id != delivery.challenge_id


async def test_a_recipient_that_has_left_the_installation_is_still_seen(center: Center) -> None:
    await no(center, "sale")
    delivery = await sent(center)
    async with center.work(by=CLOCK) as work:
        for row in await work.session.exec(select(Telling)):
            row.recipient = "oldpost"
        (await work.session.get_one(Delivery, delivery.id)).recipient = "oldpost"
    hana = await doors.staff(center, Role.handler)
    assert "oldpost No longer ours" in words(await hana.get("/desk/recipients"))
    page = words(await hana.get("/desk/recipients/oldpost"))
    assert "no longer names it" in page
    assert "nobody knows where to send it" in page
    assert (await hana.post("/desk/recipients/oldpost/call")).status_code == 404
    assert (await hana.post(f"/desk/deliveries/{delivery.id}/again")).status_code == 409


async def test_an_auditor_reads_and_an_admin_does_not(center: Center) -> None:
    await no(center, "sale")
    delivery = await sent(center)
    await refused(center, delivery, silent=True)
    audrey, adam = await doors.staff(center, Role.auditor), await doors.staff(center, Role.admin)
    page = (await audrey.get(HERE)).text
    assert "/again" not in page
    assert "/call" not in page
    before = await doors.rows(center)
    for who in (audrey, adam):
        assert (await who.post(f"{HERE}/call")).status_code == 409
        assert (await who.post(f"/desk/deliveries/{delivery.id}/again")).status_code == 409
    assert [(await adam.get(path)).status_code for path in ("/desk/recipients", HERE)] == [409, 409]
    assert "/desk/recipients" not in (await adam.get("/desk")).text
    assert await doors.rows(center) == before


async def test_it_shows_mallory_nothing(center: Center) -> None:
    await no(center, "sale")
    delivery = await sent(center)
    mallory = await doors.requester(center, await builders.file(center, email=builders.MALLORY))
    before = await doors.rows(center)
    for stranger in (visitor(center), mallory):
        for path in ("/desk/recipients", HERE, "/desk/recipients/nobody"):
            answer = await stranger.get(path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in")
        for path in (f"{HERE}/call", f"/desk/deliveries/{delivery.id}/again"):
            assert (await stranger.post(path)).headers["location"] == "/desk/sign-in"
    assert await doors.rows(center) == before


async def test_reading_writes_nothing_and_an_unknown_name_is_not_found(center: Center) -> None:
    hana = await doors.staff(center, Role.handler)
    await no(center, "sale")
    before = await doors.rows(center)
    for path in ("/desk/recipients", HERE, "/desk"):
        assert (await hana.get(path)).status_code == 200
    for name in ("nobody", "%00", "a" * 300, "%2e%2e"):
        assert (await hana.get(f"/desk/recipients/{name}")).status_code == 404
    assert await doors.rows(center) == before
