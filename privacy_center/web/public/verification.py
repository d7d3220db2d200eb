"""Proving a mailbox: the page behind the link, its button, and the code typed on another device."""

import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import budget, deadlines, mandates, sessions, verification
from privacy_center.casework.effects import REVIEW_DAYS
from privacy_center.casework.facts import clean
from privacy_center.casework.refusals import LinkExpired
from privacy_center.casework.work import REQUESTER, Work
from privacy_center.links import REFERENCE, Purpose, tidy_email, tidy_reference
from privacy_center.phrases import Phrase
from privacy_center.records.case import Case
from privacy_center.web import access, forms
from privacy_center.web.public.home import pages

DIGITS = re.compile(r"[0-9]{6}")
WRONG = Phrase("This code does not fit this reference, or it has expired. Check both, or have the mail sent again.")
AGAIN = Phrase(
    "Please press the button once more. If it does not work, allow cookies for this page or type the code instead."
)


async def code(request: Request) -> Response:
    """GET, POST /verify: the code, typed on any device."""
    if request.method != "POST":
        typed = clean(request.query_params.get("reference", ""))[:20]
        return _code_page(request, {"reference": typed, "code": "", "email": ""}, {})
    form = await forms.read(request)
    values = {"reference": form.text("reference")[:40], "code": form.text("code")[:20], "email": ""}
    if errors := _no_code(values):
        return _code_page(request, values, errors, status=422)
    async with access.center(request).work(by=REQUESTER) as work:
        await budget.check_network(work, access.address(request))
        case = await verification.confirm_code(work, tidy_reference(values["reference"]), values["code"])
        await _end_earlier(work, request, case)
        cookie = sessions.open_requester(work, case=case) if case else None
    if case is None or cookie is None:
        return _code_page(request, values, {"code": WRONG}, status=422)
    return _signed_in(request, case, cookie)


def _no_code(values: Mapping[str, str]) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not REFERENCE.fullmatch(tidy_reference(values["reference"])):
        errors["reference"] = Phrase("Enter the reference from the mail, like PR-7F31-C2KM-9QXA.")
    if not DIGITS.fullmatch("".join(values["code"].split())):
        errors["code"] = Phrase("Enter the six digits from the mail.")
    return errors


def _code_page(
    request: Request, values: Mapping[str, str], errors: Mapping[str, str], *, status: int = 200
) -> Response:
    return pages(request).render(request, "public/code.html", {"values": values, "errors": errors}, status=status)


async def resend(request: Request) -> Response:
    """POST /verify/resend: the same answer whether or not the two belong together (S7)."""
    form = await forms.read(request)
    values = {"reference": form.text("reference")[:40], "code": "", "email": form.text("email")[:254]}
    errors = {}
    if not REFERENCE.fullmatch(tidy_reference(values["reference"])):
        errors["again-reference"] = Phrase("Enter the reference from the mail, like PR-7F31-C2KM-9QXA.")
    if tidy_email(values["email"]) is None:
        errors["again-email"] = Phrase("Enter your e-mail address in the right form, like name@example.com.")
    if errors:
        return _code_page(request, values, errors, status=422)
    async with access.center(request).work(by=REQUESTER) as work:
        await budget.check_network(work, access.address(request))
        await verification.send_again(work, tidy_reference(values["reference"]), values["email"])
    return access.see_other("/requests/sent")


async def link(request: Request) -> Response:
    """GET, POST /verify/{token}: opening changes nothing; the button does."""
    token = request.path_params["token"]
    if request.method != "POST":
        return await _link_page(request, token)
    form = await forms.read(request)
    if not access.pressed_here(request, token, form.text("seal")):
        return await _link_page(request, token, errors={"seal": AGAIN})
    try:
        async with access.center(request).work(by=REQUESTER) as work:
            case = await verification.confirm_link(work, token)
            await _end_earlier(work, request, case)
            cookie = sessions.open_requester(work, case=case)
    except LinkExpired as expired:
        return await _already_in(request, token, expired)
    return _signed_in(request, case, cookie)


async def _end_earlier(work: Work, request: Request, case: Case | None) -> None:
    """Whoever proves themselves anew leaves no older session behind in this browser."""
    if case is not None:
        await sessions.close(work, access.cookie(request, access.REQUESTER_COOKIE))


async def _already_in(request: Request, token: str, expired: LinkExpired) -> Response:
    """A second press of the same button: whoever is signed in by the first just goes on."""
    if expired.used:
        async with access.looking(request) as work:
            visitor = await access.visitor(work, request)
            case = await verification.used_for(work, token)
            if visitor is not None and visitor.session.case_id == case.id:
                return access.see_other(f"/requests/{case.reference}")
    raise expired


def _signed_in(request: Request, case: Case, cookie: str) -> Response:
    answer = access.see_other(f"/requests/{case.reference}")
    access.set_cookie(request, answer, access.REQUESTER_COOKIE, cookie)
    return answer


async def _link_page(request: Request, token: str, *, errors: Mapping[str, str] | None = None) -> Response:
    try:
        async with access.looking(request) as work:
            case = await verification.seen(work, Purpose.verify, token)
            context = await _about(work, request, case, token)
    except LinkExpired as expired:
        return await _already_in(request, token, expired)
    links = access.center(request).house.links
    context |= {"errors": errors or {}, "not_me_href": f"/not-me/{links.move(Purpose.verify, Purpose.not_me, token)}"}
    return _confirming(request, "public/verify.html", context, token)


async def _about(work: Work, request: Request, case: Case, token: str) -> dict[str, object]:
    library = access.center(request).house.library
    return {
        "token": token,
        "title": library.workflow_for(case.right).infos[case.right].title,
        "reference": case.reference,
        "received": case.received_at,
        "errand": case.channel == mandates.ERRAND,
        "zone": await deadlines.timezone(work, case),
        "errors": {},
        "review_days": REVIEW_DAYS,
    }


def _confirming(request: Request, name: str, context: dict[str, object], token: str) -> Response:
    """A page with a button, sealed to this browser (S10)."""
    cookie = access.page_cookie(request)
    context["seal"] = access.center(request).house.links.seal(token, cookie)
    answer = pages(request).render(request, name, context, status=422 if context["errors"] else 200)
    return access.sealed_page(request, answer, cookie)


async def not_me(request: Request) -> Response:
    """GET, POST /not-me/{token} (D13): takes the link and the code of the same mail."""
    token = request.path_params["token"]
    if request.method != "POST":
        return await _page_for(request, Purpose.not_me, "public/not_me.html", token)
    form = await forms.read(request)
    if not access.pressed_here(request, token, form.text("seal")):
        return await _page_for(request, Purpose.not_me, "public/not_me.html", token, errors={"code": AGAIN})
    async with access.center(request).work(by=REQUESTER) as work:
        case = await verification.dispute(work, token, form.text("code"))
    if case is None:
        wrong = {"code": Phrase("This code does not fit. It is in the same mail as the link.")}
        return await _page_for(request, Purpose.not_me, "public/not_me.html", token, errors=wrong)
    return _done(
        request,
        Phrase("Thank you for telling us"),
        Phrase("We have stopped this request: nothing is disclosed and nothing is deleted."),
        Phrase("A person will look into it within {days} working days, and write to you.", days=REVIEW_DAYS),
    )


async def undo(request: Request) -> Response:
    """GET, POST /undo/{token} (D14): a withdrawal taken back, with its original receipt."""
    token = request.path_params["token"]
    if request.method != "POST":
        return await _page_for(request, Purpose.undo, "public/undo.html", token)
    form = await forms.read(request)
    if not access.pressed_here(request, token, form.text("seal")):
        return await _page_for(request, Purpose.undo, "public/undo.html", token, errors={"seal": AGAIN})
    async with access.center(request).work(by=REQUESTER) as work:
        case = await verification.undo(work, token)
        cookie = sessions.open_requester(work, case=case)
    return _signed_in(request, case, cookie)


async def _page_for(
    request: Request, purpose: Purpose, name: str, token: str, *, errors: Mapping[str, str] | None = None
) -> Response:
    async with access.looking(request) as work:
        case = await verification.seen(work, purpose, token)
        context = await _about(work, request, case, token)
    return _confirming(request, name, context | {"errors": errors or {}}, token)


def _done(request: Request, title: str, *text: str) -> Response:
    links = [{"href": "/", "text": Phrase("Go to the first page")}]
    return pages(request).render(request, "public/message.html", {"title": title, "text": list(text), "links": links})
