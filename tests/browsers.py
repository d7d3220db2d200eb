"""A real browser: pages that fail a test when they complain, and axe to judge them."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, async_playwright

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome")
LOOPBACK = {"localhost", "127.0.0.1"}
INSTALL = "no Chromium here; install it with `apt-get install chromium` or `.venv/bin/playwright install chromium`"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def skip_or_fail(why: str) -> None:
    """Skip with the reason, or fail where skips are not wanted (PRIVACY_CENTER_NO_SKIPS=1)."""
    if os.environ.get("PRIVACY_CENTER_NO_SKIPS") == "1":
        pytest.fail(why)
    pytest.skip(why)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium, else Playwright's own."""
    async with async_playwright() as playwright:
        found = _installed(playwright.chromium.executable_path)
        if found is None:
            skip_or_fail(INSTALL)
        browser = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        await browser.close()


def _installed(own: str) -> str | None:
    """The path of a Chromium on this machine."""
    system = next((path for name in NAMES if (path := shutil.which(name))), None)
    return system or (own if Path(own).exists() else None)


class Browse:
    """Opens pages that share nothing with each other, and remembers what they complained about."""

    def __init__(self, browser: Browser) -> None:
        self.complaints: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    async def __call__(self, *, javascript: bool = True, **options: Any) -> Page:
        """A page in a fresh profile; options as for Playwright's `new_context`."""
        context = await self._browser.new_context(java_script_enabled=javascript, **options)
        context.set_default_timeout(10_000)
        await context.add_init_script(path=AXE)  # once a profile: it is half a megabyte
        self._contexts.append(context)
        page = await context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", self._request)
        return page

    async def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            await context.close()

    def _console(self, message: ConsoleMessage) -> None:
        # A page that answers 404 or 422 is no complaint of the page; a missing picture is.
        own = message.page is not None and message.location.get("url") == message.page.url
        if message.type in {"error", "warning"} and not (own and "Failed to load resource" in message.text):
            self.complaints.append(f"console: {message.text} ({message.location.get('url')})")

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme.startswith("http") and url.hostname not in LOOPBACK:
            self.complaints.append(f"third party: {request.url}")


async def axe(page: Page) -> None:
    """Fail when axe finds anything against WCAG 2.2 A and AA or its own best practices."""
    found = await page.evaluate("tags => axe.run({runOnly: tags, resultTypes: ['violations']})", TAGS)
    lines = [f"{v['id']}: {v['help']} at {[n['target'] for n in v['nodes']][:5]}" for v in found["violations"]]
    assert not lines, f"{page.url}\n" + "\n".join(lines)
