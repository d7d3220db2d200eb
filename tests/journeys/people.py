"""What people do in a browser, named as they would say it."""

import re

from playwright.async_api import Page, expect

from tests.browsers import axe
from tests.mailbox import Mail
from tests.processes import Running

REFERENCE = re.compile(r"PR-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


async def look(page: Page) -> None:
    """Where the page runs scripts, let axe judge it."""
    if await scripts(page):
        await axe(page)


async def scripts(page: Page) -> bool:
    """Whether this visitor's browser runs scripts."""
    return bool(await page.evaluate("() => matchMedia('(scripting: enabled)').matches"))


async def file(running: Running, page: Page, *, email: str, place: str = "DE", right: str = "access") -> Mail:
    """From the first page to the mail."""
    await page.goto(running.base_url)
    await look(page)
    title = "Get a copy of my data" if right == "access" else "Delete my data"
    await page.get_by_role("link", name=title).click()
    await expect(page.get_by_label(title)).to_be_checked()
    await look(page)
    await page.get_by_label("Where do you live?").select_option(place)
    await page.get_by_label("Your e-mail address").fill(email)
    await page.get_by_label("Your name").fill("Ada <b>Example</b>")
    await page.get_by_role("button", name="Send my request").click()
    await expect(page).to_have_url(running.base_url + "/requests/sent")
    await look(page)
    (mail,) = await running.mailbox.wait(to=email)
    return mail


def reference_in(mail: Mail) -> str:
    """The reference that a mail names."""
    found = REFERENCE.search(mail.text)
    assert found
    return found[0]


async def confirm(page: Page, mail: Mail) -> None:
    """Open the link: nothing changes. Press the button: it does."""
    await page.goto(mail.link)
    await look(page)
    await page.get_by_role("button", name="Yes, this was me").click()
    await expect(page.get_by_role("heading", name="Where it stands")).to_be_visible()
    await look(page)


async def staff_sign_in(running: Running, page: Page, email: str, role: str) -> None:
    """By a one-time address, as the operator's command prints it."""
    await come_in(running, page, await running.invite(email, role))


async def come_in(running: Running, page: Page, address: str) -> None:
    """Open the one-time address and press the button."""
    await page.goto(address)
    await look(page)
    await page.locator("main form button").click()
    await expect(page).to_have_url(running.base_url + "/desk")


async def open_case(running: Running, page: Page, reference: str) -> None:
    """From the queue into a case."""
    await page.goto(running.base_url + "/desk")
    await page.get_by_role("link", name=reference).click()
    await expect(page.get_by_text(reference).first).to_be_visible()
    await look(page)


async def step(page: Page, name: str, **fields: str | bool) -> None:
    """Fill one step's form and press its button."""
    form = page.locator(f"form[action$='/steps/{name}']")
    for field, value in fields.items():
        control = form.locator(f"[name={field}]")
        if isinstance(value, bool):
            await control.set_checked(value)
        elif await control.evaluate("e => e.tagName") == "SELECT":
            await control.select_option(value)
        else:
            await control.fill(value)
    await form.locator("button").click()
