"""The page of a recipient that is told by mail: a code, whom it is about, and an answer with a name (D7)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import by_mail, outcomes, sessions, vault
from privacy_center.casework.agents import KINDS
from privacy_center.casework.work import REQUESTER, Work
from privacy_center.phrases import Phrase
from privacy_center.records.telling import Answer, Delivery
from privacy_center.web import access, forms
from privacy_center.web.forms import Form
from privacy_center.web.public.home import pages

COOKIE = "recipient"
"""Opens one delivery, to whoever typed the code that went to the recipient's mailbox."""

WRONG = Phrase("This code does not fit, or it has expired. Check the newest mail, or ask for another.")
ANSWERS = {"done": Answer.confirmed, "nothing": Answer.no_data, "no": Answer.refused}


async def told(request: Request) -> Response:
    """GET, POST /told/{token}: opening it changes nothing and shows nobody."""
    token = request.path_params["token"]
    form = await forms.read(request) if request.method == "POST" else None
    act = form.text("act") if form is not None else ""
    if form is not None and act == "code":
        async with access.center(request).work(by=REQUESTER) as work:
            await by_mail.send_code(work, token)
        return await _page(request, token, sent=True)
    if form is not None and act == "enter":
        return await _enter(request, token, form)
    if form is not None and act == "answer":
        return await _answer(request, token, form)
    return await _page(request, token, form)


async def _enter(request: Request, token: str, form: Form) -> Response:
    async with access.center(request).work(by=REQUESTER) as work:
        cookie = await by_mail.enter(work, token, form.text("code")[:20])
    if cookie is None:
        return await _page(request, token, errors={"code": WRONG}, sent=True)
    answer = access.see_other(f"/told/{token}")
    access.set_cookie(request, answer, COOKIE, cookie)
    return answer


async def _answer(request: Request, token: str, form: Form) -> Response:
    errors = _mistakes(form)
    if not errors:
        async with access.center(request).work(by=REQUESTER) as work:
            delivery, _ = await by_mail.opened(work, token)
            if await _may_see(work, request, delivery):
                await by_mail.answer(work, delivery, ANSWERS[form.text("outcome")], form.text("name").strip())
                return access.see_other(f"/told/{token}")
    return await _page(request, token, form, errors=errors)


def _mistakes(form: Form) -> dict[str, str]:
    errors: dict[str, str] = {}
    if form.text("outcome") not in ANSWERS:
        errors["outcome"] = Phrase("Choose what you have done.")
    if not form.text("name").strip() or len(form.text("name")) > by_mail.NAME:
        errors["name"] = Phrase("Write who answers: your name and what you are there.")
    return errors


async def _page(
    request: Request, token: str, form: Form | None = None, *, errors: dict[str, str] | None = None, sent: bool = False
) -> Response:
    async with access.center(request).reading(by=REQUESTER) as work:
        delivery, each = await by_mail.opened(work, token)
        seen = await _may_see(work, request, delivery)
        context: dict[str, Any] = {
            "token": token,
            "recipient": each.name,
            "masked": vault.masked(each.address),
            "seen": seen,
            "sent": sent,
            "errors": errors or {},
            "values": form.values() if form is not None else {},
            "delivery": delivery,
            "zone": work.house.installation.controller.timezone,
            "matches": None,
        }
        if seen:
            context |= await _whom(work, delivery, each, form)
    return pages(request).render(request, "public/told.html", context, status=422 if errors else 200)


async def _whom(work: Work, delivery: Delivery, each: Any, form: Form | None) -> dict[str, Any]:
    rows = await outcomes.tellings(work, delivery)
    shown: dict[str, Any] = {
        "number": len(rows),
        "due_by": min(row.due_by for row in rows),
        "named": await by_mail.named(work, each, rows),
        "titles": {name: offer.title for name, offer in work.house.offers.items()},
        "knows": [KINDS.get(kind, kind) for kind in each.knows],
    }
    if form is not None and form.text("act") == "match":
        shown["matches"] = await by_mail.match(work, delivery, each, form.text("people").splitlines())
    return shown


async def _may_see(work: Work, request: Request, delivery: Delivery) -> bool:
    found = await sessions.visitor(work, access.cookie(request, COOKIE))
    return found is not None and by_mail.may_see(found.session, delivery)
