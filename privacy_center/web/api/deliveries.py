"""Deliveries: what a recipient says of what it was told.

It shows the delivery's own token or signs with its webhook secret. No list of calls is kept: whatever is
sent again finds the same thing standing and changes nothing (S19).
"""

import hmac
from collections.abc import Iterable
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from privacy_center.casework import announcements, outcomes, telling
from privacy_center.casework.work import REQUESTER, Work
from privacy_center.mailroom import webhooks
from privacy_center.mailroom.webhooks import Became
from privacy_center.records.telling import Answer, Delivery, Telling
from privacy_center.web.access import center
from privacy_center.web.api import access
from privacy_center.web.api.problems import TITLES, Problem, invalid
from privacy_center.web.api.schemas import Callback

MEANS = {
    Became.accepted: Answer.told,
    Became.done: Answer.confirmed,
    Became.nothing_held: Answer.no_data,
    Became.refused: Answer.refused,
}


async def answered(request: Request) -> Response:
    """POST /api/v1/deliveries/{delivery}: late or again, the answer is 200 with what stands."""
    shown, signed = _token(request), "webhook-signature" in request.headers
    if not shown and not signed:
        raise Problem(401, "Send the token of the delivery, or sign the call.", headers=access.CHALLENGE)
    body = await access.raw(request)
    sent = access.parsed(request, body, Callback)
    async with center(request).work(by=REQUESTER) as work:
        delivery = await _opened(work, request, shown, body)
        await _note(work, delivery, access.sound(sent))
        rows = await outcomes.tellings(work, delivery)
    return JSONResponse({"delivery": str(delivery.id), "changes": [_stands(row) for row in rows]})


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _opened(work: Work, request: Request, shown: str, body: bytes) -> Delivery:
    """The delivery, for whoever may answer for it; to all others there is none. Raises Problem."""
    try:
        name = UUID(request.path_params["delivery"])
    except ValueError:
        raise _nothing() from None
    token = announcements.token(work.house, name)
    if shown and not hmac.compare_digest(token.encode(), shown.encode()):
        raise _nothing()
    delivery = await outcomes.locked(work, name)
    if delivery is None or not (shown or _is_signed(work, request, delivery, body)):
        raise _nothing()
    return delivery


def _nothing() -> Problem:
    return Problem(404, f"{TITLES[404]}.")


def _is_signed(work: Work, request: Request, delivery: Delivery, body: bytes) -> bool:
    """Whether the delivery's own recipient signed this very call, now (Standard Webhooks)."""
    each = telling.recipient(work.house, delivery.recipient)
    if each is None:
        return False
    try:
        webhooks.verify(request.headers, body, announcements.secrets(work.house, each), work.now)
    except webhooks.Forged:
        return False
    return True


async def _note(work: Work, delivery: Delivery, sent: Callback) -> None:
    if sent.status is not None:
        await _said(work, delivery, sent.status, None)
        return
    ours = {row.id for row in await outcomes.tellings(work, delivery)}
    for number, change in enumerate(sent.changes or ()):
        if change.id not in ours:
            raise invalid(f"/changes/{number}/id", "This delivery has no such change.")
        await _said(work, delivery, change.status, [change.id])


async def _said(work: Work, delivery: Delivery, word: str, ids: Iterable[UUID] | None) -> None:
    became, why = webhooks.STATUSES[word]
    await outcomes.note_answer(work, delivery, MEANS[became], ids, why=why)


def _stands(row: Telling) -> dict[str, str]:
    return {"id": str(row.id), "status": row.answer}
