"""Saying no in a real browser: every state of the page is clean, at every width, in light and dark, script or none."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browsers import Browse, axe
from tests.journeys import people
from tests.processes import Running

GPC = {"Sec-GPC": "1"}
SCHEMES = ("light", "dark")
ALL = "Opt out of all of these"
BACK = re.compile("Allow it again ?: Selling my data")


async def clean(page: Page, said: str) -> None:
    """Axe finds nothing and the page fits the narrowest screen."""
    await people.look(page)
    size = page.viewport_size
    await page.set_viewport_size({"width": 320, "height": 800})
    wide = await page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= 320, f"{said} is {wide} px wide at 320"
    if await people.scripts(page):
        await axe(page)
    if size:
        await page.set_viewport_size(size)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
async def test_ada_says_no_with_one_press_widens_it_and_finds_her_way_back(
    running: Running, browse: Browse, javascript: bool
) -> None:
    ada = await browse(javascript=javascript)
    await ada.goto(running.base_url)
    await ada.get_by_role("link", name="Your Privacy Choices").first.click()
    await clean(ada, "plain")
    await ada.get_by_role("button", name=ALL).click()
    await expect(ada.get_by_role("heading", name="Opted out", exact=True)).to_be_visible()
    await expect(ada).to_have_title("Opted out – Northwind privacy center")
    await clean(ada, "pressed")

    await ada.get_by_label("E-mail address").fill("ada@")
    await ada.get_by_role("button", name="Count it for this address, too").click()
    await expect(ada.get_by_role("alert")).to_contain_text("Your opt-out in this browser stands.")
    await clean(ada, "422")
    await ada.get_by_label("E-mail address").fill(f"ada-{javascript}@people.example".lower())
    await ada.get_by_role("button", name="Count it for this address, too").click()
    await expect(ada.get_by_text("on every device and in every account that knows this address")).to_be_visible()
    await clean(ada, "widened")
    assert not [mail for mail in running.mailbox.mails if f"ada-{javascript}".lower() in str(mail)]

    await ada.goto(running.base_url + "/choices")
    await expect(ada.get_by_text("You have said no to all of these")).to_be_visible()
    await clean(ada, "all out")
    await ada.get_by_role("button", name=BACK).click()
    await expect(ada.get_by_role("heading", name="Allow this again?")).to_be_visible()
    await clean(ada, "confirm")
    await ada.get_by_role("button", name="Yes, allow it").click()
    await expect(ada.get_by_role("heading", name="Allowed again")).to_be_visible()
    await expect(ada.get_by_text("Allowed by you")).to_be_visible()
    await clean(ada, "allowed")


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_the_signal_is_honoured_and_a_conflict_told_calmly(running: Running, browse: Browse, scheme: str) -> None:
    ada = await browse(color_scheme=scheme, extra_http_headers=GPC)
    await ada.goto(running.base_url + "/choices")
    await expect(ada.get_by_text("Opt-out request honored", exact=True)).to_be_visible()
    await clean(ada, "signal")
    await ada.context.add_cookies(
        [{"name": "choice", "value": "v1.sale:in:1764000000", "url": running.base_url, "sameSite": "Lax"}]
    )
    await ada.goto(running.base_url + "/choices")
    await expect(ada.get_by_text("You had allowed this here before: Selling my data.")).to_be_visible()
    await expect(ada.get_by_role("button", name=BACK)).to_have_count(0)
    await clean(ada, "conflict")
    await ada.reload()
    await expect(ada.get_by_text("You had allowed this here before")).to_have_count(0)


async def test_every_state_is_clean_in_the_dark(running: Running, browse: Browse) -> None:
    ada = await browse(color_scheme="dark")
    await ada.goto(running.base_url + "/")
    await clean(ada, "home")
    await ada.get_by_role("button", name=ALL).click()
    await ada.locator("details").first.evaluate("d => d.open = true")
    await clean(ada, "pressed")
    await ada.get_by_role("button", name="Allow it again").first.click()
    await clean(ada, "confirm")


async def test_the_keyboard_alone_is_enough_and_the_main_act_comes_first(running: Running, browse: Browse) -> None:
    ada = await browse()
    await ada.goto(running.base_url + "/choices")
    await ada.locator("#main").focus()
    await ada.keyboard.press("Tab")
    await expect(ada.get_by_role("button", name=ALL)).to_be_focused()
    await ada.keyboard.press("Enter")
    await expect(ada.get_by_role("heading", name="Opted out", exact=True)).to_be_visible()


async def test_the_receipt_can_be_kept_as_a_file(running: Running, browse: Browse) -> None:
    ada = await browse()
    await ada.goto(running.base_url + "/choices")
    await ada.get_by_role("button", name="Do not sell my data").click()
    await ada.locator("section.done summary").first.click()
    async with ada.expect_download() as download:
        await ada.get_by_role("button", name="Save the receipt as a file").click()
    path = await (await download.value).path()
    assert "Opted out of: Selling my data" in path.read_text(encoding="utf-8")
