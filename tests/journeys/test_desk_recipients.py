"""Recipients at the desk and the ledger of a person, in a browser: clean, small enough, and without scripts as well."""

import pytest
from playwright.async_api import Page, expect

from tests.browsers import Browse
from tests.journeys import people
from tests.journeys.test_desk_choices import clean
from tests.processes import Running


async def signed_in(running: Running, page: Page, email: str) -> None:
    """A person whose session has proved their mailbox: by the link of their own request."""
    await people.confirm(page, await people.file(running, page, email=email))


@pytest.mark.parametrize("looks", ["light", "dark", "plain"])
async def test_a_person_says_no_and_staff_see_who_was_told(running: Running, browse: Browse, looks: str) -> None:
    scheme = "dark" if looks == "dark" else "light"
    ada, hana = [await browse(javascript=looks != "plain", color_scheme=scheme) for _ in range(2)]
    await signed_in(running, ada, f"told-{looks}@people.example")
    await ada.goto(running.base_url + "/choices")
    await ada.get_by_role("button", name="Opt out of all of these").click()
    await expect(ada.get_by_role("heading", name="Who has been told")).to_be_visible()
    await expect(ada.get_by_text("Of your no to: Our newsletter and offers")).to_be_visible()
    await clean(ada)
    await people.staff_sign_in(running, hana, f"hana-told-{looks}@northwind.example", "handler")
    await hana.get_by_role("link", name="Recipients").click()
    await expect(hana.get_by_role("heading", name="Recipients")).to_be_visible()
    await clean(hana)
    await hana.get_by_role("link", name="AdReach Limited").click()
    await expect(hana.get_by_role("heading", name="What it has not answered")).to_be_visible()
    await clean(hana)
    await hana.get_by_role("button", name="Call it again").click()
    await expect(hana.get_by_role("heading", name="Its newest deliveries")).to_be_visible()
    await clean(hana)
