"""Mail scanners follow links, run scripts and press buttons: none of it confirms anything (S10)."""

from collections.abc import Awaitable, Callable

import pytest

from privacy_center.casework import staffing
from privacy_center.casework.work import OPERATOR, REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.links import Purpose
from tests import builders
from tests.builders import ADA, MALLORY
from tests.trust import doors
from tests.trust.doors import press, rows, seal, visitor


async def verify(center: Center) -> str:
    """The link of a first letter."""
    return f"/verify/{await doors.token(center, await builders.file(center))}"


async def not_me(center: Center) -> str:
    """The other link of the same letter."""
    return f"/not-me/{await doors.token(center, await builders.file(center), Purpose.not_me, asked=Purpose.verify)}"


async def undo(center: Center) -> str:
    """The link that takes a withdrawal back."""
    reference = await builders.a_case(center)
    await builders.take(center, reference, "withdraw", by=await builders.fresh(center, reference))
    return f"/undo/{await doors.token(center, reference, Purpose.undo)}"


async def sign_in(center: Center) -> str:
    """The requester's door."""
    await builders.file(center)
    await visitor(center).post("/sign-in", data={"email": ADA})
    async with center.reading(by=REQUESTER) as work:
        index = work.house.keys.index("email", ADA)
        found = await staffing.challenges.latest(work, Purpose.sign_in, index=index)
        assert found is not None
        return f"/sign-in/{work.house.links.sign(Purpose.sign_in, str(found.id))}"


async def invitation(center: Center) -> str:
    """A member of staff's way in."""
    async with center.work(by=OPERATOR) as work:
        return (await staffing.invite(work, "new@northwind.example", Role.handler)).removeprefix("http://localhost:8000")


Link = Callable[[Center], Awaitable[str]]
LINKS = (verify, not_me, undo, sign_in, invitation)


@pytest.fixture(params=LINKS, ids=[link.__name__ for link in LINKS])
async def link(request: pytest.FixtureRequest, center: Center) -> str:
    """One link that a mail carries."""
    made: Link = request.param
    return await made(center)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
async def test_opening_changes_nothing(center: Center, link: str, method: str) -> None:
    before = await rows(center, but=())
    for javascript in (False, True):
        client = visitor(center, javascript=javascript)
        for _ in range(3):
            answer = await client.request(method, link)
            assert answer.status_code in {200, 405}
            assert not {"staff", "requester"} & set(client.cookies)
    assert await rows(center, but=()) == before


@pytest.mark.parametrize("javascript", [False, True])
async def test_a_press_without_the_page_confirms_nothing(center: Center, link: str, javascript: bool) -> None:
    before = await rows(center)
    client = visitor(center, javascript=javascript)
    for fields in ({}, {"seal": ""}, {"seal": "0" * 64}, {"seal": "é", "code": "000000"}):
        assert (await client.post(link, data=fields)).status_code == 422
    assert await rows(center) == before


async def test_a_press_with_the_seal_of_another_browser_confirms_nothing(center: Center, link: str) -> None:
    before = await rows(center)
    seen = seal(await visitor(center).get(link))
    other = visitor(center)
    assert (await other.post(link, data={"seal": seen})).status_code == 422  # no cookie
    await other.get(link)
    assert (await other.post(link, data={"seal": seen})).status_code == 422  # another page's cookie
    assert await rows(center) == before


async def test_a_press_with_the_seal_of_another_link_confirms_nothing(center: Center, link: str) -> None:
    elsewhere = f"/verify/{await doors.token(center, await builders.file(center, email=MALLORY))}"
    before = await rows(center)
    client = visitor(center)
    await client.get(link)
    strange = seal(await client.get(elsewhere))
    assert (await client.post(link, data={"seal": strange})).status_code == 422
    assert await rows(center) == before


async def test_a_press_from_another_site_is_refused(center: Center, link: str) -> None:
    client = visitor(center)
    seen = seal(await client.get(link))
    before = await rows(center)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert (await client.post(link, data={"seal": seen}, headers=headers)).status_code == 403
    assert await rows(center) == before


async def test_the_person_s_own_press_works_after_all_that(center: Center, link: str) -> None:
    for method in ("HEAD", "GET", "POST"):
        await visitor(center).request(method, link)
    before = await rows(center)
    fields = {}
    if link.startswith("/not-me"):
        reference = (await visitor(center).get(link)).text.split("PR-")[1][:14]
        await doors.mailed(center, f"PR-{reference}")
        fields = {"code": await doors.code(center, f"PR-{reference}")}
    answer = await press(visitor(center, javascript=True), link, **fields)
    assert answer.status_code == (200 if fields else 303)
    assert await rows(center) != before


async def test_the_code_alone_confirms_once_and_a_wrong_one_never(center: Center) -> None:
    reference = await builders.file(center)
    await doors.mailed(center, reference)
    right = await doors.code(center, reference)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    client = visitor(center)
    assert (await client.post("/verify", data={"reference": reference, "code": wrong})).status_code == 422
    assert not await builders.mailbox_proved(center, reference)
    assert (await client.post("/verify", data={"reference": reference, "code": right})).status_code == 303
    assert await builders.mailbox_proved(center, reference)
    assert (await visitor(center).post("/verify", data={"reference": reference, "code": right})).status_code == 422


async def test_a_code_that_no_mail_carried_opens_nothing(center: Center) -> None:
    reference = await builders.file(center)
    answer = await visitor(center).post(
        "/verify", data={"reference": reference, "code": await doors.code(center, reference)}
    )
    assert answer.status_code == 422
    assert not await builders.mailbox_proved(center, reference)
