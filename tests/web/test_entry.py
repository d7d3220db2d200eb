"""The desk's form for a request that came by phone, by letter or in person."""

import re

from privacy_center.center import Center
from privacy_center.law.terms import Role
from tests import builders
from tests.trust import doors

HERE = "/desk/requests/new"
FIELDS = {
    "channel": "post",
    "received": "2026-11-20",
    "right": "access",
    "place": "DE",
    "post": "Ada Example, Long Lane 1, Hamburg",
    "name": "Ada <b>Example</b>",
    "note": "“Please send me a copy.”",
}


async def test_it_opens_a_case_says_which_and_lists_the_letter_for_the_post(center: Center) -> None:
    hana = await doors.staff(center, Role.handler)
    assert HERE in (await hana.get("/desk")).text
    answer = await hana.post(HERE, data=FIELDS)
    assert answer.status_code == 303
    page = (await hana.get(answer.headers["location"])).text
    reference = re.search(r"PR-[0-9A-Z-]{14}", page)
    assert reference
    case = (await hana.get(f"/desk/cases/{reference[0]}")).text
    for said in ("Long Lane 1", "Ada &lt;b&gt;Example&lt;/b&gt;", "Please send me a copy", "To be sent by post"):
        assert said in case
    assert "You wrote this request down yourself" in case
    letter = re.search(r"/desk/letters/[0-9a-f-]{36}", (await hana.get("/desk/letters")).text)
    assert letter
    assert "Letter not out" in (await hana.get("/desk")).text
    shown = (await hana.get(letter[0])).text
    assert "Print this letter" in shown
    assert "Try again" not in shown
    assert (await hana.post(f"{letter[0]}/posted", data={"evidence": "Sent today."})).status_code == 303
    assert "Sent by post" in (await hana.get(letter[0])).text


async def test_an_appeal_names_its_request_and_a_mistake_keeps_it(center: Center) -> None:
    hana = await doors.staff(center, Role.handler)
    asked = FIELDS | {"right": "", "again": "appeal", "earlier": "pr 0000 0000 0000"}
    page = await hana.post(HERE, data=asked)
    assert page.status_code == 422
    assert 'href="#earlier"' in page.text
    assert 'value="pr 0000 0000 0000"' in page.text
    assert '<option value="appeal" selected>' in page.text
    first = await builders.a_case(center, "denied")
    page = await hana.post(HERE, data=asked | {"earlier": first, "received": "2026-11-24"})
    assert page.status_code == 422
    assert "No law that applies to this request gives an appeal" in page.text


async def test_a_no_tells_its_number(center: Center) -> None:
    hana = await doors.staff(center, Role.handler)
    fields = {"channel": "phone", "received": "2026-11-24", "purpose": "sale", "phone": "+353 1 555 0100"}
    answer = await hana.post(HERE, data=fields)
    page = (await hana.get(answer.headers["location"])).text
    assert "Opted out, in effect now" in page
    assert re.search(r"<bdi>PC-[0-9A-Z-]+</bdi>", page)
    found = await hana.post("/desk/choices", data={"kind": "phone", "value": "+35315550100"})
    assert "By phone" in found.text


async def test_a_mistake_keeps_all_that_was_typed(center: Center) -> None:
    hana = await doors.staff(center, Role.handler)
    page = await hana.post(HERE, data=FIELDS | {"received": "2027-01-01", "purpose": "sale"})
    assert page.status_code == 422
    assert 'href="#received"' in page.text
    for kept in ("2027-01-01", "Long Lane 1", "Please send me a copy"):
        assert kept in page.text
    assert re.search(r'value="access" checked', page.text)
    assert re.search(r'value="sale" checked', page.text)


async def test_what_stands_in_the_address_is_only_a_number(center: Center) -> None:
    hana = await doors.staff(center, Role.handler)
    page = (await hana.get(f"{HERE}?done=<script>&done=PR-nothing")).text
    assert "Entered" not in page
    assert "<script>" not in page


async def test_nobody_enters_their_own(center: Center) -> None:
    hana = await doors.staff(center, Role.handler, builders.HANA)
    answer = await hana.post(HERE, data=FIELDS | {"email": builders.HANA})
    assert answer.status_code == 409
    assert "your own request" in answer.text


async def test_letters_go_out_in_the_language_that_staff_choose(center: Center) -> None:
    hana = await doors.staff(center, Role.handler)
    for chosen, said in (("es", "Muéstrenos que fue usted"), ("xx", "show us that it was you"), ("", "show us")):
        answer = await hana.post(HERE, data=FIELDS | {"language": chosen, "form": chosen or "none"})
        reference = answer.headers["location"].partition("done=")[2]
        listed = (await hana.get("/desk/letters")).text
        paths = re.findall(r"/desk/letters/[0-9a-f-]{36}", listed)
        pages = [(await hana.get(path)).text for path in dict.fromkeys(paths)]
        (letter,) = [page for page in pages if reference in page]
        assert said.casefold() in letter.casefold()


async def test_mistakes_are_listed_in_the_order_of_the_page(center: Center) -> None:
    hana = await doors.staff(center, Role.handler)
    page = await hana.post(HERE, data={"received": "tomorrow"})
    assert page.status_code == 422
    assert re.findall(r'<li><a href="#([a-z]+)">', page.text) == ["channel", "received", "right", "email"]
