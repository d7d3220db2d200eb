"""One case at the desk: what we know, what has happened, what may be done now, and why the rest may not."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import (
    alarms,
    cases,
    deadlines,
    desk,
    details,
    editions,
    guards,
    ledger,
    letters,
    mandates,
    packages,
    queries,
    residence,
    second_looks,
    staffing,
    steps,
    vault,
)
from privacy_center.casework.refusals import Invalid, Refused, Stale
from privacy_center.casework.sessions import Member
from privacy_center.casework.work import Work
from privacy_center.law.clock import Clock, local_day
from privacy_center.law.regimes import Regime
from privacy_center.law.terms import Phase, Role
from privacy_center.law.workflows import Workflow
from privacy_center.records.case import Case
from privacy_center.records.letter import Letter
from privacy_center.records.people import Identifier
from privacy_center.web import access, forms
from privacy_center.web.desk import keeping, permission, story, texts
from privacy_center.web.desk.fields import fields
from privacy_center.web.desk.queue import level
from privacy_center.web.desk.sign_in import pages
from privacy_center.web.endings import ENDINGS


async def case(request: Request) -> Response:
    """GET /desk/cases/{reference}: the look is in the trail before anything is shown (rule 4)."""
    return await page(request)


async def page(
    request: Request,
    *,
    failed: str | None = None,
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Response:
    member = await access.staff_at_door(request)
    async with access.center(request).work(by=member.actor) as work:
        found = await desk.look(work, request.path_params["reference"])
        await work.session.flush()
        context = await _context(work, member, found, failed, values or {}, errors or {})
    request.state.staff = member
    return pages(request).render(request, "desk/case.html", context, status=422 if errors else 200)


async def _context(
    work: Work, member: Member, found: Case, failed: str | None, values: Mapping[str, str], errors: Mapping[str, str]
) -> dict[str, Any]:
    workflow, regime = await editions.workflow(work, found), await editions.regime(work, found)
    clock = await deadlines.clock(work, found)
    names = {str(staff.id): staffing.address(work, staff) for staff in await staffing.active(work)}
    said = await vault.texts(work, found)
    return {
        "case": _case(work, found, workflow, regime, clock, names),
        "asked": details.lines(work, found, said),
        "made": await permission.made(work, found),
        "identifiers": [_identifier(work, found, row) for row in await vault.identifiers(work, found)],
        "texts": [texts.shown(work, row, names) for row in said if not details.is_one(row)],
        "linked": [await _linked(work, found, other) for other in await queries.linked(work, found)],
        "told": await ledger.of_case(work, found),
        "reasons": clock.reasons,
        "warnings": list(clock.warnings),
        "story": await story.shown(work, found, workflow),
        "letters": [_letter(work, row) for row in await letters.of_case(work, found)],
        "files": [{"name": packages.name(work, row), "size": row.size} for row in await packages.files(work, found)],
        "owner_form": {
            "owners": [{"id": key, "email": name} for key, name in names.items()],
            "current": str(found.owner_id or ""),
            "me": str(member.staff.id),
        },
        "place_form": _place_form(work, member, found),
        "keeping": await keeping.shown(work, member, found, failed, values, errors),
        "steps": await _steps(work, member, found, workflow, failed, values, errors),
        "failed": failed,
        "errors": errors,
    }


def _case(
    work: Work, found: Case, workflow: Workflow, regime: Regime, clock: Clock, names: Mapping[str, str]
) -> dict[str, Any]:
    state = workflow.states[found.state]
    ground = work.house.library.grounds.get(found.ground or "")
    day = local_day(work.now, timezone=clock.timezone)
    return {
        "reference": found.reference,
        "title": workflow.infos[found.right].title,
        "short": state.short,
        "phase": state.phase.value,
        "version": found.version,
        "law_name": regime.name,
        "law_short": regime.short,
        "citation": regime.rules[found.right].citation,
        "place_name": work.house.library.place_name(found.place),
        "received": found.received_at,
        "zone": clock.timezone,
        "acknowledge_by": found.acknowledge_due,
        "aim_for": found.target_due,
        "answer_by": found.answer_due,
        "first_answer_by": clock.answer.legal if clock.current != clock.answer else None,
        "extended": found.extended_at is not None,
        "extend_until": clock.extend_until if clock.extend_until and day <= clock.extend_until else None,
        "overdue": found.closed_at is None and day > found.answer_due,
        "level": level(found, day, waits=state.phase is Phase.waiting) if found.closed_at is None else "closed",
        "days": (found.target_due - day).days,
        "owner": names.get(str(found.owner_id)),
        "disposition_title": ENDINGS.get(found.disposition or ""),
        "ground_title": ground.title if ground else None,
        "held": found.held,
        "edition": regime.edition,
        "language": found.language,
        "channel": found.channel,
        "errand": found.channel == mandates.ERRAND,
        "about_earlier": found.earlier_id is not None,
    }


def _place_form(work: Work, member: Member, found: Case) -> dict[str, Any] | None:
    """The places to choose from, for an open case and those who may correct it."""
    if found.closed_at is not None or member.role not in guards.STAFF:
        return None
    library = work.house.library
    return {
        "places": [{"code": code, "name": name} for code, name in library.places().items()],
        "current": found.place,
        "may_drop": member.role is Role.lead and any(law["for"] == editions.DATES for law in found.laws),
    }


async def _linked(work: Work, found: Case, other: Case) -> dict[str, Any]:
    """Another request of the same mailbox, as its link says it, and whether one is about the other."""
    workflow = work.house.library.workflow_for(other.right)
    state = workflow.states.get(other.state)
    about = other.id == found.earlier_id or other.earlier_id == found.id
    return {
        "href": f"/desk/cases/{other.reference}",
        "reference": other.reference,
        "title": workflow.infos[other.right].title,
        "received": other.received_at.date(),
        "short": ENDINGS.get(other.disposition or "") or (state.short if state else other.state),
        "about": about,
        "apart": about and not await second_looks.is_same_person(work, found, other),
    }


def _identifier(work: Work, found: Case, row: Identifier) -> dict[str, Any]:
    points = row.match.get("data_points")
    return {
        "kind": permission.kind_title(found, row),
        "is_mailbox": row.kind == "email",
        "subject": row.kind.startswith(vault.FOR),
        "agent": row.kind == vault.AGENT,
        "value": vault.address(work, row),
        "proved_at": row.proved_at,
        "matched_at": row.matched_at,
        "match": f"{points} matching data points" if points else None,
    }


def _letter(work: Work, row: Letter) -> dict[str, Any]:
    subject, _ = letters.words(work, row)
    return {
        "href": f"/desk/letters/{row.id}",
        "subject": subject,
        "kind": row.kind,
        "at": row.accepted_at or row.created_at,
        "delivery": row.delivery,
        "error": row.error,
        "attempts": row.attempts,
    }


async def _steps(
    work: Work,
    member: Member,
    found: Case,
    workflow: Workflow,
    failed: str | None,
    values: Mapping[str, str],
    errors: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Every step that staff could ever take, open or with the reason why not (U36)."""
    shown = []
    for step in workflow.steps.values():
        if not step.by & guards.STAFF:
            continue
        why = await guards.why_not(work, found, step)
        is_failed = step.name == failed
        shown.append(
            {
                "name": step.name,
                "title": step.title,
                "says": step.says,
                "open": why is None,
                "why": why,
                "fields": await fields(work, found, step, values if is_failed else {}, errors if is_failed else {})
                if why is None
                else [],
            }
        )
    return shown


async def step(request: Request) -> Response:
    """POST /desk/cases/{reference}/steps/{step}"""
    member = await access.staff_at_door(request)
    form = await forms.read(request, files=forms.FILES)
    name, reference = request.path_params["step"], request.path_params["reference"]
    try:
        facts = await form.facts()
        async with access.center(request).work(by=member.actor) as work:
            found = await cases.locked(work, reference)
            _check_version(found, form.text("version"))
            await alarms.catch_up(work, found)
            await steps.take(work, found, name, facts)
    except Invalid as invalid:
        return await page(request, failed=name, values=form.values(), errors=invalid.errors)
    return access.see_other(f"/desk/cases/{reference}")


def _check_version(found: Case, seen: str) -> None:
    """Two desks on one case: the second is told, not merged."""
    if seen and seen != str(found.version):
        raise Stale


async def owner(request: Request) -> Response:
    """POST /desk/cases/{reference}/owner"""
    member = await access.staff_at_door(request)
    form = await forms.read(request)
    reference = request.path_params["reference"]
    try:
        async with access.center(request).work(by=member.actor) as work:
            await desk.give(work, reference, form.text("owner"))
    except Invalid as invalid:
        return await page(request, errors=invalid.errors)
    return access.see_other(f"/desk/cases/{reference}")


async def place(request: Request) -> Response:
    """POST /desk/cases/{reference}/place: what staff learn of it; a lead may let go of the old dates."""
    member = await access.staff_at_door(request)
    form = await forms.read(request)
    reference = request.path_params["reference"]
    try:
        async with access.center(request).work(by=member.actor) as work:
            found = await desk.look(work, reference, at="place")
            if member.role is Role.auditor:
                raise Refused("An auditor reads; a handler or a lead corrects a place.")
            await residence.correct(work, found, form.text("place"), drop_dates=form.text("drop_dates") == "yes")
    except Invalid as invalid:
        return await page(request, errors=invalid.errors)
    return access.see_other(f"/desk/cases/{reference}")
