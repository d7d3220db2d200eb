"""Deliveries at the desk: one that did not get through is sent once more."""

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import mending
from privacy_center.web import access


async def again(request: Request) -> Response:
    """POST /desk/deliveries/{delivery}/again: under the same id, so that who has it already knows it again."""
    member = await access.staff_at_door(request)
    async with access.center(request).work(by=member.actor) as work:
        name = await mending.send_again(work, request.path_params["delivery"])
    return access.see_other(f"/desk/recipients/{name}")
