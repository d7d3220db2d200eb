"""The porch: what a person can do here, and the standing pages."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import entered
from privacy_center.law.library import Library
from privacy_center.web import access, choice_cookie
from privacy_center.web.pages import Pages

OFFERED = ("access", "delete", "correct", "portability", "restrict", "object")
"""Rights with a card wherever one lives, in the order people look for them; others follow where a law gives them."""


def pages(request: Request) -> Pages:
    """The stationery of pages."""
    found: Pages = request.app.state.pages
    return found


def cards(request: Request, chosen: Sequence[str] = ()) -> list[dict[str, str]]:
    """One card a right that can be asked for: its title in the person's words, and one sentence. What somebody has
    chosen from the page of their place is among them."""
    center = access.center(request)
    library, today = center.house.library, center.now().date()
    laws = [library.regimes[name] for name in center.house.installation.regimes]
    askable = entered.rights(library)
    given = [right for right in askable if any(law.gives(right, today) for law in laws)]
    wanted = [right for right in chosen if right in askable]
    return [_card(library, right) for right in dict.fromkeys((*OFFERED, *given, *wanted))]


def _card(library: Library, right: str) -> dict[str, str]:
    info = library.workflow_for(right).infos[right]
    return {"right": right, "title": info.title, "text": info.card, "href": f"/requests/new?right={right}"}


async def home(request: Request) -> Response:
    """GET /"""
    house = access.center(request).house
    context = {"cards": cards(request), "offers": list(house.offers.values())}
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
