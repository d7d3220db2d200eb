"""Entry: the desk's form for a request that came by phone, by letter or in person."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import details, entered, entered_again
from privacy_center.casework.entered import Entry, Made
from privacy_center.casework.facts import day
from privacy_center.casework.intake import Filing
from privacy_center.casework.refusals import Invalid
from privacy_center.casework.work import Work
from privacy_center.law.library import Library
from privacy_center.links import REFERENCE
from privacy_center.web import access, forms
from privacy_center.web.desk.sign_in import pages
from privacy_center.web.forms import Form
from privacy_center.web.places import place_list

HERE = "/desk/requests/new"
PRESS = re.compile(r"PC-[0-9A-Z-]{4,20}")
FIRST, MANY = ("channel", "received"), ("purpose", "right")
REST = ("again", "earlier", "place", "email", "post", "phone", "language", "name", "note")
ONE, ORDER = FIRST + REST, FIRST + MANY + REST
"""The fields that are said once, and all of them from the top of the page, as a list of mistakes names them."""
EMPTY: Mapping[str, Any] = dict.fromkeys(ONE, "") | {"right": (), "purpose": (), "details": {}}


async def new(request: Request) -> Response:
    """GET, POST /desk/requests/new"""
    member = await access.staff_at_door(request)
    if request.method != "POST":
        return await _page(request, EMPTY, {}, secrets.token_urlsafe(12))
    form = await forms.read(request)
    try:
        async with access.center(request).work(by=member.actor) as work:
            made = await entered.enter(work, _entry(request, form))
            where = _done(made)
    except Invalid as invalid:
        return await _page(request, _values(request, form), invalid.errors, form.text("form")[:24])
    return access.see_other(where)


def _done(made: Made) -> str:
    """The same page, which then says what was opened and what stands; references open nothing by themselves."""
    names = [case.reference for case in made.cases] + made.presses
    return HERE + "".join(f"{'&' if place else '?'}done={name}" for place, name in enumerate(names))


def _entry(request: Request, form: Form) -> Entry:
    house = access.center(request).house
    known = house.installation.letter_languages
    filing = Filing(
        rights=tuple(right for right in form.texts("right") if right),
        place=form.text("place"),
        email=form.text("email"),
        name=form.text("name"),
        note=form.text("note"),
        details=form.details(house.library),
        form_key=form.text("form")[:24],
        post=form.text("post"),
        phone=form.text("phone"),
        language=form.text("language") if form.text("language") in known else known[0],
    )
    again = (form.text("again"), form.text("earlier"))
    return Entry(form.text("channel"), day(form.text("received")), filing, form.texts("purpose"), *again)


def _values(request: Request, form: Form) -> dict[str, Any]:
    many = {name: form.texts(name) for name in ("right", "purpose")}
    return (
        {name: form.text(name) for name in ONE} | many | {"details": form.details(access.center(request).house.library)}
    )


async def _page(request: Request, values: Mapping[str, Any], errors: Mapping[str, str], form_key: str) -> Response:
    member = await access.staff_at_door(request)
    async with access.center(request).reading(by=member.actor) as work:
        entered.check_writer(work)
        context = _context(request, work) | {"values": values, "form_key": form_key}
    request.state.staff = member
    context["errors"] = {name: errors[name] for name in sorted(errors, key=_place)}
    return pages(request).render(request, "desk/entry.html", context, status=422 if errors else 200)


def _place(name: str) -> int:
    """Where a field stands on the page; a detail stands with its right."""
    return ORDER.index(name if name in ORDER else "right")


def _context(request: Request, work: Work) -> dict[str, Any]:
    done = request.query_params.getlist("done")[:40] if request.method == "GET" else []
    return {
        "rights": _rights(work.house.library),
        "offers": list(work.house.offers.values()),
        "channels": entered.CHANNELS,
        "asked": entered_again.ASKED,
        "tongues": [(code, work.house.catalogues[code].name) for code in work.house.installation.letter_languages],
        "today": work.today,
        "opened": [name for name in done if REFERENCE.fullmatch(name)],
        "presses": [name for name in done if PRESS.fullmatch(name)],
        **place_list(request),
    }


def _rights(library: Library) -> list[dict[str, Any]]:
    """What can be asked for, as staff choose it, with what each may need."""
    return [
        {"id": name, "title": library.workflow_for(name).infos[name].title, "details": details.of(library, name)}
        for name in entered.rights(library)
    ]
