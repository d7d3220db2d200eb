"""The desk's door: one-time addresses, no passwords."""

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import budget, sessions, staffing
from privacy_center.casework.work import REQUESTER
from privacy_center.web import access, forms
from privacy_center.web.pages import Pages

AGAIN = "Please press the button once more. If it does not work, allow cookies for this page."


def pages(request: Request) -> Pages:
    """The stationery of pages."""
    found: Pages = request.app.state.pages
    return found


async def door(request: Request) -> Response:
    """GET, POST /desk/sign-in: the answer is the same whoever asks."""
    if request.method != "POST":
        return pages(request).render(request, "desk/sign_in.html", {"values": {"email": ""}, "errors": {}})
    form = await forms.read(request)
    email = form.text("email").strip()[:254]
    if "@" not in email:
        context = {"values": {"email": email}, "errors": {"email": "Enter the address your invitation was for."}}
        return pages(request).render(request, "desk/sign_in.html", context, status=422)
    async with access.center(request).work(by=REQUESTER) as work:
        await budget.check_network(work, access.address(request))
        await staffing.ask_sign_in(work, email)
    return pages(request).render(request, "desk/sign_in_sent.html")


async def invitation(request: Request) -> Response:
    """GET, POST /desk/invitations/{token}: opening changes nothing; the button signs in."""
    token = request.path_params["token"]
    errors: dict[str, str] = {}
    if request.method == "POST":
        form = await forms.read(request)
        if access.pressed_here(request, token, form.text("seal")):
            return await _enter(request, token)
        errors = {"seal": AGAIN}
    async with access.looking(request) as work:
        purpose, staff = await staffing.look(work, token)
    page = access.page_cookie(request)
    seal = access.center(request).house.links.seal(token, page)
    context = {"token": token, "seal": seal, "role": staff.role, "purpose": purpose.value, "errors": errors}
    answer = pages(request).render(request, "desk/invitation.html", context, status=422 if errors else 200)
    return access.sealed_page(request, answer, page)


async def _enter(request: Request, token: str) -> Response:
    async with access.center(request).work(by=REQUESTER) as work:
        cookie = await staffing.enter(work, token)
    answer = access.see_other("/desk")
    access.set_cookie(request, answer, access.STAFF_COOKIE, cookie)
    return answer


async def out(request: Request) -> Response:
    """POST /desk/sign-out"""
    async with access.center(request).work(by=REQUESTER) as work:
        await sessions.close(work, access.cookie(request, access.STAFF_COOKIE))
    answer = access.see_other("/desk/sign-in")
    access.drop_cookie(request, answer, access.STAFF_COOKIE)
    return answer
