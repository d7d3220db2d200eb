"""What an agent showed, at the desk: for whom, what it made, and the permission, each look with a trace."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import agents, mandates, packages, permissions, vault
from privacy_center.casework.work import Work
from privacy_center.records.case import Case
from privacy_center.records.people import Identifier
from privacy_center.web import access
from privacy_center.web.desk.sign_in import pages

REQUESTER = {"email": "Mailbox of the agent"}


async def permission(request: Request) -> Response:
    """GET /desk/cases/{reference}/permissions/{mandate}: a file is saved and never shown; words stand on a page."""
    member, reference = await access.staff_at_door(request), request.path_params["reference"]
    async with access.center(request).work(by=member.actor) as work:
        found, shown = await permissions.look(work, reference, request.path_params["mandate"])
    if shown.file is not None:
        headers = {"Content-Disposition": packages.disposition(shown.file.name)}
        return Response(shown.file.content, media_type="application/octet-stream", headers=headers)
    request.state.staff = member
    context = {"reference": reference, "shown": shown, "errand": found.press is None}
    return pages(request).render(request, "desk/permission.html", context)


async def made(work: Work, found: Case) -> list[dict[str, Any]]:
    """What agents made in a case: nothing of the permission itself, which has to be opened."""
    return [
        {
            "href": f"/desk/cases/{found.reference}/permissions/{each.id}",
            "at": each.at,
            "agent": each.agent,
            "kind": each.kind,
            "kind_title": agents.KINDS[each.kind],
            "value": each.value,
            "press": each.press,
            "titles": mandates.in_words(work, each.purposes),
            "file": each.file,
        }
        for each in await mandates.of_case(work, found)
    ]


def kind_title(found: Case, row: Identifier) -> str:
    """What an identifier is called on the page of its case."""
    if row.kind == vault.AGENT:
        return "Mailbox of the agent"
    if found.channel != mandates.CHANNEL:
        return row.kind
    if row.kind.startswith(vault.FOR):
        return f"{agents.KINDS[row.kind.removeprefix(vault.FOR)]} of the person"
    return REQUESTER.get(row.kind, row.kind)
