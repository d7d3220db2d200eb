"""The agents' other door: they ask for somebody for more than a no. The person confirms, and the answer is theirs.

The page after it is the same for everybody, whoever was named (S7, D15).
"""

import secrets
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import errands, permissions
from privacy_center.casework.errands import Errand
from privacy_center.casework.mandates import Shown
from privacy_center.casework.refusals import Invalid
from privacy_center.casework.work import REQUESTER
from privacy_center.web import access, forms
from privacy_center.web.forms import Form
from privacy_center.web.places import place_list
from privacy_center.web.public.home import pages
from privacy_center.web.public.intake import askable, filing_of, values_of

FIELDS = ("place", "email", "name", "note", "words", "signer", "signed_on", "agent_email", "agent")


async def ask(request: Request) -> Response:
    """GET, POST /agents/requests"""
    if request.method == "POST":
        return await _file(request)
    blank = {"right": request.query_params.getlist("right"), "details": {}} | dict.fromkeys(FIELDS, "")
    return _page(request, blank, {}, secrets.token_urlsafe(12))


async def _file(request: Request) -> Response:
    form = await forms.read(request, files=1)
    errand = await _errand(request, form)
    try:
        async with access.center(request).work(by=REQUESTER) as work:
            await errands.ask(work, errand, network=access.address(request))
    except Invalid as invalid:
        await access.count_post(request)  # the transaction that counted it was rolled back with its mistake
        errors = invalid.errors
        if errand.shown.file is not None:
            errors.setdefault("permission", permissions.NOT_KEPT)
        return _page(request, values_of(request, form, FIELDS), errors, form.text("form")[:24])
    return access.see_other("/agents/requests/sent")


async def _errand(request: Request, form: Form) -> Errand:
    file = await form.upload("permission")
    shown = Shown(form.text("words"), form.text("signer"), form.text("signed_on"), file)
    return Errand(filing_of(request, form), form.text("agent_email"), shown, form.text("agent"))


def _page(request: Request, values: Mapping[str, Any], errors: Mapping[str, str], form_key: str) -> Response:
    context = {
        "rights": askable(request, values["right"]),
        **place_list(request),
        "values": values,
        "errors": errors,
        "form_key": form_key,
        "notice_version": access.center(request).house.installation.notice_version,
    }
    return pages(request).render(request, "public/errand.html", context, status=422 if errors else 200)


async def sent(request: Request) -> Response:
    """GET /agents/requests/sent: the same page whoever it is about (S7)."""
    return pages(request).render(request, "public/errand_sent.html")
