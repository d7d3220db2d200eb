"""Probes in a browser: the desk's page and the public line, green beside amber, are clean, fit, and need no script."""

import asyncio
from pathlib import Path

from playwright.async_api import Page, expect

from tests import processes
from tests.browsers import Browse
from tests.conftest import settings_for
from tests.journeys import people
from tests.journeys.test_desk_choices import clean
from tests.mailbox import Mailbox
from tests.processes import PATIENCE
from tests.recipient import answers, recipient
from tests.worker import probed


async def test_staff_and_public_read_what_was_proved_and_what_failed(
    database_url: str, mailbox: Mailbox, browse: Browse, tmp_path: Path
) -> None:
    with recipient(answers(200, b'{"status": "completed"}')) as hooks, recipient(probed.page(probed.TRACKED)) as shop:
        given = settings_for(database_url, mailbox)
        given["PRIVACY_CENTER_INSTALLATION"] = str(probed.installation(tmp_path, hooks.url, shop.url))
        async with processes.house(given, mailbox=mailbox, logs=tmp_path) as running:
            ada = await browse()
            await shown(ada, running.base_url)
            for scheme, script in (("light", True), ("dark", True), ("light", False)):
                await people_see(await browse(color_scheme=scheme, javascript=script), running.base_url)
            hana = await browse()
            await people.staff_sign_in(running, hana, "hana@northwind.example", "handler")
            await expect(hana.get_by_text("One test of your opt-out fails or is overdue")).to_be_visible()
            await hana.get_by_role("link", name="Probes").click()
            await expect(hana.get_by_role("heading", name="What works")).to_be_visible()
            for scheme in ("light", "dark"):
                await hana.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                await clean(hana)


async def shown(page: Page, base: str) -> None:
    """Wait until the first round is over: the press has been confirmed."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    await page.goto(base + "/choices")
    while not await page.get_by_text("reached both companies that we tell").count():
        assert asyncio.get_running_loop().time() < deadline, await page.locator(".proofs").inner_text()
        await asyncio.sleep(0.3)
        await page.reload()


async def people_see(page: Page, base: str) -> None:
    """The foot of the page: three lines that are green, and one that is amber."""
    await page.goto(base + "/choices")
    await expect(page.locator(".proofs .badge.ok")).to_have_count(3)
    await expect(page.locator(".proofs .badge.warn")).to_have_text("Test failed")
    await clean(page)
