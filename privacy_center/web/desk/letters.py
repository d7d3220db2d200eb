"""Letters at the desk: those that did not get out, one as it was said, and what staff note of it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import cases, desk, letters, queries, returns
from privacy_center.casework.desk import READERS
from privacy_center.casework.refusals import Invalid, NotFound, Refused
from privacy_center.casework.work import Work
from privacy_center.law.terms import Role
from privacy_center.records.letter import Letter
from privacy_center.web import access, forms
from privacy_center.web.desk.sign_in import pages
from privacy_center.web.forms import Form

Act = Callable[[Work, UUID, Form], Awaitable[None]]


async def troubled(request: Request) -> Response:
    """GET /desk/letters: what no mail server has taken yet."""
    member = await access.staff_at_door(request)
    if member.role not in READERS:
        raise Refused("Your role keeps people and settings; it opens no cases.")
    async with access.center(request).reading(by=member.actor) as work:
        rows = [await _row(work, letter) for letter in await queries.unsent(work)]
    request.state.staff = member
    return pages(request).render(request, "desk/letters.html", {"rows": rows})


async def _row(work: Work, letter: Letter) -> dict[str, Any]:
    reference = (await cases.seen_by_id(work, letter.case_id)).reference if letter.case_id else None
    return {
        "id": str(letter.id),
        "reference": reference,
        "kind": letter.kind,
        "at": letter.created_at,
        "attempts": letter.attempts,
        "error": letter.error,
        "next_try_at": letter.next_try_at,
        "delivery": letter.delivery,
        "href": f"/desk/letters/{letter.id}",
    }


async def letter(request: Request) -> Response:
    """GET /desk/letters/{letter}: one letter of a case; the look is in the trail."""
    return await _page(request, {}, {})


async def _page(request: Request, values: Mapping[str, str], errors: Mapping[str, str]) -> Response:
    member = await access.staff_at_door(request)
    async with access.center(request).work(by=member.actor) as work:
        found = await _of_a_case(work, request.path_params["letter"])
        case = await cases.seen_by_id(work, _case_id(found))
        await desk.look(work, case.reference, at="letter")
        subject, body = letters.words(work, found)
        context = {
            "reference": case.reference,
            "letter": await _row(work, found) | {"subject": subject, "body": body, "to": letters.address(work, found)},
            "reasons": {code: words.capitalize() for code, words in returns.REASONS.items()},
            "values": {name: values.get(name, "") for name in ("reason", "words", "evidence")},
            "errors": errors,
        }
    request.state.staff = member
    return pages(request).render(request, "desk/letter.html", context, status=422 if errors else 200)


async def retry(request: Request) -> Response:
    """POST /desk/letters/{letter}/retry: a refused letter is tried once more."""
    member = await access.staff_at_door(request)
    if member.role not in (Role.handler, Role.lead):
        raise Refused("An auditor reads; a handler or a lead sends letters.")
    async with access.center(request).work(by=member.actor) as work:
        await letters.try_again(work, request.path_params["letter"])
    return access.see_other("/desk/letters")


async def came_back(request: Request) -> Response:
    """POST /desk/letters/{letter}/returned: a letter that a mail server took came back later."""
    return await _note(request, _came_back, "/desk/letters/{letter}")


async def by_post(request: Request) -> Response:
    """POST /desk/letters/{letter}/posted: the person was told by post instead."""
    return await _note(request, _by_post, "/desk/letters")


async def _note(request: Request, act: Act, then: str) -> Response:
    member = await access.staff_at_door(request)
    form, letter_id = await forms.read(request), request.path_params["letter"]
    try:
        async with access.center(request).work(by=member.actor) as work:
            await act(work, letter_id, form)
    except Invalid as invalid:
        return await _page(request, form.values(), invalid.errors)
    return access.see_other(then.format(letter=letter_id))


async def _came_back(work: Work, letter_id: UUID, form: Form) -> None:
    await returns.come_back(work, letter_id, reason=form.text("reason"), words=form.text("words"))


async def _by_post(work: Work, letter_id: UUID, form: Form) -> None:
    await returns.tell_by_post(work, letter_id, evidence=form.text("evidence"))


async def _of_a_case(work: Work, letter_id: UUID) -> Letter:
    found = await work.session.get(Letter, letter_id)
    if found is None or found.case_id is None:
        raise NotFound
    return found


def _case_id(found: Letter) -> UUID:
    if found.case_id is None:
        raise NotFound
    return found.case_id
