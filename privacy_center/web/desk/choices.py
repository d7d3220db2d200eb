"""Choices at the desk: the history of one person, an opt-out that came by phone or letter, and doubts about a row.

Whoever is looked for is named in a form, never in an address (U39).
"""

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import corrections, fingerprints, recorded
from privacy_center.casework.facts import day
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.preferences import Pressed
from privacy_center.casework.recorded import Came
from privacy_center.casework.refusals import Invalid, NotFound
from privacy_center.casework.work import Work
from privacy_center.web import access, forms
from privacy_center.web.desk import choice_history
from privacy_center.web.desk.sign_in import pages
from privacy_center.web.forms import Form

KINDS = {"email": "E-mail address", "phone": "Phone number", "customer": "Customer number"}
WRONG = {
    "email": "Enter a full e-mail address.",
    "phone": "Enter the number with its country, like +353 1 555 0100.",
    "customer": "Enter the number as your systems know it.",
}
EMPTY: dict[str, Any] = {"kind": "email", "value": "", "purpose": (), "channel": "", "received": "", "reason": ""}


async def choices(request: Request) -> Response:
    """GET, POST /desk/choices: whose choices, and what they have said. Each look is in the trail of the house."""
    member = await access.staff_at_door(request)
    if request.method != "POST":
        async with access.center(request).reading(by=member.actor) as work:
            recorded.check_reader(work)
            context = await _context(work, EMPTY, {})
        return _answer(request, context)
    form = await forms.read(request)
    return await _page(request, form)


async def opt_out(request: Request) -> Response:
    """POST /desk/choices/opt-out: one that came by phone or letter takes effect at once."""
    member, form = await access.staff_at_door(request), await forms.read(request)
    try:
        async with access.center(request).work(by=member.actor) as work:
            recorded.check_writer(work, "records choices")
            pressed = await recorded.say_no(work, _identity(form), _came(form))
    except Invalid as invalid:
        return await _page(request, form, invalid.errors, failed="opt-out")
    return await _page(request, form, done=pressed)


async def doubt(request: Request) -> Response:
    """POST /desk/choices/doubts: one member of staff holds a row to be wrong."""
    member, form = await access.staff_at_door(request), await forms.read(request)
    try:
        async with access.center(request).work(by=member.actor) as work:
            recorded.check_writer(work, "states a doubt")
            identity = _identity(form)
            person = (await fingerprints.find(work, [identity.digest])).get(identity.digest)
            if person is None:
                raise NotFound
            made = await corrections.doubt(work, _number(form), form.text("reason"), person=person)
            where = f"/desk/choices/doubts/{made.id}"
    except Invalid as invalid:
        return await _page(request, form, invalid.errors, failed=f"doubt-{form.text('number')[:20]}")
    return access.see_other(where)


async def decision(request: Request) -> Response:
    """GET, POST /desk/choices/doubts/{correction}: what is doubted and why; a second person agrees or does not."""
    member, correction = await access.staff_at_door(request), request.path_params["correction"]
    if request.method == "POST":
        form = await forms.read(request)
        async with access.center(request).work(by=member.actor) as work:
            recorded.check_writer(work, "decides")
            await corrections.decide(work, correction, agree=_agrees(form))
        return access.see_other(f"/desk/choices/doubts/{correction}")
    async with access.center(request).work(by=member.actor) as work:
        recorded.check_reader(work)
        context = await _doubted(work, correction)
    request.state.staff = member
    return pages(request).render(request, "desk/choice_doubt.html", context)


def _agrees(form: Form) -> bool:
    """Only the button that says so agrees; whatever is garbled decides nothing."""
    said = form.text("decision")
    if said not in {"agree", "leave"}:
        raise NotFound
    return said == "agree"


async def _doubted(work: Work, correction_id: UUID) -> dict[str, Any]:
    found = await corrections.seen(work, correction_id)
    person = await recorded.look_at(work, found.fingerprint_id)
    return await choice_history.doubted(work, found, KINDS.get(person.kind, person.kind))


def _identity(form: Form) -> Identity:
    """Whom the form names. Raises Invalid."""
    kind, value = form.text("kind"), form.text("value")
    if kind not in KINDS:
        raise Invalid({"kind": "Choose what you know the person by."})
    identity = fingerprints.named(kind, value.strip())
    if identity is None:
        raise Invalid({"value": WRONG[kind]})
    return identity


def _came(form: Form) -> Came:
    return Came(form.texts("purpose"), form.text("channel"), day(form.text("received")))


def _number(form: Form) -> int:
    """The row that is doubted. Raises NotFound: only a garbled form names none."""
    typed = form.text("number")
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 19):
        raise NotFound
    return int(typed)


async def _page(
    request: Request,
    form: Form,
    errors: dict[str, str] | None = None,
    *,
    failed: str = "",
    done: Pressed | None = None,
) -> Response:
    """The page of one person, filled again after a mistake; where nobody is named, the bare form with what is wrong."""
    member = await access.staff_at_door(request)
    kept = form.values() | {"purpose": form.texts("purpose")} if not done else {"kind": form.text("kind")}
    values = EMPTY | kept  # what was recorded is not offered to be recorded once more
    async with access.center(request).work(by=member.actor) as work:
        recorded.check_reader(work)
        try:
            identity = _identity(form)
        except Invalid as invalid:
            context = await _context(work, values, invalid.errors)
        else:
            person = await recorded.look(work, identity)
            shown = await choice_history.shown(work, person, done)
            context = await _context(work, values | {"value": identity.value}, errors or {}, shown, failed)
    return _answer(request, context)


async def _context(
    work: Work, values: dict[str, Any], errors: dict[str, str], person: dict[str, Any] | None = None, failed: str = ""
) -> dict[str, Any]:
    return {
        "kinds": KINDS,
        "channels": recorded.CHANNELS,
        "offers": list(work.house.offers.values()),
        "today": work.today,
        "values": values,
        "errors": errors,
        "person": person,
        "failed": failed,
        "waiting": await choice_history.waiting(work, KINDS),
    }


def _answer(request: Request, context: dict[str, Any]) -> Response:
    return pages(request).render(request, "desk/choices.html", context, status=422 if context["errors"] else 200)
