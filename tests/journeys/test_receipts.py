"""A receipt in a real browser: pasted, opened, kept; clean for axe in every state, at every width, without script."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browsers import Browse, axe
from tests.journeys.people import file
from tests.processes import Running

WIDTHS = (320, 768, 1280)


async def clean(page: Page) -> None:
    """No complaint of axe, and nothing that runs out of the page."""
    await axe(page)
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        wide = await page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= width, f"{page.url[:80]} is {wide} px wide at {width}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_receipt_is_checked_shown_and_kept(running: Running, browse: Browse, scheme: str) -> None:
    email = f"ada-{scheme}@receipts.example"
    page = await browse(color_scheme=scheme)
    letter = (await file(running, page, email=email)).text
    plain = await browse(javascript=False)
    await plain.goto(running.base_url + "/receipts")
    await plain.get_by_label("The receipt").fill(letter)
    await plain.get_by_label("Whose is it?").fill(email)
    await plain.get_by_role("button", name="Check the receipt").click()
    await expect(plain.get_by_text("This receipt is genuine")).to_be_visible()
    text = await plain.inner_text("main")
    assert "It was given to this address." in text
    line = next(line for line in letter.splitlines() if line.startswith("Receipt: "))
    await page.goto(line.removeprefix("Receipt: "))
    await page.get_by_text("Keep the receipt").click()
    assert await page.evaluate("() => document.querySelector('img.qr').naturalWidth") > 100
    await clean(page)
    async with page.expect_download() as kept:
        await page.get_by_role("button", name="Save the receipt as a file").click()
    assert (await kept.value).suggested_filename.startswith("receipt-PR-")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_form_and_its_mistakes_are_clean(running: Running, browse: Browse, scheme: str) -> None:
    page = await browse(color_scheme=scheme)
    await page.goto(running.base_url + "/receipts")
    await clean(page)
    await page.get_by_label("The receipt").fill("PCR1.ABC")
    await page.get_by_role("button", name="Check the receipt").click()
    await expect(page).to_have_title(re.compile("^Error: "))
    assert await page.get_by_label("The receipt").input_value() == "PCR1.ABC"
    await clean(page)
    await page.goto(running.base_url + "/receipts/PCR1.ABC")
    await clean(page)
