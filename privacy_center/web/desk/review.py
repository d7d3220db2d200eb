"""Due for review: closed cases whose period is over, before they are forgotten, and those that a legal hold keeps."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import retention
from privacy_center.casework.desk import READERS
from privacy_center.casework.refusals import Refused
from privacy_center.casework.work import Work
from privacy_center.law.clock import local_day
from privacy_center.records.case import Case
from privacy_center.web import access
from privacy_center.web.desk.sign_in import pages


async def review(request: Request) -> Response:
    """GET /desk/review: names no person, so that it needs no trace; each case does, once it is opened (rule 4)."""
    member = await access.staff_at_door(request)
    if member.role not in READERS:
        raise Refused("Your role keeps people and settings; it opens no cases.")
    async with access.center(request).reading(by=member.actor) as work:
        own = member.staff.email_index
        context = {
            "due": _rows(work, await retention.to_review(work, but=own)),
            "kept": _rows(work, await retention.kept_on(work, but=own)),
            "most": retention.BATCH,
        }
    request.state.staff = member
    return pages(request).render(request, "desk/review.html", context)


def _rows(work: Work, found: Sequence[Case]) -> list[dict[str, Any]]:
    return [_row(work, case) for case in found]


def _row(work: Work, case: Case) -> dict[str, Any]:
    workflow = work.house.library.workflow_for(case.right)
    moments = {"closed": case.closed_at, "forgotten": case.forget_at, "held": case.legal_hold_at}
    zone = work.house.installation.controller.timezone
    days = {name: local_day(at, timezone=zone) if at else None for name, at in moments.items()}
    return {"reference": case.reference, "title": workflow.infos[case.right].title, **days}
