"""The porch: what a person can do here, and the standing pages."""

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.law.library import Library
from privacy_center.web import access, choice_cookie
from privacy_center.web.pages import Pages

OFFERED = ("access", "delete", "correct", "portability", "restrict", "object")
"""Rights with a card of their own, in the order people look for them."""


def pages(request: Request) -> Pages:
    """The stationery of pages."""
    found: Pages = request.app.state.pages
    return found


def cards(library: Library) -> list[dict[str, str]]:
    """One card a right: its title in the person's words, and one sentence."""
    found = []
    for right in OFFERED:
        info = library.workflow_for(right).infos[right]
        found.append({"right": right, "title": info.title, "text": info.card, "href": f"/requests/new?right={right}"})
    return found


async def home(request: Request) -> Response:
    """GET /"""
    house = access.center(request).house
    context = {"cards": cards(house.library), "offers": list(house.offers.values())}
    return pages(request).render(request, "public/home.html", context)


async def notice(request: Request) -> Response:
    """GET /notice: the center's own (D26)."""
    center = access.center(request)
    here = center.house.installation
    ours = (access.REQUESTER_COOKIE, access.STAFF_COOKIE, access.PAGE_COOKIE, access.NOTICE_COOKIE)
    context = {
        "version": here.notice_version,
        "retention_months": here.retention_months,
        "cookies": {name: access.cookie_name(request, name) for name in ours},
        "choice": {"name": choice_cookie.names(center)[0], "domain": choice_cookie.domain(center)},
    }
    return pages(request).render(request, "public/notice.html", context)


async def accessibility(request: Request) -> Response:
    """GET /accessibility"""
    return pages(request).render(request, "public/accessibility.html")


async def contact(request: Request) -> Response:
    """GET /contact: how to reach people without a form."""
    return pages(request).render(request, "public/contact.html")
