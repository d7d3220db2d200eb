"""One-click unsubscribe: the button of a mail program (RFC 8058), and the same as a page for people."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import receipts, unsubscribing
from privacy_center.casework.preferences import Pressed
from privacy_center.casework.receipts import Receipt
from privacy_center.casework.unsubscribing import Mailing
from privacy_center.casework.work import REQUESTER
from privacy_center.records.preference import Source
from privacy_center.web import access, forms
from privacy_center.web.public.home import pages

PAGE = "page"
"""The field of our own page's button; without it the post is a mail program's."""


async def unsubscribe(request: Request) -> Response:
    """GET, POST /u/{token}: no cookie, no question, no redirect, no limit; opening it changes nothing."""
    house = access.center(request).house
    token = request.path_params["token"]
    mailing = unsubscribing.read(house, token)
    offer = house.offers.get(mailing.purpose)
    context = {"token": token, "offer": offer, "zone": house.installation.controller.timezone, "stopped": None}
    if request.method == "POST" and offer is not None:
        context["stopped"], context["receipt"] = await _stop(request, mailing)
    return pages(request).render(request, "public/unsubscribe.html", context)


async def _stop(request: Request, mailing: Mailing) -> tuple[Pressed, Receipt]:
    source = Source.mail_link if await _from_our_page(request) else Source.one_click
    async with access.center(request).work(by=REQUESTER) as work:
        pressed = await unsubscribing.stop(work, mailing, source)
        return pressed, receipts.of_press(work, pressed)


async def _from_our_page(request: Request) -> bool:
    """A body that cannot be read is no reason not to stop: the token says everything (RFC 8058, 3.2)."""
    try:
        return bool((await forms.read(request)).text(PAGE))
    except HTTPException as error:
        if error.status_code == 413:
            raise
        return False
