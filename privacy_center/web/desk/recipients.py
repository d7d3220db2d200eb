"""Recipients at the desk: who is told of people's choices and requests, who answers, and who stays silent (L4, L7)."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import dues, ledger, mending, tallies, telling
from privacy_center.casework.queries import PAGE
from privacy_center.casework.refusals import NotFound
from privacy_center.casework.work import House, Work
from privacy_center.records.telling import Delivery, Telling
from privacy_center.web import access
from privacy_center.web.desk.sign_in import pages

WAYS = {"webhook": "By a signed call", "mail": "By a mail with a page to answer on"}
RIGHTS = {"delete": "deletions", "correct": "corrections", "restrict": "restrictions"}


async def recipients(request: Request) -> Response:
    """GET /desk/recipients: every recipient with its numbers. It names no person, so that it needs no trace."""
    member = await access.staff_at_door(request)
    async with access.center(request).reading(by=member.actor) as work:
        mending.check_reader(work)
        names = [each.id for each in work.house.installation.recipients] + await tallies.gone(work)
        context = {"rows": [await _row(work, name) for name in names]}
    request.state.staff = member
    return pages(request).render(request, "desk/recipients.html", context)


async def recipient(request: Request) -> Response:
    """GET /desk/recipients/{recipient}: its newest deliveries, and what it has not answered, the longest late first."""
    member, name = await access.staff_at_door(request), request.path_params["recipient"]
    async with access.center(request).reading(by=member.actor) as work:
        mending.check_reader(work)
        if telling.recipient(work.house, name) is None and name not in await tallies.gone(work):
            raise NotFound
        lines = await tallies.open_lines(work, name)
        references = await tallies.references(work, lines)
        today = work.today
        context = {
            "row": await _row(work, name),
            "deliveries": [await _delivery(work, each) for each in await tallies.deliveries(work, name)],
            "lines": [_line(work.house, each, today, references) for each in lines],
            "most": PAGE,
        }
    request.state.staff = member
    return pages(request).render(request, "desk/recipient.html", context)


async def call(request: Request) -> Response:
    """POST /desk/recipients/{recipient}/call: it has been mended; it is called again."""
    member, name = await access.staff_at_door(request), request.path_params["recipient"]
    async with access.center(request).work(by=member.actor) as work:
        await mending.call_again(work, name)
    return access.see_other(f"/desk/recipients/{name}")


async def _row(work: Work, name: str) -> dict[str, Any]:
    each, offers = telling.recipient(work.house, name), work.house.offers
    about = {"id": name, "name": each.name if each else name, "known": each is not None}
    if each is not None:
        titles = [offers[purpose].title if purpose in offers else purpose for purpose in each.purposes]
        rights = [RIGHTS.get(right, right) for right in each.rights]
        about |= {"way": WAYS[each.way], "contract": each.contract, "purposes": titles, "rights": rights}
    return about | {"tally": await tallies.of(work, name)}


async def _delivery(work: Work, each: Delivery) -> dict[str, Any]:
    return {
        "id": str(each.id),
        "at": each.created_at,
        "status": each.status,
        "tries": each.attempts + (each.status not in {"queued", "trouble"}),
        "error": each.error,
        "next_try_at": each.next_try_at if each.status == "trouble" else None,
        "ended_at": each.ended_at,
        "why_not": await mending.why_not(work, each),
    }


def _line(house: House, each: Telling, today: date, references: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "press": each.press,
        "case": references.get(each.case_id) if each.case_id else None,
        "late_case": references.get(each.late_case_id) if each.late_case_id else None,
        "what": ledger.about(house, each),
        "answer": each.answer,
        "told_at": each.told_at,
        "due_by": each.due_by,
        "days": (each.due_by - today).days,
        "nearness": dues.nearness(each, today),
    }
