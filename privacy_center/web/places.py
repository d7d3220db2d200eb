"""Places: where somebody may live, for the field that asks."""

import unicodedata

from starlette.requests import Request

from privacy_center.web import access, speech


def place_list(request: Request) -> dict[str, list[dict[str, str]]]:
    """The places to choose from, those of most people first."""
    house = access.center(request).house
    library, first = house.library, house.installation.places_first
    say = speech.catalogue(request).say
    known = [{"code": code, "name": say(name)} for code, name in library.places().items() if code != "other"]
    return {
        "places": sorted(known, key=lambda place: _plain(place["name"])),
        "places_first": [{"code": code, "name": library.place_name(code)} for code in first],
    }


def _plain(name: str) -> str:
    """A name as it is looked up: an accent changes no order."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
