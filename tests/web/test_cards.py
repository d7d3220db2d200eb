"""Every right has its card where a law of this house gives it, and its door on the page of a place."""

import re

from privacy_center.center import Center
from tests.appealing import virginian
from tests.trust import doors

__all__ = ["virginian"]


async def cards(center: Center) -> set[str]:
    """The rights with a card on the first page."""
    page = (await doors.visitor(center).get("/")).text
    return set(re.findall(r'href="/requests/new\?right=([a-z_]+)"', page))


async def test_the_first_page_has_what_the_laws_of_this_house_give(center: Center, virginian: Center) -> None:
    always = {"access", "delete", "correct", "portability", "restrict", "object"}
    assert always < await cards(center)
    assert "complaint" not in await cards(center)
    assert {"complaint", "adm_review"} | always <= await cards(virginian)


async def test_each_right_of_a_place_leads_to_a_door_that_takes_it(virginian: Center) -> None:
    ada = doors.visitor(virginian)
    for place in ("GB", "US-VA", "US-OH"):
        page = (await ada.get(f"/rights/{place}")).text
        found = set(re.findall(r'href="/requests/new\?right=([a-z_]+)"', page))
        assert found
        for right in found:
            form = (await ada.get(f"/requests/new?right={right}")).text
            assert re.search(rf'value="{right}" checked', form), right
    assert 'href="/requests">Appeal on the page of the request' in (await ada.get("/rights/US-VA")).text


async def test_a_complaint_is_filed_alone(virginian: Center) -> None:
    ada = doors.visitor(virginian)
    answer = await ada.post("/requests/new", data={"right": "complaint", "place": "GB", "email": "ada@people.example"})
    assert answer.status_code == 303
    answer = await ada.post("/requests/new", data={"right": "appeal", "place": "US-VA", "email": "ada@people.example"})
    assert answer.status_code == 422
    assert "on the page of the request" in answer.text
