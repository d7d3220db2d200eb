"""Holidays: the package of that name, one country at a time.

The package reads its 250 countries as soon as one of them is asked for: a twelfth of what an idle process weighs.
"""

import sys
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec, module_from_spec

import holidays as package


def _read_one_by_one() -> None:
    """Put the package of all countries in its place without running it: each is then read when it is asked for."""
    spec = find_spec("holidays.countries")
    if spec is not None and spec.name not in sys.modules:
        sys.modules[spec.name] = module_from_spec(spec)


_read_one_by_one()


def of(country: str, subdivision: str = "", *, years: int | Iterable[int]) -> package.HolidayBase:
    """The holidays of these years. Raises NotImplementedError for an unknown country, ValueError for its part."""
    return package.country_holidays(country, subdiv=subdivision or None, years=years)


@lru_cache(maxsize=512)
def is_code(code: str) -> bool:
    """Whether the package has this country, or country and subdivision."""
    country, _, subdivision = code.partition("-")
    try:
        of(country, subdivision, years=2026)
    except (NotImplementedError, KeyError, ValueError):
        return False
    return bool(country)


@lru_cache(maxsize=512)
def subdivisions(country: str) -> frozenset[str]:
    """The second halves of ISO 3166-2 codes of one country, as far as the package has them."""
    try:
        return frozenset(of(country, years=2026).subdivisions)
    except NotImplementedError:
        return frozenset()
