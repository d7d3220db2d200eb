"""Filing a request: one page, one answer, whoever asks."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import details, entered, intake
from privacy_center.casework.intake import Filing
from privacy_center.casework.refusals import Invalid
from privacy_center.casework.work import REQUESTER
from privacy_center.law.library import Library
from privacy_center.phrases import Phrase
from privacy_center.web import access, forms, speech
from privacy_center.web.forms import Form
from privacy_center.web.places import place_list
from privacy_center.web.public.home import cards, pages

FIELDS = ("place", "email", "name", "note")


async def new(request: Request) -> Response:
    """GET, POST /requests/new"""
    if request.method == "POST":
        return await _file(request)
    rights = request.query_params.getlist("right")
    if rights and all(_is_opt_out(request, right) for right in rights):
        return access.see_other("/choices")
    blank = {"right": rights, "details": {}} | dict.fromkeys(FIELDS, "")
    return _page(request, blank, {}, secrets.token_urlsafe(12))


async def _file(request: Request) -> Response:
    form = await forms.read(request)
    if elsewhere := _elsewhere(request, form):
        return _page(request, values_of(request, form, FIELDS), {"right": elsewhere}, form.text("form"), status=422)
    try:
        async with access.center(request).work(by=REQUESTER) as work:
            await intake.open_cases(work, filing_of(request, form), network=access.address(request))
    except Invalid as invalid:
        await access.count_post(request)  # the transaction that counted it was rolled back with its mistake
        return _page(request, values_of(request, form, FIELDS), invalid.errors, form.text("form"), status=422)
    return access.see_other("/requests/sent")


def values_of(request: Request, form: Form, fields: Sequence[str]) -> dict[str, Any]:
    """What was typed, for the page that asks once more."""
    said = {"right": list(form.texts("right")), "details": form.details(access.center(request).house.library)}
    return said | {name: form.text(name) for name in fields}


def _elsewhere(request: Request, form: Form) -> str | None:
    """Why a right cannot be asked for here: opt-outs act at once and need no form (D3)."""
    asked = form.texts("right")
    if any(_is_opt_out(request, right) for right in asked):
        return Phrase("This needs no request and no proof: one press does it, at once, under “Your Privacy Choices”.")
    if any(right in entered.ELSEWHERE for right in asked):
        return Phrase(
            "This cannot be asked for here: appeal on the page of the request that it is about, or write to us."
        )
    return None


def _is_opt_out(request: Request, right: str) -> bool:
    library = access.center(request).house.library
    return right in library.rights() and library.workflow_for(right).protective


def filing_of(request: Request, form: Form) -> Filing:
    """What a form asks for, and for whom."""
    return Filing(
        rights=form.texts("right"),
        place=form.text("place"),
        email=form.text("email"),
        name=form.text("name"),
        note=form.text("note"),
        details=form.details(access.center(request).house.library),
        form_key=form.text("form")[:24],
        language=speech.of_letters(request),
    )


def _page(
    request: Request, values: Mapping[str, Any], errors: Mapping[str, str], form_key: str, *, status: int = 200
) -> Response:
    house = access.center(request).house
    context = {
        "rights": askable(request, values["right"]),
        **place_list(request),
        "values": values,
        "errors": errors,
        "form_key": form_key,
        "notice_version": house.installation.notice_version,
    }
    return pages(request).render(request, "public/request.html", context, status=status)


def askable(request: Request, chosen: Sequence[str]) -> list[dict[str, Any]]:
    """What a form can ask for, each with its details."""
    library = access.center(request).house.library
    return [_right(library, card) for card in cards(request, chosen)]


def _right(library: Library, card: Mapping[str, str]) -> dict[str, Any]:
    asked = details.of(library, card["right"])
    return {"id": card["right"], "title": card["title"], "text": card["text"], "details": asked}


async def sent(request: Request) -> Response:
    """GET /requests/sent: the same page whoever asks (S7)."""
    return pages(request).render(request, "public/sent.html")
