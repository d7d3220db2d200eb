"""Every address and its room."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from privacy_center.places import STATIC
from privacy_center.web import access, forms
from privacy_center.web.api.addresses import API
from privacy_center.web.desk import (
    case,
    choices,
    deliveries,
    entry,
    letters,
    permission,
    probes,
    queue,
    recipients,
    record,
    restrictions,
    review,
)
from privacy_center.web.desk import sign_in as desk_sign_in
from privacy_center.web.protocols import well_known
from privacy_center.web.public import (
    agents,
    answer,
    appeal,
    errands,
    home,
    intake,
    receipts,
    rights,
    sign_in,
    status,
    told,
    unsubscribe,
    verification,
)
from privacy_center.web.public import choices as porch_choices

GET = ["GET"]
POST = ["POST"]
BOTH = ["GET", "POST"]


async def alive(_request: Request) -> Response:
    """GET /healthz: this process answers."""
    return JSONResponse({"status": "alive"})


async def ready(request: Request) -> Response:
    """GET /readyz: the database answers and is at this version."""
    is_ready = await access.center(request).ready()
    return JSONResponse({"status": "ready" if is_ready else "not ready"}, status_code=200 if is_ready else 503)


class Static(StaticFiles):
    """Our own style, fonts and icons, kept by browsers for a year: their address changes with their content.

    They alone are compressed: a page with something secret would tell it by its size (BREACH).
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Add the long life."""
        response = await super().get_response(path, scope)
        response.headers.setdefault("Cache-Control", "public, max-age=31536000, immutable")
        return response


PUBLIC: list[BaseRoute] = [
    Route("/", home.home, methods=GET),
    Route("/choices", porch_choices.choices, methods=BOTH),
    Route("/agents", agents.act, methods=BOTH, max_body_size=forms.PAPER),
    Route("/agents/requests", errands.ask, methods=BOTH, max_body_size=forms.PAPER),
    Route("/agents/requests/sent", errands.sent, methods=GET),
    Route("/requests/new", intake.new, methods=BOTH, max_body_size=forms.WORDY),
    Route("/requests/sent", intake.sent, methods=GET),
    Route("/verify", verification.code, methods=BOTH),
    Route("/verify/resend", verification.resend, methods=POST),
    Route("/verify/{token}", verification.link, methods=BOTH),
    Route("/not-me/{token}", verification.not_me, methods=BOTH),
    Route("/undo/{token}", verification.undo, methods=BOTH),
    Route("/sign-in", sign_in.door, methods=BOTH),
    Route("/sign-in/code", sign_in.code, methods=POST),
    Route("/sign-in/{token}", sign_in.link, methods=BOTH),
    Route("/sign-out", sign_in.out, methods=POST),
    Route("/requests", status.mine, methods=GET),
    Route("/requests/{reference}", status.status, methods=GET),
    Route("/requests/{reference}/messages", status.message, methods=POST),
    Route("/requests/{reference}/appeal", appeal.appeal, methods=POST),
    Route("/requests/{reference}/complaint", appeal.complain, methods=POST),
    Route("/requests/{reference}/confirm", status.confirm, methods=POST),
    Route("/requests/{reference}/place", status.place, methods=BOTH),
    Route("/requests/{reference}/letters/{letter:uuid}", status.letter, methods=GET),
    Route("/requests/{reference}/code", answer.send_code, methods=POST),
    Route("/requests/{reference}/package", answer.package, methods=BOTH),
    Route("/requests/{reference}/package/{file:uuid}", answer.download, methods=GET),
    Route("/requests/{reference}/withdraw", answer.withdraw, methods=BOTH),
    Route("/receipts", receipts.check, methods=BOTH),
    Route("/receipts/{receipt}", receipts.receipt, methods=GET),
    Route("/receipts/{receipt}/picture.svg", receipts.picture, methods=GET),
    Route("/receipts/{receipt}/text", receipts.save, methods=POST),
    Route("/told/{token}", told.told, methods=BOTH),
    Route("/u/{token}", unsubscribe.unsubscribe, methods=BOTH),
    Route("/rights", rights.choose, methods=GET),
    Route("/rights/{place}", rights.at, methods=GET),
    Route("/notice", home.notice, methods=GET),
    Route("/accessibility", home.accessibility, methods=GET),
    Route("/contact", home.contact, methods=GET),
]
DESK: list[BaseRoute] = [
    Route("/desk", queue.queue, methods=GET),
    Route("/desk/sign-in", desk_sign_in.door, methods=BOTH),
    Route("/desk/sign-out", desk_sign_in.out, methods=POST),
    Route("/desk/invitations/{token}", desk_sign_in.invitation, methods=BOTH),
    Route("/desk/requests/new", entry.new, methods=BOTH, max_body_size=forms.WORDY),
    Route("/desk/cases/{reference}", case.case, methods=GET),
    Route("/desk/cases/{reference}/owner", case.owner, methods=POST),
    Route("/desk/cases/{reference}/place", case.place, methods=POST),
    Route("/desk/cases/{reference}/receipt", record.move, methods=POST),
    Route("/desk/cases/{reference}/receipt-decision", record.decide, methods=POST),
    Route("/desk/cases/{reference}/legal-hold", record.hold, methods=POST),
    Route("/desk/cases/{reference}/permissions/{mandate:uuid}", permission.permission, methods=GET),
    Route("/desk/cases/{reference}/steps/{step}", case.step, methods=POST, max_body_size=forms.LARGE),
    Route("/desk/review", review.review, methods=GET),
    Route("/desk/restrictions", restrictions.restrictions, methods=GET),
    Route("/desk/choices", choices.choices, methods=BOTH),
    Route("/desk/choices/opt-out", choices.opt_out, methods=POST),
    Route("/desk/choices/doubts", choices.doubt, methods=POST),
    Route("/desk/choices/doubts/{correction:uuid}", choices.decision, methods=BOTH),
    Route("/desk/recipients", recipients.recipients, methods=GET),
    Route("/desk/recipients/{recipient}", recipients.recipient, methods=GET),
    Route("/desk/recipients/{recipient}/call", recipients.call, methods=POST),
    Route("/desk/probes", probes.probes, methods=GET),
    Route("/desk/deliveries/{delivery:uuid}/again", deliveries.again, methods=POST),
    Route("/desk/letters", letters.troubled, methods=GET),
    Route("/desk/letters/{letter:uuid}", letters.letter, methods=GET),
    Route("/desk/letters/{letter:uuid}/retry", letters.retry, methods=POST),
    Route("/desk/letters/{letter:uuid}/returned", letters.came_back, methods=POST),
    Route("/desk/letters/{letter:uuid}/posted", letters.by_post, methods=POST),
]
MACHINES: list[BaseRoute] = [
    Route("/healthz", alive, methods=GET),
    Route("/readyz", ready, methods=GET),
    API,
    Route("/.well-known/gpc.json", well_known.gpc, methods=GET),
    Route("/.well-known/privacy-center-keys.json", well_known.keys, methods=GET),
    Mount("/static", GZipMiddleware(Static(directory=STATIC, check_dir=False)), name="static"),
]
ROUTES = [*MACHINES, *PUBLIC, *DESK]
"""Machines first: they call most often, and addresses are tried in this order."""
