"""The fields of each right, in a browser: they show with their right, survive a mistake, and reach staff."""

import pytest
from playwright.async_api import Page, expect

from tests.browsers import Browse
from tests.journeys import people
from tests.journeys.test_desk_choices import clean
from tests.processes import Running


async def ask(running: Running, ada: Page, email: str) -> None:
    """Ada ticks two rights with the keyboard, says what each needs, slips once, and sends it."""
    await ada.goto(running.base_url + "/requests/new?right=access")
    await expect(ada.locator("#access-since")).to_be_visible()
    await expect(ada.locator("#correct-right")).to_be_hidden()
    await clean(ada)
    await ada.locator("#right-correct").focus()
    await ada.keyboard.press("Space")
    await ada.keyboard.press("Tab")
    await expect(ada.locator("#correct-wrong")).to_be_focused()
    await ada.keyboard.type("Ada Exampel")
    await ada.locator("#correct-right").fill("Ada Example")
    await ada.locator("#access-since").fill("2025-01-02")
    await ada.locator("#access-until").fill("2025-01-01")
    await ada.get_by_label("Where do you live?").select_option("DE")
    await ada.get_by_label("Your e-mail address").fill(email)
    await ada.get_by_role("button", name="Send my request").click()
    await ada.get_by_role("link", name="This day is before the first one.").click()
    await clean(ada)
    await expect(ada.locator("#correct-right")).to_have_value("Ada Example")
    await expect(ada.locator("#access-until")).to_have_value("2025-01-01")
    await ada.locator("#access-until").fill("2025-12-31")
    await ada.get_by_role("button", name="Send my request").click()
    await expect(ada).to_have_url(running.base_url + "/requests/sent")


@pytest.mark.parametrize("looks", ["light", "dark", "plain"])
async def test_what_a_right_needs_reaches_staff_and_is_read_back(running: Running, browse: Browse, looks: str) -> None:
    scheme = "dark" if looks == "dark" else "light"
    ada, hana = [await browse(javascript=looks != "plain", color_scheme=scheme) for _ in range(2)]
    email = f"ada-details-{looks}@people.example"
    await ask(running, ada, email)
    mails = await running.mailbox.wait(2, to=email)
    (mail,) = [mail for mail in mails if "Correct my data" in mail.text]
    assert "Example" not in mail.text.replace(email, "")
    await people.confirm(ada, mail)
    await clean(ada)
    await expect(ada.get_by_role("region", name="What you asked for")).to_contain_text("Ada Exampel")
    await people.staff_sign_in(running, hana, f"hana-details-{looks}@northwind.example", "handler")
    await people.open_case(running, hana, people.reference_in(mail))
    await expect(hana.get_by_role("region", name="What is asked")).to_contain_text("Ada Exampel")
    await people.step(hana, "match", found_in="Shop accounts, since 2019", data_points="2")
    await people.step(
        hana, "fulfil", text="Put right everywhere.", corrected="Ada Example", content_downstream_notice="Parcel Post."
    )
    await clean(hana)
    await expect(hana.get_by_role("heading", name="What is right, as recipients were told")).to_be_visible()


@pytest.mark.parametrize("language", ["es", "ar"])
async def test_all_rights_at_once_fit_a_small_screen_in_each_language(
    running: Running, browse: Browse, language: str
) -> None:
    page = await browse(viewport={"width": 320, "height": 800}, color_scheme="dark")
    await page.goto(f"{running.base_url}/requests/new?lang={language}&right=adm_human_appeal&right=nominate")
    for box in await page.locator("[name=right]").all():
        await box.check()
    await expect(page.locator("fieldset.more:visible")).to_have_count(await page.locator("fieldset.more").count())
    await clean(page)


async def test_the_back_button_gives_back_what_was_typed(running: Running, browse: Browse) -> None:
    page = await browse()
    await page.goto(running.base_url + "/requests/new?right=correct")
    await page.locator("#correct-right").fill("Ada Example")
    await page.get_by_role("link", name="how we use your data here").first.click()
    await page.go_back()
    await expect(page.locator("#correct-right")).to_have_value("Ada Example")
