"""The queue: what must be done next, nearest target first (U35, L20)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import editions, lifting, proofs, queries, staffing, tallies
from privacy_center.casework.facts import clean
from privacy_center.casework.queries import Position
from privacy_center.casework.sessions import Member
from privacy_center.casework.work import Work
from privacy_center.law.library import VOLUNTARY
from privacy_center.law.terms import Phase, Role
from privacy_center.records.case import Case
from privacy_center.web import access
from privacy_center.web.desk.sign_in import pages

SOON = timedelta(days=7)
FILTERS = ("state", "right", "regime", "owner")


async def queue(request: Request) -> Response:
    """GET /desk"""
    member = await access.staff_at_door(request)
    async with access.center(request).reading(by=member.actor) as work:
        request.state.staff = member
        if member.role is Role.admin:
            return pages(request).render(request, "desk/queue.html", _empty(work))
        context = await _context(work, member, request.query_params)
    return pages(request).render(request, "desk/queue.html", context)


async def _context(work: Work, member: Member, query: Mapping[str, str]) -> dict[str, Any]:
    chosen = {name: clean(query.get(name, ""))[:64] for name in FILTERS}
    owner = member.staff.id if chosen["owner"] == "me" else _uuid(chosen["owner"])
    rows, more = await queries.queue(
        work, chosen, owner=owner, after=Position.parse(query.get("after", "")), but=member.staff.email_index
    )
    if not any(chosen.values()) and not query.get("after"):
        first = await queries.held(work, but=member.staff.email_index)  # a person waits for a review: before all else
        rows = first + [case for case in rows if case not in first]
    names = {staff.id: staffing.address(work, staff) for staff in await staffing.active(work)}
    troubled = await queries.troubled(work, [case.id for case in rows])
    day = work.today
    return {
        "rows": [_row(work, case, member, names, troubled, day) for case in rows],
        "filters": chosen | {"options": _options(work, names)},
        "next_href": _next(chosen, more),
        "counts": await queries.counts(work, today=day, soon=day + SOON, owner=member.staff.id),
        "trouble": len(await queries.unsent(work)),
        "pressing": await tallies.pressing(work),
        "unproved": await proofs.failing(work),
        "liftings": await lifting.under_way(work),
    }


def _empty(work: Work) -> dict[str, Any]:
    chosen: dict[str, Any] = dict.fromkeys(FILTERS, "")
    return {
        "rows": [],
        "filters": chosen | {"options": _options(work, {})},
        "next_href": None,
        "counts": dict.fromkeys(("open", "overdue", "soon", "mine"), "–"),
        "trouble": 0,
        "pressing": dict.fromkeys(("amber", "late"), "0"),
        "unproved": 0,
        "liftings": 0,
    }


def _row(
    work: Work, case: Case, member: Member, names: Mapping[UUID, str], troubled: set[UUID], day: date
) -> dict[str, Any]:
    library = work.house.library
    workflow = library.workflow_for(case.right)
    state = workflow.states.get(case.state)
    return {
        "reference": case.reference,
        "title": workflow.infos[case.right].title,
        "law": " + ".join(
            library.regimes[law["regime"]].short
            for law in case.laws
            if law["for"] == editions.GOVERNS and law["regime"] in library.regimes
        ),
        "place": library.place_name(case.place),
        "received": case.received_at.date(),
        "aim_for": case.target_due,
        "answer_by": case.answer_due,
        "level": level(case, day, waits=state is not None and state.phase is Phase.waiting),
        "days": (case.target_due - day).days,
        "short": state.short if state else case.state,
        "owner": names.get(case.owner_id) if case.owner_id else None,
        "mine": case.owner_id == member.staff.id,
        "mail_trouble": case.id in troubled,
        "held": case.held,
        "review_by": case.review_by,
    }


def level(case: Case, day: date, *, waits: bool) -> str:
    """How near the consequence is. Read, never stored."""
    if day > case.answer_due:
        return "overdue"
    if day > case.target_due:
        return "late"
    if case.target_due - day <= SOON:
        return "soon"
    return "waiting" if waits else "ok"


def _options(work: Work, names: Mapping[UUID, str]) -> dict[str, list[dict[str, str]]]:
    library = work.house.library
    states = {
        name: state.short
        for workflow in library.workflows.values()
        for name, state in workflow.states.items()
        if state.phase is not Phase.closed
    }
    rights = {
        right: workflow.infos[right].title
        for workflow in library.workflows.values()
        for right in workflow.rights
        if right in workflow.infos
    }
    ours = (*work.house.installation.regimes, VOLUNTARY)
    regimes = {name: library.regimes[name].short for name in ours}
    owners = {"me": "My own"} | {str(key): name for key, name in names.items()}
    groups = {"state": states, "right": rights, "regime": regimes, "owner": owners}
    return {group: [{"value": value, "text": text} for value, text in items.items()] for group, items in groups.items()}


def _next(chosen: Mapping[str, str], more: Position | None) -> str | None:
    if more is None:
        return None
    kept = {name: value for name, value in chosen.items() if value}
    return "/desk?" + urlencode(kept | {"after": str(more)})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
