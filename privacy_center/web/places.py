"""Places: where somebody may live, for the field that asks."""

from starlette.requests import Request

from privacy_center.web import access


def place_list(request: Request) -> dict[str, list[dict[str, str]]]:
    """The places to choose from, those of most people first."""
    house = access.center(request).house
    library, first = house.library, house.installation.places_first
    return {
        "places": [{"code": code, "name": name} for code, name in library.places().items() if code != "other"],
        "places_first": [{"code": code, "name": library.place_name(code)} for code in first],
    }
