"""Takes the pictures of README: the demo's house with a few people in it, as a browser shows its pages."""

import asyncio
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from playwright.sync_api import Browser, Page, sync_playwright

from demo import house, ports
from demo.children import Children
from demo.house import ROOT, VAR
from demo.mailbox import Mail, Mailbox
from privacy_center.records.migrations import migrate

FOLDER = ROOT / "docs"
PLACE = VAR.parent / "pictures"
WIDTH, HEIGHT = 1200, 860
MOST = 160_000
"""Bytes of one picture."""

PATIENCE = 60.0
"""Seconds that a mail has to come."""

FILED = (
    ("ada@home.example", "access", "DE"),
    ("ben@home.example", "delete", "FR"),
    ("cleo@home.example", "correct", "NL"),
    ("dora@home.example", "delete", "US-CA"),
)
"""Who files online, what, and from where; all but the last confirm it."""

ENTERED = (("portability", "IE", 34), ("object", "DE", 27), ("access", "US-CA", 20))
"""What came by letter: which right, from where, how many days ago."""


def main() -> int:
    """Open the house, let people in, take their pictures."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    mailbox = Mailbox(PLACE / "mail")
    with opened(mailbox) as (url, invitation), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        public, desk = _page(browser), _page(browser)
        _sign_in(desk, invitation)
        _enter_all(desk, url)
        _file_all(public, url, mailbox)
        taken = [*_public(_page(browser), public, url, mailbox), *_desk(desk, url)]
        browser.close()
    return max(map(_weigh, taken))


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[tuple[str, str]]:
    """The demo's house with an empty database of its own, until the block ends: its address, and a lead's way in."""
    port = ports.next_pair(8100)
    url = f"http://localhost:{port}"
    house.write_installation(f"http://localhost:{port + 1}")
    environ = house.environment(base_url=url, smtp_url=mailbox.url)
    environ["PRIVACY_CENTER_DATABASE_URL"] = f"sqlite:///{PLACE / 'privacy.db'}"
    migrate(environ["PRIVACY_CENTER_DATABASE_URL"])
    children = Children(environ, PLACE)
    try:
        children.start("serve", "--port", str(port))
        children.start("work")
        (lead,) = asyncio.run(house.invite({"lea@northwind.example": "lead"}, environ=environ))
        children.wait_until_ready(f"{url}/readyz")
        yield url, lead
    finally:
        children.stop()


def _page(browser: Browser) -> Page:
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", locale="en-GB", reduced_motion="reduce"
    )
    return context.new_page()


def _sign_in(page: Page, invitation: str) -> None:
    page.goto(invitation)
    page.locator("main form button").click()


def _enter_all(page: Page, url: str) -> None:
    """Staff write down what came by letter."""
    for right, place, days in ENTERED:
        page.goto(f"{url}/desk/requests/new")
        page.locator("#channel").select_option("post")
        page.locator("#received").fill((date.today() - timedelta(days)).isoformat())
        page.locator(f"[name=right][value={right}]").check()
        page.locator("#place").select_option(place)
        page.locator("[name=email]").fill(f"{right}@home.example")
        page.locator("main form button").click()
        page.get_by_role("heading", name="Entered").wait_for()


def _file_all(page: Page, url: str, mailbox: Mailbox) -> None:
    """People file, and all but the last confirm."""
    for email, right, place in reversed(FILED):
        page.goto(f"{url}/requests/new?right={right}")
        page.locator("#place").select_option(place)
        page.locator("[name=email]").fill(email)
        page.locator("main form button").click()
        page.wait_for_url("**/requests/sent")
        if email != FILED[-1][0]:
            page.goto(_link(_wait(mailbox, email)))
            page.locator("main form button").click()
            page.wait_for_url("**/requests/PR-*")


def _say_no(page: Page, url: str) -> None:
    """Somebody says no to one thing."""
    page.goto(f"{url}/choices")
    page.get_by_role("button", name="Do not sell my data").click()
    page.wait_for_load_state()


def _public(fresh: Page, page: Page, url: str, mailbox: Mailbox) -> Iterator[str]:
    """What people see: the choices, the form as it is filled in, and where a request stands."""
    _say_no(fresh, url)
    yield _take(fresh, "choices", f"{url}/choices")
    fresh.goto(f"{url}/requests/new?right=delete")
    fresh.locator("#place").select_option("DE")
    fresh.locator("[name=email]").fill("ada@home.example")
    yield _take(fresh, "request")
    first = _wait(mailbox, FILED[0][0])
    yield _take(page, "status", f"{url}/requests/{first.subject.split()[2].rstrip(':')}")


def _desk(page: Page, url: str) -> Iterator[str]:
    yield _take(page, "desk", f"{url}/desk")


def _take(page: Page, name: str, address: str = "") -> str:
    """One picture, from the top of the page, with nothing that moves or has the focus."""
    if address:
        page.goto(address)
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); return document.fonts.ready }")
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled", caret="hide")
    return name


def _weigh(name: str) -> int:
    """Say what came of a picture; 1 where it is too heavy."""
    size = (FOLDER / f"{name}.png").stat().st_size
    print(f"docs/{name}.png  {size / 1000:.0f} kB" + ("  too heavy" if size > MOST else ""))
    return int(size > MOST)


def _wait(mailbox: Mailbox, email: str) -> Mail:
    """The first mail to somebody. Raises TimeoutError."""
    late = time.monotonic() + PATIENCE
    while time.monotonic() < late:
        if found := [mail for mail in mailbox.mails() if mail.to == email]:
            return found[-1]
        time.sleep(0.1)
    raise TimeoutError(f"no mail to {email}; the worker's log is {PLACE / 'work.log'}")


def _link(mail: Mail) -> str:
    """The line that is only an address: the mail's main act."""
    return next(line for line in mail.text.splitlines() if line.startswith("http") and " " not in line)


if __name__ == "__main__":
    sys.exit(main())
