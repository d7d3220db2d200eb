"""What the page of the choices shows: each purpose with where it stands, what a press did, and where that counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.requests import Request

from privacy_center.casework import handoffs, preferences
from privacy_center.casework.ledger import Ledger
from privacy_center.casework.offers import Offered
from privacy_center.casework.preferences import Standing
from privacy_center.casework.receipts import Receipt
from privacy_center.casework.work import House
from privacy_center.installation import Bridge
from privacy_center.phrases import Phrase
from privacy_center.records.preference import Choice, Source
from privacy_center.web import access, choice_cookie, signal
from privacy_center.web.choice_cookie import Choices, Kept


@dataclass(frozen=True, slots=True)
class Mine:
    """What somebody in session has said everywhere, and who was told. Without a session the address is empty (D15)."""

    address: str = field(default="", repr=False)
    standing: Mapping[str, Standing] = field(default_factory=dict)
    told: Ledger | None = None


NOBODY = Mine()


@dataclass(frozen=True, slots=True)
class Result:
    """What one press did, and nothing else (D15). Without a receipt the records could not be reached."""

    choice: Choice
    at: datetime
    purposes: tuple[str, ...]
    addresses: tuple[str, ...] = field(default=(), repr=False)
    receipts: tuple[Receipt, ...] = field(default=(), repr=False)


WAYS = {
    Source.button: Phrase("by a press on this page"),
    Source.signal: Phrase("by your browser’s privacy signal"),
    Source.mail_link: Phrase("by the link in a mail"),
    Source.one_click: Phrase("by your mail program"),
    Source.agent: Phrase("by somebody who acts for you"),
    Source.api: Phrase("by one of our sites"),
    Source.staff: Phrase("by our staff, as you asked"),
    Source.correction: Phrase("after a correction"),
}


def context(request: Request, kept: Choices, mine: Mine, result: Result | None = None) -> dict[str, Any]:
    """All that the page needs besides what every page knows."""
    house = access.center(request).house
    cards = [_card(request, offer, kept.get(name), mine) for name, offer in house.offers.items()]
    return {
        "cards": cards,
        "all_out": all(card["state"] == Choice.out for card in cards),
        "mine": mine,
        "result": _result(house, result) if result else None,
        "reach": _reach(request, kept, mine, result),
        "zone": house.installation.controller.timezone,
        "notice_version": house.installation.notice_version,
    }


def _card(request: Request, offer: Offered, kept: Kept | None, mine: Mine) -> dict[str, Any]:
    """One purpose: its words, its law, where it stands, and whether a press can still change that."""
    lines = _lines(request, offer, kept, mine)
    nos = [line["choice"] == Choice.out for line in lines]
    house = access.center(request).house
    return {
        "id": offer.id,
        "title": offer.title,
        "words": offer.words,
        "out": offer.kind.out,
        "laws": [(house.library.regimes[law].short, cited) for law, cited in offer.laws.items()],
        "yes_first": [
            (house.library.regimes[law].short, offer.kind.consent[law])
            for law in house.installation.regimes
            if law in offer.kind.consent
        ],
        "lines": lines,
        "state": Choice.out if any(nos) else (Choice.in_ if lines else None),
        "open": not all(nos) or not lines,
        "told": signal.came(request) and bool(request.state.signal.overruled) and bool(offer.kind.signal),
    }


def _lines(request: Request, offer: Offered, kept: Kept | None, mine: Mine) -> list[dict[str, Any]]:
    """What was said for this browser and, in session, for the person; the signal says no where no yes outranks it."""
    lines = []
    heard = signal.came(request) and bool(offer.kind.signal)
    if kept is not None:
        lines.append({"where": Phrase("In this browser"), "choice": kept.choice, "at": kept.at, "way": ""})
    elif heard:
        way = Phrase("for as long as it sends its privacy signal")
        lines.append({"where": Phrase("In this browser"), "choice": Choice.out, "at": None, "way": way})
    row = mine.standing.get(offer.id)
    if row is not None and row.choice != Choice.undone:
        said = {"choice": Choice(row.choice), "at": row.at, "way": WAYS[Source(row.source)]}
        lines.append({"where": Phrase("On all your devices"), **said})
    return lines


def _result(house: House, result: Result) -> dict[str, Any]:
    return {
        "choice": result.choice,
        "at": result.at,
        "ids": result.purposes,
        "titles": [house.offers[name].title for name in result.purposes],
        "addresses": result.addresses,
        "receipts": result.receipts,
    }


def _reach(request: Request, kept: Choices, mine: Mine, result: Result | None) -> dict[str, Any]:
    """Which sites a choice reaches and by which bridge; where there is none, nothing is claimed (D6)."""
    center = access.center(request)
    known = bool(mine.address) or bool(result and result.addresses)
    shared = bool(choice_cookie.domain(center))
    refused = {name for name, said in kept.items() if said.choice is Choice.out}
    if signal.came(request):
        refused |= {name for name in preferences.covered(center.house) if name not in kept}
    carried = handoffs.links(center.house, refused, center.now())
    by: dict[str, list[str]] = {bridge.value: [] for bridge in Bridge}
    for site in center.house.installation.sites:
        reached = site.bridge is not Bridge.cookie or shared
        by[site.bridge if reached else Bridge.none].append(site.host)
    return {**by, "carried": carried, "known": known}
