"""Choices at the desk, in a browser: every state of the page is clean, fits, and works without scripts."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browsers import Browse, axe
from tests.journeys import people
from tests.processes import Running

WIDTHS = (320, 768, 1280)


async def clean(page: Page) -> None:
    """Axe finds nothing, and nothing is wider than the window."""
    await people.look(page)
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        wide = await page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= width, f"{page.url} is {wide} px wide at {width}"


async def look(running: Running, page: Page, value: str) -> None:
    """Look for somebody by their e-mail address."""
    await page.goto(running.base_url + "/desk/choices")
    await clean(page)
    await page.get_by_label("Address or number").fill(value)
    await page.get_by_role("button", name="Look").click()


async def record(page: Page) -> None:
    """Write down an opt-out that came by letter."""
    await page.get_by_label("Selling my data").check()
    await page.get_by_label("How did it come?").select_option("letter")
    await page.get_by_role("button", name="Record the opt-out").click()


@pytest.mark.parametrize("looks", ["light", "dark", "plain"])
async def test_two_people_record_and_correct(running: Running, browse: Browse, looks: str) -> None:
    scheme = "dark" if looks == "dark" else "light"
    hana, lea = [await browse(javascript=looks != "plain", color_scheme=scheme) for _ in range(2)]
    await people.staff_sign_in(running, hana, f"hana-{looks}@northwind.example", "handler")
    await people.staff_sign_in(running, lea, f"lea-{looks}@northwind.example", "lead")
    ada = f"ada-{looks}@people.example"
    await look(running, hana, "ada")
    await expect(hana.get_by_text("Enter a full e-mail address").first).to_be_visible()
    await clean(hana)
    await look(running, hana, ada)
    await expect(hana.get_by_text("We know nobody by this")).to_be_visible()
    await clean(hana)
    await hana.get_by_role("button", name="Record the opt-out").click()
    await expect(hana.get_by_text("Choose what the person says no to.").first).to_be_visible()
    await clean(hana)
    await record(hana)
    await expect(hana.get_by_role("heading", name="Opted out")).to_be_visible()
    await clean(hana)
    await hana.locator("details summary", has_text="Row ").first.click()
    await hana.get_by_role("button", name=re.compile("State the doubt")).first.click()
    await expect(hana.get_by_text("Write what makes you think").first).to_be_visible()
    await clean(hana)
    await hana.get_by_label("Why is it wrong?").first.fill("It was another Ada.")
    await hana.get_by_role("button", name=re.compile("State the doubt")).first.click()
    await expect(hana.get_by_text("Not open to you")).to_be_visible()
    await clean(hana)
    await lea.goto(hana.url)
    await clean(lea)
    await lea.get_by_role("button", name="Yes, put it right").click()
    await expect(lea.get_by_role("heading", name="Put right")).to_be_visible()
    await clean(lea)
    assert "ada" not in lea.url


async def test_it_is_worked_with_the_keyboard_alone(running: Running, browse: Browse) -> None:
    page = await browse()
    await people.staff_sign_in(running, page, "keys@northwind.example", "handler")
    await page.goto(running.base_url + "/desk/choices")
    await page.get_by_label("Known by").focus()
    await page.keyboard.press("Tab")
    await page.keyboard.type("keys@people.example")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("We know nobody by this")).to_be_visible()
    await axe(page)
