"""Every standing page: no complaint from the browser, none from axe, at every width, and no dead link."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browsers import Browse, axe
from tests.processes import Running

PAGES = [
    "/",
    "/choices",
    "/agents",
    "/agents/requests",
    "/agents/requests/sent",
    "/requests/new",
    "/requests/sent",
    "/rights",
    "/rights/DE",
    "/rights/US-CA",
    "/rights/US-TX",
    "/rights/other",
    "/verify",
    "/sign-in",
    "/notice",
    "/accessibility",
    "/contact",
    "/desk/sign-in",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_page_is_clean_and_fits(running: Running, browse: Browse, scheme: str) -> None:
    page = await browse(color_scheme=scheme)
    for path in PAGES:
        await page.goto(running.base_url + path)
        await axe(page)
        for width in (320, 768, 1280):
            await page.set_viewport_size({"width": width, "height": 800})
            wide = await page.evaluate("() => document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} px wide at {width}"


async def test_no_link_is_dead(running: Running, browse: Browse) -> None:
    page = await browse()
    for path in PAGES:
        await page.goto(running.base_url + path)
        for href in await links(page):
            answer = await page.request.get(href)
            assert answer.ok, f"{path} links to {href}: {answer.status}"


async def links(page: Page) -> set[str]:
    """What a page links to in this house."""
    found = await page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    return {href.partition("#")[0] for href in found if href.startswith("http://localhost")}


async def test_the_rights_of_a_place_are_those_of_its_law(running: Running, browse: Browse) -> None:
    page = await browse()
    await page.goto(running.base_url + "/rights")
    await page.get_by_label("Where do you live?").select_option("US-CA")
    await page.get_by_role("button", name="Show my rights").click()
    await expect(page).to_have_url(re.compile("US-CA"))
    text = await page.inner_text("main")
    for words in (
        "Delete my data",
        "45 calendar days",
        "1 calendar month",
        "California Privacy Protection Agency",
        "GDPR",
    ):
        assert words in text
    answer = await page.request.get(running.base_url + "/rights/Atlantis")
    assert answer.status == 404
    answer = await page.request.get(running.base_url + "/rights?place=ZZ")
    assert answer.status == 422


async def test_a_mistake_keeps_what_was_typed(running: Running, browse: Browse) -> None:
    page = await browse()
    await page.goto(running.base_url + "/requests/new?right=access")
    await page.get_by_label("Your e-mail address").fill("not an address")
    await page.get_by_label("Your name").fill("Ada")
    await page.get_by_role("button", name="Send my request").click()
    await expect(page).to_have_title(re.compile("^Error: "))
    assert await page.get_by_label("Your e-mail address").input_value() == "not an address"
    assert await page.get_by_label("Your name").input_value() == "Ada"
    await axe(page)
    await page.get_by_role("link", name="Choose where you live").click()
    assert await page.evaluate("() => document.activeElement.id") == "place"


async def test_an_address_wider_than_the_screen_is_broken(running: Running, browse: Browse) -> None:
    page = await browse()
    await page.set_viewport_size({"width": 320, "height": 800})
    await page.goto(running.base_url + "/sign-in")
    await page.get_by_label("Your e-mail address").fill("ada.of.a.very.long.name.indeed@people.example")
    await page.get_by_role("button", name="Send me a link and a code").click()
    await page.get_by_label("Code").wait_for()
    assert await page.evaluate("() => document.documentElement.scrollWidth") == 320
