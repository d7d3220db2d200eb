"""One-click unsubscribe: one post of a mail program, for good; opening the link changes nothing."""

import pytest
from httpx2 import AsyncClient

from privacy_center.casework import unsubscribing
from privacy_center.casework.unsubscribing import Mailing
from privacy_center.center import Center
from privacy_center.records.rows import new_id
from tests.builders import ADA
from tests.conftest import Clock
from tests.trust import doors
from tests.web.machines import LINKS, LOOKUP, email, machine
from tests.web.test_api_preferences import history

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


async def mailed(center: Center, name: str = "mailer") -> tuple[AsyncClient, str]:
    """A mailer, and the path of the link that it puts into a mail to Ada."""
    mailer = await machine(center, name)
    answer = await mailer.post(LINKS, json={"identifier": email(ADA), "purpose": "newsletter"})
    assert answer.status_code == 200, answer.text
    url = answer.json()["url"]
    assert answer.json()["headers"] == {
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert url.startswith("http://localhost:8000/u/")
    assert "ada" not in url.lower().split("/u/")[0]
    return mailer, url.removeprefix("http://localhost:8000")


@pytest.mark.parametrize("multipart", [False, True])
async def test_one_post_stops_it_for_good(center: Center, clock: Clock, multipart: bool) -> None:
    mailer, path = await mailed(center)
    clock.forward(days=4000)
    provider = doors.visitor(center)
    sent = {"files": {name: (None, value) for name, value in ONE_CLICK.items()}} if multipart else {"data": ONE_CLICK}
    answer = await provider.post(path, **sent)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    asked = {"identifiers": [email(ADA)], "purposes": ["newsletter"]}
    found = (await mailer.post(LOOKUP, json=asked)).json()["answers"][0]["purposes"]["newsletter"]
    assert found["reason"] == "opted_out"
    assert [(row.source, row.purpose) for row in await history(center)] == [("one_click", "newsletter")]


async def test_opening_it_changes_nothing_and_shows_one_button(center: Center) -> None:
    _, path = await mailed(center)
    before = await doors.rows(center)
    visitor = doors.visitor(center)
    for method in ("GET", "HEAD"):
        assert (await visitor.request(method, path)).status_code == 200
    page = (await visitor.get(path)).text
    main = page.split("<main")[1].split("</main>")[0]
    assert main.count("<button") == 1
    assert "Our newsletter and offers" in main
    assert ADA not in page
    assert await doors.rows(center) == before


async def test_the_button_of_the_page_does_the_same(center: Center) -> None:
    _, path = await mailed(center)
    page = await doors.visitor(center, javascript=True).post(path, data={"page": "yes"})
    assert page.status_code == 200
    assert "Opted out" in page.text
    (row,) = await history(center)
    assert row.source == "mail_link"
    assert row.press in page.text


async def test_a_mail_program_s_own_page_may_press_and_twice_is_once(center: Center) -> None:
    _, path = await mailed(center)
    headers = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    for _ in range(3):
        assert (await doors.visitor(center).post(path, data=ONE_CLICK, headers=headers)).status_code == 200
    assert len(await history(center)) == 1


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("", b""),
        ("application/json", b"{}"),
        ("multipart/form-data", b"--b"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"List-Unsubscribe=One-Click"),
        ("application/x-www-form-urlencoded", b"%ff=%00"),
    ],
)
async def test_a_strange_body_is_no_reason_not_to_stop(center: Center, kind: str, body: bytes) -> None:
    _, path = await mailed(center)
    answer = await doors.visitor(center).post(path, content=body, headers={"Content-Type": kind})
    assert answer.status_code == 200
    assert [row.source for row in await history(center)] == ["one_click"]


async def test_a_forged_token_is_not_found(center: Center) -> None:
    _, path = await mailed(center)
    before = await doors.rows(center)
    visitor = doors.visitor(center)
    forged = [path[:-2] + ("AA" if path[-2] != "A" else "BB"), path.rpartition(".")[0], "/u/x", path + ".x", "/u/%00"]
    for address in forged:
        for answer in (await visitor.get(address), await visitor.post(address, data=ONE_CLICK)):
            assert answer.status_code == 404, address
    assert await doors.rows(center) == before


async def test_a_purpose_that_has_ended_needs_no_stopping(center: Center) -> None:
    token = unsubscribing.token(center.house, Mailing(new_id(), "telegrams"))
    answer = await doors.visitor(center).post(f"/u/{token}", data=ONE_CLICK)
    assert answer.status_code == 200
    assert "We no longer do this" in answer.text


async def test_it_is_never_too_often(center: Center) -> None:
    _, path = await mailed(center)
    visitor = doors.visitor(center)
    assert {(await visitor.post(path, data=ONE_CLICK)).status_code for _ in range(200)} == {200}
