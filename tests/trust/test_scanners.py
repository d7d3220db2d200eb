"""Mail scanners follow links, run scripts and press buttons: none of it confirms anything (S10)."""

from collections.abc import Awaitable, Callable

import pytest

from privacy_center.casework import challenges, staffing
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
        found = await challenges.latest(work, Purpose.sign_in, index=index)
        assert found is not None
        return f"/sign-in/{work.house.links.sign(Purpose.sign_in, str(found.id))}"


async def invitation(center: Center) -> str:
    """A member of staff's way in."""
    async with center.work(by=OPERATOR) as work:
        return (await staffing.invite(work, "new@northwind.example", Role.handler)).removeprefix(
            "http://localhost:8000"
        )


Link = Callable[[Center], Awaitable[str]]
LINKS = (verify, not_me, undo, sign_in, invitation)


async def opens(center: Center, link: str) -> None:
    """A scanner fetches the page, with and without a script engine."""
    for method in ("GET", "HEAD", "OPTIONS") * 2:
        for javascript in (False, True):
            client = visitor(center, javascript=javascript)
            answer = await client.request(method, link)
            assert answer.status_code in {200, 405}, (method, answer.text)
            assert not {"staff", "requester"} & set(client.cookies)


async def presses_blindly(center: Center, link: str) -> None:
    """A script posts the form without having been shown it."""
    for javascript in (False, True):
        client = visitor(center, javascript=javascript)
        for fields in ({}, {"seal": ""}, {"seal": "0" * 64}, {"seal": "é", "code": "000000"}):
            assert (await client.post(link, data=fields)).status_code == 422


async def presses_elsewhere(center: Center, link: str) -> None:
    """The page is opened in one browser, its button pressed in another: without its cookie, then with its own."""
    seen = seal(await visitor(center).get(link))
    other = visitor(center)
    assert (await other.post(link, data={"seal": seen})).status_code == 422
    await other.get(link)
    assert (await other.post(link, data={"seal": seen})).status_code == 422


async def presses_with_another_links_seal(center: Center, link: str, elsewhere: str) -> None:
    """One browser is shown two pages and mixes them up."""
    client = visitor(center)
    await client.get(link)
    strange = seal(await client.get(elsewhere))
    assert (await client.post(link, data={"seal": strange})).status_code == 422


async def presses_from_another_site(center: Center, link: str) -> None:
    """Another website's form is aimed at ours."""
    client = visitor(center)
    seen = seal(await client.get(link))
    strange = {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}
    for headers in (*strange, {"Origin": "null"}):
        assert (await client.post(link, data={"seal": seen}, headers=headers)).status_code == 403


@pytest.mark.parametrize("make", LINKS, ids=[link.__name__ for link in LINKS])
async def test_no_scanner_confirms_anything_and_then_the_person_can(center: Center, make: Link) -> None:
    link = await make(center)
    elsewhere = f"/verify/{await doors.token(center, await builders.file(center, email=MALLORY))}"
    code = await code_for(center, link)
    before = await rows(center, but=())
    await opens(center, link)
    assert await rows(center, but=()) == before
    await presses_blindly(center, link)
    await presses_elsewhere(center, link)
    await presses_with_another_links_seal(center, link, elsewhere)
    await presses_from_another_site(center, link)
    assert await rows(center) == without_counts(before)
    answer = await press(visitor(center, javascript=True), link, **code)
    assert answer.status_code == (200 if code else 303)
    assert await rows(center) != without_counts(before)


async def code_for(center: Center, link: str) -> dict[str, str]:
    """ "Not me" takes the code of the same mail beside its link (D13)."""
    if not link.startswith("/not-me"):
        return {}
    page = await visitor(center).get(link)
    reference = "PR-" + page.text.split("PR-")[1][:14]
    await doors.mailed(center, reference)
    return {"code": await doors.code(center, reference)}


def without_counts(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """How often one came is counted even where nothing else changes."""
    return {table: found for table, found in rows.items() if table not in doors.COUNTS}


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
