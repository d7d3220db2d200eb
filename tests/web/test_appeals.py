"""The forms for an appeal and a complaint, on the page of a request."""

import pytest

from privacy_center.center import Center
from privacy_center.law.terms import Role
from tests import builders
from tests.appealing import BRITAIN, denied, virginian
from tests.trust import doors

__all__ = ["virginian"]


async def test_the_page_offers_it_and_leads_to_the_appeal(virginian: Center) -> None:
    reference = await denied(virginian)
    ada = await doors.requester(virginian, reference)
    page = (await ada.get(f"/requests/{reference}")).text
    assert f'action="/requests/{reference}/appeal"' in page
    assert "a reasonable period after the decision" in page
    assert "/complaint" not in page
    answer = await ada.post(f"/requests/{reference}/appeal", data={"appeal_words": "Look <b>again</b>."})
    assert answer.status_code == 303
    there = (await ada.get(answer.headers["location"])).text
    assert "Look &lt;b&gt;again&lt;/b&gt;." not in there or "again" in there
    assert f"/requests/{reference}" in there
    page = (await ada.get(f"/requests/{reference}")).text
    assert "You appealed our decision" in page
    assert answer.headers["location"] in page
    assert "/appeal" not in page
    again = await ada.post(f"/requests/{reference}/appeal", data={})
    assert again.status_code == 409
    assert "already" in again.text


async def test_a_mistake_keeps_the_words(virginian: Center) -> None:
    reference = await denied(virginian)
    ada = await doors.requester(virginian, reference)
    page = await ada.post(f"/requests/{reference}/appeal", data={"appeal_words": "x" * 2001})
    assert page.status_code == 422
    assert 'href="#appeal_words"' in page.text
    assert "x" * 2001 in page.text


async def test_where_the_law_gives_none_it_says_why(center: Center) -> None:
    reference = await builders.a_case(center, "denied")
    ada = await doors.requester(center, reference)
    page = (await ada.get(f"/requests/{reference}")).text
    assert "/appeal" not in page
    answer = await ada.post(f"/requests/{reference}/appeal", data={})
    assert answer.status_code == 409
    assert "No law" in answer.text


async def test_a_briton_finds_the_complaint(virginian: Center) -> None:
    reference = await denied(virginian, BRITAIN)
    ada = await doors.requester(virginian, reference)
    assert f'action="/requests/{reference}/complaint"' in (await ada.get(f"/requests/{reference}")).text
    answer = await ada.post(f"/requests/{reference}/complaint", data={"complaint_words": "You were rude."})
    assert answer.status_code == 303
    assert "Complain about how you handle my data" in (await ada.get(answer.headers["location"])).text


async def test_the_desk_sees_what_is_about_what_and_who_may_not_decide(virginian: Center) -> None:
    reference = await denied(virginian)
    ada = await doors.requester(virginian, reference)
    answer = await ada.post(f"/requests/{reference}/appeal", data={"appeal_words": "Look again."})
    second = answer.headers["location"].rpartition("/")[2]
    lea = await doors.staff(virginian, Role.lead, builders.LEA)
    page = (await lea.get(f"/desk/cases/{second}")).text
    for said in ("Look again.", "the decision this is about", "You had a part in the first decision"):
        assert said in page
    assert "about this decision" in (await lea.get(f"/desk/cases/{reference}")).text


@pytest.mark.parametrize("door", ["appeal", "complaint"])
async def test_nobody_else_can(virginian: Center, door: str) -> None:
    reference = await denied(virginian)
    other = await builders.file(virginian, regime="US-VA", email=builders.MALLORY)
    mallory = await doors.requester(virginian, other)
    for who in (mallory, doors.visitor(virginian)):
        assert (await who.post(f"/requests/{reference}/{door}", data={})).status_code == 404
