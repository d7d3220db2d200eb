"""What spares the journeys time hides nothing: a page with a fault is never forgiven, a profile lent again is empty."""

import pytest
from playwright.async_api import Page

from tests.browsers import WINDOW, Browse, Profiles, axe

PAGE = "<!doctype html><html lang='en'><title>A page</title><main><h1>A page</h1>{}</main></html>"


async def shown(page: Page, more: str) -> Page:
    """A page with something on it."""
    await page.set_content(PAGE.format(more))
    return page


async def test_a_fault_is_found_each_time_and_in_each_colour_and_width(browse: Browse) -> None:
    page = await browse()
    grey = "<style>@media (prefers-color-scheme: dark) { p { color: #ddd } }</style><p>Words</p>"
    await axe(await shown(page, "<img alt='' src='data:,'>" + grey))
    for _ in range(2):
        with pytest.raises(AssertionError, match="image-alt"):
            await axe(await shown(page, "<img src='data:,'>" + grey))
    await page.emulate_media(color_scheme="dark")
    with pytest.raises(AssertionError, match="color-contrast"):
        await axe(await shown(page, "<img alt='' src='data:,'>" + grey))
    narrow = "<style>@media (max-width: 400px) { p { color: #ddd } }</style><p>Words</p>"
    await axe(await shown(page, narrow))
    await page.set_viewport_size({"width": 320, "height": 800})
    with pytest.raises(AssertionError, match="color-contrast"):
        await axe(await shown(page, narrow))


async def test_a_profile_that_is_lent_again_holds_nothing(profiles: Profiles) -> None:
    options = {"java_script_enabled": True, "viewport": WINDOW, "color_scheme": "light", "locale": "de"}
    page = await profiles.lend(options)
    await page.context.add_cookies([{"name": "choice", "value": "v1", "url": "http://localhost:8000"}])
    await page.set_viewport_size({"width": 320, "height": 800})
    await page.emulate_media(color_scheme="dark")
    await profiles.take_back(page, options)
    again = await profiles.lend(options)
    assert again is page
    assert not await again.context.cookies()
    seen = "() => [innerWidth, innerHeight, matchMedia('(prefers-color-scheme: dark)').matches, location.href]"
    assert await again.evaluate(seen) == [1280, 720, False, "about:blank"]
    assert await profiles.lend(options) is not page
