"""The ledger: who is in session reads who was told and what they said; of who is not, nobody learns it (D15, N7)."""

import re

import pytest
from httpx2 import AsyncClient, Response
from sqlmodel import col, select

from privacy_center.casework import ledger, outcomes, preferences, sessions, telling, trail
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.ledger import Ledger
from privacy_center.casework.preferences import Said
from privacy_center.casework.work import CLOCK, REQUESTER
from privacy_center.center import Center
from privacy_center.records.preference import Source
from privacy_center.records.telling import Answer, Delivery
from tests import builders
from tests.builders import ADA, MALLORY
from tests.conftest import Clock
from tests.trust import doors


async def no(center: Center, *purposes: str, who: str = ADA) -> None:
    """Somebody says no."""
    async with center.work(by=REQUESTER) as work:
        await preferences.say_no(work, Said(purposes, Source.button), identity=Identity("email", who))


async def answered(center: Center, recipient: str, answer: Answer) -> None:
    """What is for a recipient is sent, and it answers."""
    async with center.work(by=CLOCK) as work:
        await telling.gather(work)
    async with center.work(by=CLOCK) as work:
        for delivery in await work.session.exec(select(Delivery).where(col(Delivery.recipient) == recipient)):
            await outcomes.note_answer(work, delivery, answer)


async def theirs(center: Center, who: str = ADA) -> Ledger | None:
    """The ledger of what stands for somebody."""
    async with center.reading(by=REQUESTER) as work:
        said = await preferences.said_by(work, Identity("email", who))
        return await ledger.of_standing(work, said)


async def signed_in(center: Center, who: str) -> AsyncClient:
    """Somebody whose session has proved their mailbox; we know the mailbox by a case."""
    await builders.file(center, email=who)
    async with center.work(by=REQUESTER) as work:
        cookie = sessions.open_requester(work, index=work.house.keys.index("email", who))
    client = doors.visitor(center)
    client.cookies.set("requester", cookie)
    return client


def words(page: Response) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text))


async def test_it_says_who_was_told_and_who_has_confirmed(center: Center) -> None:
    await no(center, "sale", "newsletter")
    await answered(center, "adreach", Answer.confirmed)
    found = await theirs(center)
    assert found is not None
    assert (
        found.said
        == "We have told 1 recipient; 1 has confirmed. 1 more will be told: we keep trying until each is reached."
    )
    assert [(line.name, line.what, line.nearness) for line in found.lines] == [
        ("AdReach Limited", "your no to: Selling my data", "answered"),
        ("Parcel Post Limited", "your no to: Our newsletter and offers", "waiting"),
    ]
    assert await theirs(center, MALLORY) is None


async def test_where_nobody_was_reached_it_claims_nothing(center: Center) -> None:
    await no(center, "sale", "newsletter")
    found = await theirs(center)
    assert found is not None
    assert found.said == "2 recipients will be told: we keep trying until each is reached."


async def test_silence_turns_amber_and_late_on_reading(center: Center, clock: Clock) -> None:
    await no(center, "sale")
    found = await theirs(center)
    assert found is not None
    clock.now = clock.now.replace(month=found.lines[0].due_by.month, day=found.lines[0].due_by.day)
    amber = await theirs(center)
    clock.forward(days=1)
    late = await theirs(center)
    assert [each.lines[0].nearness for each in (amber, late) if each] == ["amber", "late"]
    assert late is not None
    assert late.lines[0].says == "Has not confirmed in time. Our staff see to it."


async def test_only_what_stands_now_is_told_on_the_page_of_the_choices(center: Center) -> None:
    for _ in range(2):
        await no(center, "sale")
    found = await theirs(center)
    assert found is not None
    assert len(found.lines) == 1


async def test_the_page_of_the_choices_shows_it_in_session_alone(center: Center) -> None:
    await no(center, "sale")
    ada, mallory = await signed_in(center, ADA), await signed_in(center, MALLORY)
    assert "AdReach Limited" in words(await ada.get("/choices"))
    stranger = doors.visitor(center)
    typed = await stranger.post("/choices", data={"purpose": "sale", "choice": "out", "email": ADA})
    for page in (await mallory.get("/choices"), await stranger.get("/choices"), typed):
        assert "AdReach" not in page.text
        assert "Who has been told" not in page.text


@pytest.mark.parametrize(
    ("right", "action", "names"),
    [
        ("delete", "erasure", ["adreach", "parcelpost"]),
        ("delete_drop", "erasure", ["adreach", "parcelpost"]),
        ("correct", "rectification", ["parcelpost"]),
        ("restrict", "restriction", ["parcelpost"]),
        ("deindex", "", []),
        ("access", "", []),
    ],
)
async def test_what_was_done_here_has_to_be_done_there(
    center: Center, right: str, action: str, names: list[str]
) -> None:
    reference = await builders.a_case(center, "fulfilled", right=right)
    async with center.reading(by=REQUESTER) as work:
        case = await builders.seen(center, reference)
        told = await telling.about(work, case)
        event = next(event for event in await trail.events(work, case) if event.step == "fulfil")
    assert [each.recipient for each in told] == names
    assert all(each.what == {"action": action} for each in told)
    assert event.facts.get("recipients", 0) == len(names)


async def test_a_request_s_page_shows_who_was_told_and_when(center: Center) -> None:
    reference = await builders.a_case(center, "fulfilled", right="delete")
    await answered(center, "adreach", Answer.no_data)
    ada = await doors.requester(center, reference)
    page = words(await ada.get(f"/requests/{reference}"))
    assert "We have told 1 recipient; 1 has confirmed. 1 more will be told" in page
    assert "Asked to delete your data. Has answered that it holds nothing of yours. Told 24 November 2026" in page
    other = await doors.requester(center, await builders.file(center, email=MALLORY))
    assert (await other.get(f"/requests/{reference}")).status_code == 404


async def test_nobody_is_told_before_a_request_is_granted(center: Center) -> None:
    reference = await builders.a_case(center, "denied", right="delete")
    async with center.reading(by=REQUESTER) as work:
        assert await ledger.of_case(work, await builders.seen(center, reference)) is None
    ada = await doors.requester(center, reference)
    assert "Who has been told" not in (await ada.get(f"/requests/{reference}")).text


async def test_a_recipient_that_has_left_is_not_named_to_the_person(center: Center) -> None:
    await no(center, "sale")
    async with center.work(by=CLOCK) as work:
        said = await preferences.said_by(work, Identity("email", ADA))
        (line,) = await telling.of_press(work, said["sale"].press)
        line.recipient, line.what = "gone", {"gone": "in", "sale": "out"}
    found = await theirs(center)
    assert found is not None
    assert (found.lines[0].name, found.lines[0].what) == (ledger.GONE, "your yes to: gone; no to: Selling my data")
