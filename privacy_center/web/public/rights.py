"""Rights: what the law gives where somebody lives, how long it takes, what may be asked, where to complain."""

from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from privacy_center.casework import editions, entered
from privacy_center.casework.refusals import NotFound
from privacy_center.casework.work import REQUESTER, Work
from privacy_center.law import combining
from privacy_center.law.library import VOLUNTARY, UnknownPlace
from privacy_center.law.regimes import Regime
from privacy_center.law.rules import Rule
from privacy_center.law.terms import Needed
from privacy_center.phrases import Phrase, together
from privacy_center.web import access
from privacy_center.web.places import place_list
from privacy_center.web.public.home import pages

NEEDED = {
    Needed.always: Phrase("We have to be sure that it is you."),
    Needed.on_doubt: Phrase("We may ask who you are only where there is a reasonable doubt."),
    Needed.never: Phrase("Nobody may ask you to prove who you are."),
}


async def choose(request: Request) -> Response:
    """GET /rights: where do you live? An answer leads to the page of that place."""
    library = access.center(request).house.library
    typed = request.query_params.get("place", "")
    errors: dict[str, str] = {}
    if typed:
        try:
            return access.see_other(f"/rights/{library.parse_place(typed)}")
        except UnknownPlace:
            errors["place"] = Phrase("Choose a place from the list.")
    elif "place" in request.query_params:
        errors["place"] = Phrase("Choose where you live.")
    context = {"errors": errors, "values": {"place": typed[:20]}, **place_list(request)}
    return pages(request).render(request, "public/rights.html", context, status=422 if errors else 200)


async def at(request: Request) -> Response:
    """GET /rights/{place}"""
    async with access.center(request).reading(by=REQUESTER) as work:
        library = work.house.library
        try:
            place = library.parse_place(request.path_params["place"])
        except UnknownPlace:
            raise NotFound from None
        context = {
            "place": library.place_name(place),
            "rights": [
                right
                for workflow in library.workflows.values()
                for name in workflow.rights
                if (right := _right(work, name, place))
            ],
            "laws": [_law(law) for law in _laws(work, place)],
        }
    return pages(request).render(request, "public/rights_at.html", context)


def _laws(work: Work, place: str) -> list[Regime]:
    """Every law that gives somebody there any right, in the order met."""
    found: dict[str, Regime] = {}
    for right in sorted(work.house.library.rights()):
        found |= {law.id: law for law in editions.laws(work, right, place, work.now)}
    if len(found) > 1:
        found.pop(VOLUNTARY, None)
    return list(found.values())


def _right(work: Work, name: str, place: str) -> dict[str, Any] | None:
    """One right, or None where no law of this place gives it and it is no promise of our own there."""
    laws = editions.laws(work, name, place, work.now)
    voluntary = laws[0].id == VOLUNTARY
    if voluntary and any(law.id != VOLUNTARY for law in _laws(work, place)):
        return None
    rule = combining.regime(laws, name).rules[name]
    info = work.house.library.workflow_for(name).infos[name]
    return {
        "id": name,
        "href": _door(work, name),
        "title": info.title,
        "text": info.card,
        "law": "" if voluntary else _and(law.short for law in laws),
        "citation": "" if voluntary else rule.citation,
        "period": _period(rule, laws, name),
        "further": _further(rule),
        "needed": NEEDED[rule.verification.needed],
        "level": rule.verification.level,
        "never": rule.verification.never,
        "agent": rule.agent,
        "agent_href": _agents_door(work, name),
        "fee": rule.fee,
        "appeal": {"answer": rule.appeal.answer.said, "window": rule.appeal.window} if rule.appeal else None,
    }


def _door(work: Work, name: str) -> str:
    """Where the right is used: an opt-out on its own page, at once (D3)."""
    if work.house.library.workflow_for(name).protective:
        return "/choices"
    if name == "appeal":
        return "/requests"  # on the page of the request that it is about
    return f"/requests/new?right={name}" if name in entered.rights(work.house.library) else "/contact"


def _agents_door(work: Work, name: str) -> str:
    """Where an agent uses it for somebody; none where that is the person's own to do."""
    if work.house.library.workflow_for(name).protective:
        return "/agents"
    return f"/agents/requests?right={name}" if name in entered.rights(work.house.library) else ""


def _period(rule: Rule, laws: list[Regime], name: str) -> str:
    """How long an answer may take: the shortest of the laws that apply."""
    if rule.at_once:
        return Phrase("at once")
    known = ((law.short, law.rules[name].answer.period) for law in laws)
    periods: dict[str, str] = {law: period.said for law, period in known if period is not None}
    if len(set(periods.values())) < 2:
        return next(iter(periods.values()), Phrase("without undue delay"))
    each = [Phrase("{period} ({law})", period=period, law=law) for law, period in periods.items()]
    return Phrase("{periods}; the earlier day counts", periods=together(", ", each))


def _and(names: Iterable[str]) -> str:
    first, *others = names
    for other in others:
        first = Phrase("{first} and {other}", first=first, other=other)
    return first


def _further(rule: Rule) -> str:
    if rule.extension is None:
        return ""
    return rule.extension.period.said if rule.extension.period else Phrase("a time that we must tell you")


def _law(law: Regime) -> dict[str, Any]:
    return {
        "name": law.name,
        "voluntary": law.id == VOLUNTARY,
        "regulator": law.regulator_name,
        "url": law.regulator_url,
        "court": law.court,
        "signals": law.signals.required,
    }
