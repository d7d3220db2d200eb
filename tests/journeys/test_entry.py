"""A letter comes in, in a browser: one writes it down, another says whose it is, and the answer goes by post."""

import pytest
from playwright.async_api import Page, expect

from tests.browsers import Browse
from tests.journeys import people
from tests.journeys.test_desk_choices import clean
from tests.processes import Running


async def enter(running: Running, page: Page) -> str:
    """Hana writes a letter down; its reference."""
    await page.goto(running.base_url + "/desk")
    await page.get_by_role("link", name="Enter a request").click()
    await clean(page)
    await page.get_by_role("button", name="Enter it").click()
    await expect(page.get_by_text("Enter at least one way").first).to_be_visible()
    await clean(page)
    await page.get_by_label("How did it come?").select_option("post")
    await page.get_by_label("Get a copy of my data").check()
    await page.get_by_label("Where do they live?").select_option("DE")
    await page.get_by_label("Postal address").fill("Ada Example\nLong Lane 1\n20095 Hamburg")
    await page.get_by_label("What they said or wrote").fill("Please send me a copy of my data.")
    await page.get_by_role("button", name="Enter it").click()
    await expect(page.get_by_role("heading", name="Entered")).to_be_visible()
    await clean(page)
    return await page.get_by_role("status").locator("bdi").inner_text()


@pytest.mark.parametrize("looks", ["light", "dark", "plain"])
async def test_a_letter_is_entered_proved_and_answered_on_paper(running: Running, browse: Browse, looks: str) -> None:
    scheme = "dark" if looks == "dark" else "light"
    hana, lea = [await browse(javascript=looks != "plain", color_scheme=scheme) for _ in range(2)]
    await people.staff_sign_in(running, hana, f"hana-entry-{looks}@northwind.example", "handler")
    await people.staff_sign_in(running, lea, f"lea-entry-{looks}@northwind.example", "lead")
    reference = await enter(running, hana)
    await hana.get_by_role("link", name=reference).click()
    await expect(hana.get_by_text("You wrote this request down yourself")).to_have_count(1)
    await clean(hana)
    await people.open_case(running, lea, reference)
    await people.step(lea, "identify", text="Called back at the number on file since 2019.")
    await people.step(lea, "match", found_in="Shop accounts, since 2019", data_points="2")
    await people.step(lea, "fulfil", text="Here is the copy.", content_third_party_list="Parcel Post Limited.")
    await clean(lea)
    await lea.get_by_role("link", name="our answer").click()
    await clean(lea)
    await lea.get_by_label("What proves it").fill("Registered letter RR 123.")
    await lea.get_by_role("button", name="Note that it went by post").click()
    await clean(lea)
    await lea.goto(f"{running.base_url}/desk/cases/{reference}")
    await expect(lea.get_by_text("Sent by post").first).to_be_visible()
    assert not running.mailbox.mails or all("Long Lane" not in mail.text for mail in running.mailbox.mails)
