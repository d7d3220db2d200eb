"""Correcting a case's receipt, and keeping a case beyond its period: the desk's forms for both."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import deadlines, desk, receipt, retention
from privacy_center.casework.refusals import Invalid, Refused
from privacy_center.casework.work import Work
from privacy_center.law.terms import Role
from privacy_center.records.case import Case
from privacy_center.web import access, forms
from privacy_center.web.desk import case as page
from privacy_center.web.desk.keeping import DECISION, HOLD, RECEIPT
from privacy_center.web.forms import Form

Act = Callable[[Work, Case, Form], Awaitable[object]]


async def move(request: Request) -> Response:
    """POST /desk/cases/{reference}/receipt: earlier at once, later once another lead agrees."""
    return await _act(request, RECEIPT, _move)


async def decide(request: Request) -> Response:
    """POST /desk/cases/{reference}/receipt-decision: a second lead's word on a later receipt."""
    return await _act(request, DECISION, _decide)


async def hold(request: Request) -> Response:
    """POST /desk/cases/{reference}/legal-hold: keep a case beyond its period, or let it go."""
    return await _act(request, HOLD, _hold)


async def _act(request: Request, name: str, act: Act) -> Response:
    member = await access.staff_at_door(request)
    form, reference = await forms.read(request), request.path_params["reference"]
    try:
        async with access.center(request).work(by=member.actor) as work:
            found = await desk.look(work, reference, at=name)
            if member.role is Role.auditor:
                raise Refused("An auditor reads; a handler or a lead acts.")
            await act(work, found, form)
    except Invalid as invalid:
        return await page.page(request, failed=name, values=form.values(), errors=invalid.errors)
    return access.see_other(f"/desk/cases/{reference}")


async def _move(work: Work, found: Case, form: Form) -> None:
    to = _moment(form.text("to"), await deadlines.timezone(work, found))
    await receipt.move(work, found, to, reason=form.text("reason"), evidence=form.text("evidence"))


def _moment(typed: str, zone: str) -> datetime:
    """What was typed, in the zone of the case unless it names an offset of its own. Raises Invalid."""
    try:
        moment = datetime.fromisoformat(typed.strip())
    except ValueError:
        raise Invalid({"to": "Write the moment like 2026-11-20 09:30."}) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


async def _decide(work: Work, found: Case, form: Form) -> None:
    act = receipt.confirm if form.text("decision") == "confirm" else receipt.refuse
    await act(work, found, words=form.text("reason"))


async def _hold(work: Work, found: Case, form: Form) -> None:
    act = retention.lift if form.text("hold") == "lift" else retention.hold
    await act(work, found, form.text("reason"))
