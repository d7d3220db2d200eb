"""The agents' door: somebody says no for somebody else, on a signed permission and nothing more (L2, U33).

No budget stands before it, as before no other way to say no: what comes in floods is gathered for staff, never lost,
and past what one network may post its letters wait for a digest (S8).
"""

import secrets
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import agents, mandates, permissions
from privacy_center.casework.agents import Act, Came, Done
from privacy_center.casework.mandates import Shown
from privacy_center.casework.refusals import Invalid
from privacy_center.casework.work import REQUESTER
from privacy_center.records.preference import Choice
from privacy_center.web import access, forms, speech
from privacy_center.web.forms import Form
from privacy_center.web.public.home import pages

FIELDS = ("kind", "value", "words", "signer", "signed_on", "email", "agent")
SHOWN = ("kind", "value", "purpose", "permission", *FIELDS[2:], "choice")
"""In which order the page asks, and tells what is wrong."""


async def act(request: Request) -> Response:
    """GET, POST /agents. The page says what this act did, whoever it is about (D15)."""
    if request.method != "POST":
        return _page(request, dict.fromkeys(FIELDS, "") | {"kind": "email"}, {}, secrets.token_urlsafe(12))
    form = await forms.read(request, files=1)
    given = await _act(request, form)
    try:
        async with access.center(request).work(by=REQUESTER) as work:
            came = Came(access.address(request), await access.own_mailbox(work, request))
            done = await agents.say_no(work, given, came)
            titles = mandates.in_words(work, done.pressed.purposes)
    except Invalid as invalid:
        errors = invalid.errors
        if given.shown.file is not None:
            errors.setdefault("permission", permissions.NOT_KEPT)
        return _page(request, _values(form), _as_shown(errors), form.text("form")[:24])
    return _done(request, given, done, titles)


def _as_shown(errors: Mapping[str, str]) -> dict[str, str]:
    """The mistakes in the order of the form's fields, as the summary above it links to them."""
    return {name: errors[name] for name in sorted(errors, key=SHOWN.index)}


async def _act(request: Request, form: Form) -> Act:
    """Where the form says yes and no at once, the no counts (D3)."""
    said = form.texts("choice")
    file = await form.upload("permission")
    return Act(
        email=form.text("email"),
        kind=form.text("kind"),
        value=form.text("value"),
        shown=Shown(form.text("words"), form.text("signer"), form.text("signed_on"), file),
        agent=form.text("agent"),
        purposes=form.texts("purpose"),
        yes=Choice.in_ in said and Choice.out not in said,
        form_key=form.text("form")[:24],
        language=speech.of_letters(request),
    )


def _values(form: Form) -> dict[str, Any]:
    return {name: form.text(name) for name in FIELDS} | {"purpose": form.texts("purpose")}


def _page(request: Request, values: Mapping[str, Any], errors: Mapping[str, str], form_key: str) -> Response:
    house = access.center(request).house
    context = {
        "offers": list(house.offers.values()),
        "kinds": agents.KINDS,
        "values": {"purpose": ()} | dict(values),
        "errors": errors,
        "form_key": form_key,
        "notice_version": house.installation.notice_version,
    }
    return pages(request).render(request, "public/agents.html", context, status=422 if errors else 200)


def _done(request: Request, given: Act, done: Done, titles: list[str]) -> Response:
    """What was typed and what it did. Nothing tells whether we know the person, or had heard of this before."""
    context = {
        "titles": titles,
        "since": done.pressed.at,
        "kind": agents.KINDS[given.kind],
        "value": given.value.strip(),
        "told": given.kind == "email",
        "mailbox": given.email.strip(),
        "press": done.pressed.press,
        "receipt": done.receipt,
        "zone": access.center(request).house.installation.controller.timezone,
    }
    return pages(request).render(request, "public/agents_done.html", context)
