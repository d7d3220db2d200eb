"""What a page weighs as it travels: itself, and all that it makes a browser load but fonts."""

import re

from httpx2 import AsyncClient
from starlette.routing import Route

from privacy_center.web.routes import PUBLIC

SESSION = "/requests"
"""Leads to the door whoever is not signed in."""

PAGES = (
    *(
        each.path
        for each in PUBLIC
        if isinstance(each, Route) and "GET" in (each.methods or ()) and "{" not in each.path
    ),
    "/rights/US-CA",
)
PAGES = tuple(path for path in PAGES if path != SESSION)
"""Every public page that anybody can open, and the place with the most rights."""

LOADED = re.compile(r'(?:src|href)="(/[^"]+\.(?:css|js|svg|png|ico)[^"]*)"')


async def weight(client: AsyncClient, path: str, language: str) -> int:
    """The bytes of a page, its style, scripts and pictures, as a browser that takes gzip gets them."""
    page = await client.get(path, params={"lang": language})
    assert page.status_code == 200, path
    parts = [await client.get(address) for address in sorted(set(LOADED.findall(page.text)))]
    assert len(parts) >= 2, path
    assert all(part.status_code == 200 for part in parts)
    return page.num_bytes_downloaded + sum(part.num_bytes_downloaded for part in parts)
