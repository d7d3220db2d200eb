"""Appeals and complaints: what the forms on the page of a request send."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import alarms, appeals, budget
from privacy_center.casework.refusals import Invalid
from privacy_center.casework.work import REQUESTER, Work
from privacy_center.records.case import Case
from privacy_center.web import access, forms
from privacy_center.web.public import status

Act = Callable[[Work, Case, str], Awaitable[Case]]


async def appeal(request: Request) -> Response:
    """POST /requests/{reference}/appeal: somebody who had no part in the decision decides anew."""
    return await _ask(request, "appeal_words", appeals.appeal)


async def complain(request: Request) -> Response:
    """POST /requests/{reference}/complaint: where a law gives a complaint to us."""
    return await _ask(request, "complaint_words", appeals.complain)


async def _ask(request: Request, field: str, act: Act) -> Response:
    form = await forms.read(request)
    words = form.text(field)
    try:
        async with access.center(request).work(by=REQUESTER) as work:
            await budget.check_network(work, access.address(request))
            _, case = await access.own_case(work, request, lock=True)
            await alarms.catch_up(work, case)
            opened = await act(work, case, words)
    except Invalid as invalid:
        errors = {field: invalid.errors.get("note") or str(invalid)}
        return await status.page(request, {"text": "", field: words}, errors)
    return access.see_other(f"/requests/{opened.reference}")
