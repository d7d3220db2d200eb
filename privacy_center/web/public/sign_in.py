"""The requester's door: no account, no password; a link and a code to the mailbox."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import budget, sessions, sign_in
from privacy_center.casework.work import REQUESTER
from privacy_center.links import tidy_email
from privacy_center.phrases import Phrase
from privacy_center.web import access, forms, speech
from privacy_center.web.public.home import pages
from privacy_center.web.public.verification import AGAIN


async def door(request: Request) -> Response:
    """GET, POST /sign-in: the answer is the same whoever asks (S7)."""
    if request.method != "POST":
        return _page(request, "public/sign_in.html", {"email": ""}, {})
    form = await forms.read(request)
    email = tidy_email(form.text("email"))
    if email is None:
        wrong = {"email": Phrase("Enter your e-mail address in the right form, like name@example.com.")}
        return _page(request, "public/sign_in.html", {"email": form.text("email")[:254]}, wrong)
    async with access.center(request).work(by=REQUESTER) as work:
        await budget.check_network(work, access.address(request))
        await sign_in.ask(work, email, language=speech.of_letters(request))
    return _page(request, "public/sign_in_sent.html", {"email": email, "code": ""}, {})


async def code(request: Request) -> Response:
    """POST /sign-in/code"""
    form = await forms.read(request)
    values = {"email": form.text("email")[:254], "code": form.text("code")[:20]}
    async with access.center(request).work(by=REQUESTER) as work:
        await budget.check_network(work, access.address(request))
        cookie = await sign_in.by_code(work, tidy_email(values["email"]) or "", values["code"])
    if cookie is None:
        wrong = {
            "code": Phrase("This code does not fit, or it has expired. Check the newest mail, or ask for another.")
        }
        return _page(request, "public/sign_in_sent.html", values, wrong)
    return _signed_in(request, cookie)


async def link(request: Request) -> Response:
    """GET, POST /sign-in/{token}"""
    token = request.path_params["token"]
    errors: dict[str, str] = {}
    if request.method == "POST":
        form = await forms.read(request)
        if access.pressed_here(request, token, form.text("seal")):
            async with access.center(request).work(by=REQUESTER) as work:
                cookie = await sign_in.by_link(work, token)
                await sessions.close(work, access.cookie(request, access.REQUESTER_COOKIE))
            return _signed_in(request, cookie)
        errors = {"seal": AGAIN}
    async with access.looking(request) as work:
        await sign_in.look(work, token)
    page = access.page_cookie(request)
    seal = access.center(request).house.links.seal(token, page)
    context = {"token": token, "seal": seal, "errors": errors}
    answer = pages(request).render(request, "public/sign_in_link.html", context, status=422 if errors else 200)
    return access.sealed_page(request, answer, page)


async def out(request: Request) -> Response:
    """POST /sign-out"""
    async with access.center(request).work(by=REQUESTER) as work:
        await sessions.close(work, access.cookie(request, access.REQUESTER_COOKIE))
    answer = access.see_other("/")
    access.drop_cookie(request, answer, access.REQUESTER_COOKIE)
    return answer


def _signed_in(request: Request, cookie: str) -> Response:
    answer = access.see_other("/requests")
    access.set_cookie(request, answer, access.REQUESTER_COOKIE, cookie)
    return answer


def _page(request: Request, name: str, values: Mapping[str, str], errors: Mapping[str, str]) -> Response:
    context = {"values": values, "errors": errors}
    return pages(request).render(request, name, context, status=422 if errors else 200)
