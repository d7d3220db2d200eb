"""Purposes: which law a choice falls under, and where nothing may begin before a yes."""

from privacy_center.casework.offers import Offered
from privacy_center.casework.work import House, Work
from privacy_center.law.library import VOLUNTARY

ANY = "any"
"""In place of a law: we do not know where the person lives and never ask (D20), so every law of this house counts."""


def consent_needed(house: House, offer: Offered, place: str) -> str:
    """Why nothing may begin before a yes, as a citation; empty where it may.

    Where the place is not known, every law of this house that asks for a yes does (D20, D29).
    """
    if not place:
        asking = [name for name in house.installation.regimes if name in offer.kind.consent]
    else:
        asking = [name for name in _regimes_at(house, place) if name in offer.kind.consent]
    return offer.kind.consent[asking[0]] if asking else ""


def _regimes_at(house: House, place: str) -> list[str]:
    """The laws of this house that protect somebody in this place: the place's, its country's, the establishment's."""
    country, here = place.partition("-")[0], house.installation.controller.country
    found = []
    for name in house.installation.regimes:
        law = house.library.regimes[name]
        if place in law.places or country in law.places or (law.establishment and here in law.places):
            found.append(name)
    return found


def regime(work: Work, offer: Offered, place: str) -> str:
    """The law under which a choice is kept: the place's where it is known."""
    if not place:
        return ANY
    kind, controller = offer.kind, work.house.controller
    laws = [work.house.library.laws(place, right, work.today, controller)[0].id for right in kind.rights]
    return next((name for name in laws if name != VOLUNTARY), VOLUNTARY)
