"""Where a request stands: its story, its dates and their reasons, its letters, and what can be done."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import (
    alarms,
    budget,
    deadlines,
    details,
    editions,
    errands,
    first_letters,
    guards,
    ledger,
    letters,
    lifting,
    mandates,
    packages,
    residence,
    sessions,
    sign_in,
    steps,
    story,
    trail,
    vault,
    verification,
)
from privacy_center.casework.facts import Facts
from privacy_center.casework.refusals import Invalid, NotFound, Refused
from privacy_center.casework.sessions import Visitor
from privacy_center.casework.work import REQUESTER, Work
from privacy_center.law.clock import Clock, local_day
from privacy_center.law.regimes import Regime
from privacy_center.law.terms import Disposition, Phase
from privacy_center.law.workflows import Workflow
from privacy_center.phrases import Phrase
from privacy_center.records.case import Case
from privacy_center.records.letter import Letter
from privacy_center.web import access, forms
from privacy_center.web.endings import ENDINGS
from privacy_center.web.places import place_list
from privacy_center.web.public import again, track
from privacy_center.web.public.home import pages

SPEAKING = ("reply", "write")
"""Steps by which a requester says something: an answer first, a message otherwise."""


async def mine(request: Request) -> Response:
    """GET /requests"""
    async with access.looking(request) as work:
        visitor = await access.visitor(work, request)
        if visitor is None:
            return access.see_other("/sign-in")
        rows = [_row(work, case) for case in await sign_in.mine(work, visitor)]
    context = {"rows": rows, "one_only": visitor.session.case_id is not None}
    return pages(request).render(request, "public/requests.html", context)


def _row(work: Work, case: Case) -> dict[str, Any]:
    workflow = work.house.library.workflow_for(case.right)
    state = workflow.states.get(case.state)
    return {
        "reference": case.reference,
        "title": workflow.infos[case.right].title,
        "short": state.short if state else case.state,
        "phase": state.phase if state else Phase.working,
        "received": case.received_at.date(),
        "aim_for": case.target_due,
        "closed": case.closed_at is not None,
        "disposition_title": ENDINGS.get(case.disposition or ""),
    }


async def status(request: Request) -> Response:
    """GET /requests/{reference}"""
    return await page(request, {"text": ""}, {})


async def page(request: Request, values: Mapping[str, str], errors: Mapping[str, str]) -> Response:
    async with access.looking(request) as work:
        visitor, case = await access.own_case(work, request)
        context = await _context(work, visitor, case)
    context |= {"values": values, "errors": errors}
    return pages(request).render(request, "public/status.html", context, status=422 if errors else 200)


async def _context(work: Work, visitor: Visitor, case: Case) -> dict[str, Any]:
    work.by = sessions.requester(work, visitor, case)
    workflow, regime = await editions.workflow(work, case), await editions.regime(work, case)
    clock = await deadlines.clock(work, case)
    mailbox = await vault.mailbox(work, case)
    told = mailbox.proved_at or workflow.protective  # D12: no filer's words before proof, where proof is asked (D3)
    texts = await vault.texts(work, case) if told else []
    return {
        "case": _case(work, case, workflow, regime, clock),
        "track": track.of_case(case, mailbox.proved_at, asks="verify" in workflow.steps),
        "reasons": clock.reasons,
        "story": story.told(work, workflow, await trail.events(work, case), texts),
        "letters": [_letter(work, case, letter) for letter in await letters.to_requester(work, case)],
        "receipt": await first_letters.receipt(work, case) if told else None,
        "asked": details.lines(work, case, texts),
        "agent": await errands.agent(work, case) if mailbox.proved_at else None,
        "told": await ledger.of_case(work, case),
        "question": story.question(work, workflow, case, texts),
        "message_form": await _message_form(work, case, workflow),
        "package": await _package(work, case),
        "lifting": await lifting.announced(work, case),
        "confirm_here": await verification.may_confirm_here(work, visitor, case),
        "withdraw": _may_withdraw(case, workflow),
        **await again.shown(work, case),
        "authorities": [
            {"name": law.regulator_name, "url": law.regulator_url}
            for law in await editions.governing(work, case)
            if law.regulator_name
        ],
        "masked": vault.masked(vault.address(work, mailbox)),
    }


def _may_withdraw(case: Case, workflow: Workflow) -> bool:
    """D14; but what restricts the use of data ends by a lifting alone."""
    return "withdraw" in workflow.steps and case.state in workflow.step("withdraw").from_ and not case.restricted_at


def _case(work: Work, case: Case, workflow: Workflow, regime: Regime, clock: Clock) -> dict[str, Any]:
    state = workflow.states[case.state]
    ground = work.house.library.grounds.get(case.ground or "")
    today = local_day(work.now, timezone=clock.timezone)
    return {
        "reference": case.reference,
        "title": workflow.infos[case.right].title,
        "short": state.short,
        "by_agent": case.channel == mandates.CHANNEL,
        "errand": case.channel == mandates.ERRAND,
        "says": state.says,
        "phase": state.phase.value,
        "disposition": case.disposition,
        "disposition_title": ENDINGS.get(case.disposition or ""),
        "ground_title": ground.title if ground else None,
        "law_name": regime.name,
        "law_citation": regime.rules[case.right].citation,
        "place_name": work.house.library.place_name(case.place),
        "received": case.received_at,
        "zone": clock.timezone,
        "aim_for": case.target_due,
        "answer_by": case.answer_due,
        "first_answer_by": clock.answer.legal if clock.current != clock.answer else None,
        "extended": case.extended_at is not None,
        "acknowledge_by": case.acknowledge_due,
        "overdue": overdue(case, today),
        "days": (case.target_due - today).days,
        "closed_at": case.closed_at,
        "held": case.held and case.closed_at is None,
        "review_by": case.review_by,
    }


def overdue(case: Case, today: date) -> str | None:
    """Past the law's limit, past our aim, or neither. Read, never stored."""
    if case.closed_at is not None:
        return None
    return "legal" if today > case.answer_due else "target" if today > case.target_due else None


def _letter(work: Work, case: Case, letter: Letter) -> dict[str, Any]:
    subject, _ = letters.words(work, letter)
    return {
        "href": f"/requests/{case.reference}/letters/{letter.id}",
        "subject": subject,
        "at": letter.accepted_at or letter.created_at,
        "delivery": letter.delivery,
        "language": letter.language,
    }


async def _message_form(work: Work, case: Case, workflow: Workflow) -> dict[str, Any]:
    name = await _open_step(work, case, workflow, SPEAKING)
    return {"open": name is not None, "label": Phrase("Your answer") if name == "reply" else Phrase("Your message")}


async def _open_step(work: Work, case: Case, workflow: Workflow, names: tuple[str, ...]) -> str | None:
    for name in names:
        if await guards.why_not(work, case, workflow.step(name)) is None:
            return name
    return None


async def _package(work: Work, case: Case) -> dict[str, Any] | None:
    if case.disposition not in (Disposition.fulfilled, Disposition.partly_fulfilled):
        return None
    rows = await packages.files(work, case)
    return {"files": len(rows), "until": packages.until(rows)}


async def message(request: Request) -> Response:
    """POST /requests/{reference}/messages: the answer to a question, or a message at any time."""
    form = await forms.read(request)
    try:
        async with access.center(request).work(by=REQUESTER) as work:
            await budget.check_network(work, access.address(request))
            _, case = await access.own_case(work, request, lock=True)
            await alarms.catch_up(work, case)
            name = await _open_step(work, case, await editions.workflow(work, case), SPEAKING)
            if name is None:
                raise Refused(Phrase("Messages are not open for this request at present."))
            text = form.text("text")
            if not await story.said_just_now(work, case, text):  # a double click says it once
                await steps.take(work, case, name, Facts(text=text))
    except Invalid as invalid:
        return await page(request, {"text": form.text("text")}, invalid.errors)
    return access.see_other(f"/requests/{case.reference}")


async def letter(request: Request) -> Response:
    """GET /requests/{reference}/letters/{letter}: a letter as it was said; links and codes stay in the mail."""
    async with access.looking(request) as work:
        _, case = await access.own_case(work, request)
        found = await _one_letter(work, case, request.path_params["letter"])
        subject, body = letters.words(work, found)
        shown = _letter(work, case, found) | {"subject": subject, "body": body}
    context = {"reference": case.reference, "letter": shown}
    return pages(request).render(request, "public/letter.html", context)


async def _one_letter(work: Work, case: Case, letter_id: UUID) -> Letter:
    found = next((row for row in await letters.to_requester(work, case) if row.id == letter_id), None)
    if found is None:
        raise NotFound
    return found


async def confirm(request: Request) -> Response:
    """POST /requests/{reference}/confirm: whoever signed in by their mailbox has shown that it is theirs."""
    async with access.center(request).work(by=REQUESTER) as work:
        visitor, case = await access.own_case(work, request, lock=True)
        await verification.confirm_here(work, visitor, case)
    return access.see_other(f"/requests/{case.reference}")


async def place(request: Request) -> Response:
    """GET, POST /requests/{reference}/place: another place can mean another law, never a later date."""
    if request.method != "POST":
        return await _place_page(request, None, {})
    form = await forms.read(request)
    try:
        async with access.center(request).work(by=REQUESTER) as work:
            await budget.check_network(work, access.address(request))
            _, case = await access.own_case(work, request, lock=True)
            await alarms.catch_up(work, case)
            await residence.correct(work, case, form.text("place"))
    except Invalid as invalid:
        return await _place_page(request, form.text("place")[:20], invalid.errors)
    return access.see_other(f"/requests/{case.reference}")


async def _place_page(request: Request, typed: str | None, errors: Mapping[str, str]) -> Response:
    async with access.looking(request) as work:
        _, case = await access.own_case(work, request)
        title = (await editions.workflow(work, case)).infos[case.right].title
    context = {
        "reference": case.reference,
        "title": title,
        "values": {"place": case.place if typed is None else typed},
        "errors": errors,
        **place_list(request),
    }
    return pages(request).render(request, "public/place.html", context, status=422 if errors else 200)
