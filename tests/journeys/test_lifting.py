"""A restriction is to end, in a browser: announced at the desk, answered by the person, and kept."""

import pytest
from playwright.async_api import Page, expect

from tests.browsers import Browse
from tests.journeys import people
from tests.journeys.test_desk_choices import clean
from tests.processes import Running


async def granted(running: Running, ada: Page, lea: Page, email: str) -> str:
    """Ada asks, Lea confirms; the reference of the request, which Lea has open."""
    await ada.goto(running.base_url + "/requests/new?right=restrict")
    await ada.get_by_label("Where do you live?").select_option("DE")
    await ada.get_by_label("Your e-mail address").fill(email)
    await ada.get_by_role("button", name="Send my request").click()
    (mail,) = await running.mailbox.wait(to=email)
    await people.confirm(ada, mail)
    reference = people.reference_in(mail)
    await people.open_case(running, lea, reference)
    await people.step(lea, "match", found_in="Shop accounts, since 2019", data_points="2")
    await people.step(lea, "fulfil", text="It is marked.", content_downstream_notice="Parcel Post Limited.")
    return reference


@pytest.mark.parametrize("looks", ["light", "dark", "plain"])
async def test_a_lifting_is_announced_answered_and_given_up(running: Running, browse: Browse, looks: str) -> None:
    scheme = "dark" if looks == "dark" else "light"
    ada, lea = [await browse(javascript=looks != "plain", color_scheme=scheme) for _ in range(2)]
    email = f"ada-lifting-{looks}@people.example"
    await people.staff_sign_in(running, lea, f"lea-lifting-{looks}@northwind.example", "lead")
    reference = await granted(running, ada, lea, email)
    await people.step(lea, "announce_lifting", text="We have checked the data.")
    (*_, letter) = await running.mailbox.wait(4, to=email)
    assert "the restriction is to end" in letter.subject
    await ada.reload()
    await expect(ada.get_by_role("heading", name="The restriction is to end", exact=True)).to_be_visible()
    await clean(ada)
    await ada.get_by_label("Your message").fill("They are still wrong.")
    await ada.get_by_role("button", name="Send the message").click()
    await lea.goto(running.base_url + "/desk/restrictions")
    row = lea.get_by_role("row", name=reference)
    await expect(row.get_by_text("Answer the person")).to_be_visible()
    await clean(lea)
    await row.get_by_role("link").click()
    await lea.get_by_text("Not open now").click()
    await expect(lea.get_by_text("Not before").first).to_be_visible()
    await people.step(lea, "keep_restricted", text="You are right.")
    (*_, letter) = await running.mailbox.wait(5, to=email)
    assert "the restriction stays" in letter.subject
    await ada.reload()
    await expect(ada.get_by_text("Before that ends, we write to you").first).to_be_visible()
    await clean(ada)
