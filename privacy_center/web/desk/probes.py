"""Probes at the desk: which ways of saying no were proved, which fail, and what was found of whom (L5, L7)."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import mending, probing, proofs, telling, verdicts
from privacy_center.casework.work import Work
from privacy_center.records.probe import Finding, Probe, What
from privacy_center.web import access
from privacy_center.web.desk.sign_in import pages


async def probes(request: Request) -> Response:
    """GET /desk/probes. It is about nobody, so that it needs no trace."""
    member = await access.staff_at_door(request)
    async with access.center(request).reading(by=member.actor) as work:
        mending.check_reader(work)
        context = {
            "is_on": probing.is_on(work.house),
            "plan": work.house.installation.probes,
            "proofs": await proofs.standing(work),
            "recipients": [_recipient(work, each) for each in await proofs.details(work, What.recipient)],
            "site_pages": _pages(work, await proofs.details(work, What.page)),
            "history": [await _probe(work, probe, end) for probe, end in await proofs.history(work)],
            "most": proofs.HISTORY,
        }
    request.state.staff = member
    return pages(request).render(request, "desk/probes.html", context)


def _recipient(work: Work, found: Finding) -> dict[str, Any]:
    each = telling.recipient(work.house, found.subject)
    said = "confirmed" if found.confirmed else "told" if found.told else "not told"
    return {
        "id": found.subject,
        "name": each.name if each is not None else found.subject,
        "at": found.at,
        "outcome": found.outcome,
        "said": said,
        "words": found.words,
    }


def _pages(work: Work, found: Sequence[Finding]) -> list[Finding]:
    """Of the pages that the installation still names."""
    named = {page for site in work.house.installation.sites for page in site.pages}
    return sorted((each for each in found if each.subject in named), key=lambda each: each.subject)


async def _probe(work: Work, probe: Probe, end: Finding | None) -> dict[str, Any]:
    late = await proofs.overdue(work, probe) if end is None else None
    return {
        "at": probe.committed_at,
        "title": verdicts.title(probe.path, probe.subject),
        "outcome": end.outcome if end is not None else late[0] if late is not None else "waiting",
        "words": end.words if end is not None else late[1].words if late is not None else "",
        "event": probe.event,
    }
