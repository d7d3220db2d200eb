"""A real browser: pages that fail a test when they complain, and axe to judge them."""

import hashlib
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Error, Page, Request, async_playwright

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first is the same browser without windows: a page costs it two thirds of what it costs the whole one."""

LOOPBACK = {"localhost", "127.0.0.1"}
INSTALL = (
    "no Chromium here; install it with `apt-get install chromium-headless-shell`"
    " or `.venv/bin/playwright install chromium`"
)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WINDOW: Any = {"width": 1280, "height": 720}
STILL: Any = {"reduced_motion": "reduce"}
"""A press on what lies further down waits a second for the page to glide there."""

MOST_IDLE = 8
"""Profiles that are kept: each has processes of its own."""

RUN = "async only => (await axe.run({runOnly: only, resultTypes: ['violations']})).violations"
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules of axe that ask for the colours. All others see the same in the dark."""

STORED = "() => origin === 'null' ? 0 : localStorage.length + sessionStorage.length"
LOOK = "() => [innerWidth, innerHeight, matchMedia('(prefers-color-scheme: dark)').matches]"
RANDOM = re.compile(
    r"name=\"form\" value=\"[^\"]*|datetime=\"[^\"]*|PR-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}|localhost:\d+"
    r"|[\w.+-]+@[\w.-]+|(?=[\w-]*\d)[\w-]{22,}|\b\d\d:\d\d(:\d\d)?\b"
)
"""What differs between visits and decides nothing: references, ports, addresses, hours, seals and keys of forms.
Whether a long one fits is measured, not judged."""


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
        browser = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        await browser.close()


def _installed(own: str) -> str | None:
    """The path of a Chromium on this machine."""
    system = next((path for name in NAMES if (path := shutil.which(name))), None)
    return system or (own if Path(own).exists() else None)


class Profiles:
    """Profiles of one browser. A new one costs a processor a second, so one that was used is emptied and lent again."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._idle: list[tuple[str, Page]] = []

    async def lend(self, options: dict[str, Any]) -> Page:
        """A page in a profile that holds nothing."""
        for each in self._idle:
            if each[0] == repr(options):
                self._idle.remove(each)
                return each[1]
        context = await self._browser.new_context(**options)
        context.set_default_timeout(10_000)
        return await context.new_page()

    async def take_back(self, page: Page, options: dict[str, Any]) -> None:
        """Empty the profile, whose pages store nothing but cookies; one that is not as it was lent is closed."""
        try:
            kept = await page.evaluate(STORED)
            await page.goto("about:blank")
            await page.context.clear_cookies()
            await page.emulate_media(color_scheme=options.get("color_scheme", "light"))
            await page.set_viewport_size(WINDOW)
        except Error:
            kept = True
        if kept or len(page.context.pages) > 1:
            await page.context.close()
            return
        self._idle.append((repr(options), page))
        if len(self._idle) > MOST_IDLE:
            await self._idle.pop(0)[1].context.close()


class Browse:
    """Opens pages that share nothing with each other, and remembers what they complained about."""

    def __init__(self, profiles: Profiles) -> None:
        self.complaints: list[str] = []
        self._profiles = profiles
        self._lent: list[tuple[Page, dict[str, Any]]] = []

    async def __call__(self, *, javascript: bool = True, **options: Any) -> Page:
        """A page in a fresh profile; options as for Playwright's `new_context`."""
        options = STILL | options | {"java_script_enabled": javascript, "viewport": WINDOW}
        page = await self._profiles.lend(options)
        self._lent.append((page, options))
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.on("request", self._request)
        return page

    async def close(self) -> None:
        """Give every page back."""
        for page, options in self._lent:
            page.remove_listener("console", self._console)
            page.remove_listener("pageerror", self._error)
            page.remove_listener("request", self._request)
            await self._profiles.take_back(page, options)

    def _error(self, error: Error) -> None:
        self.complaints.append(f"error: {error}")

    def _console(self, message: ConsoleMessage) -> None:
        # A page that answers 404 or 422 is no complaint of the page; a missing picture is.
        own = message.page is not None and message.location.get("url") == message.page.url
        if message.type in {"error", "warning"} and not (own and "Failed to load resource" in message.text):
            self.complaints.append(f"console: {message.text} ({message.location.get('url')})")

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme.startswith("http") and url.hostname not in LOOPBACK:
            self.complaints.append(f"third party: {request.url}")


class Judged:
    """The pages in which axe has found nothing, for all processes of one run. Its judgement follows from the document,
    the window and the colours alone: a page that is the same to the letter is not judged again.
    """

    folder: Path
    """Set with the browser."""

    @classmethod
    async def marks(cls, page: Page) -> tuple[Path, Path]:
        """Where it is noted that this page, as it is now, was found clean: as it is built, and in its colours."""
        (*size, dark), text = await page.evaluate(LOOK), RANDOM.sub("", await page.content())
        built, coloured = (hashlib.sha256(f"{seen}{text}".encode()).hexdigest() for seen in (size, [*size, dark]))
        return cls.folder / f"built-{built}", cls.folder / f"coloured-{coloured}"


async def axe(page: Page) -> None:
    """Fail when axe finds anything against WCAG 2.2 A and AA or its own best practices."""
    built, coloured = await Judged.marks(page)
    if built.exists() and coloured.exists():
        return
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(f"{AXE.read_text(encoding='utf-8')};0")  # only where it judges: it is half a megabyte
    found = await page.evaluate(RUN, {"type": "rule", "values": COLOURS} if built.exists() else TAGS)
    lines = [f"{v['id']}: {v['help']} at {[n['target'] for n in v['nodes']][:5]}" for v in found]
    assert not lines, f"{page.url}\n" + "\n".join(lines)
    built.touch()
    coloured.touch()
