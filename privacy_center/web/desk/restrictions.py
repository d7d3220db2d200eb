"""Restrictions that stand: since when, and where one is about to end, from which day and what it waits for."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import lifting
from privacy_center.casework.desk import READERS
from privacy_center.casework.refusals import Refused
from privacy_center.casework.work import Work
from privacy_center.law.clock import local_day
from privacy_center.records.case import Case
from privacy_center.web import access
from privacy_center.web.desk.sign_in import pages


async def restrictions(request: Request) -> Response:
    """GET /desk/restrictions: names no person, so that it needs no trace; each case does, once opened (rule 4)."""
    member = await access.staff_at_door(request)
    if member.role not in READERS:
        raise Refused("Your role keeps people and settings; it opens no cases.")
    async with access.center(request).reading(by=member.actor) as work:
        found = await lifting.standing(work, but=member.staff.email_index)
        context = {"rows": [await _row(work, case) for case in found], "most": lifting.BATCH}
    request.state.staff = member
    return pages(request).render(request, "desk/restrictions.html", context)


async def _row(work: Work, case: Case) -> dict[str, Any]:
    announced = await lifting.announced(work, case)
    zone = work.house.installation.controller.timezone
    return {
        "reference": case.reference,
        "place": work.house.library.place_name(case.place),
        "since": local_day(case.restricted_at, timezone=zone) if case.restricted_at else None,
        "open_again": case.closed_at is None,
        "announced": announced,
        "ripe": announced is not None and announced.told is not None and announced.first_day <= work.today,
    }
