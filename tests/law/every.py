"""Every law and every rule of the library, for tests that hold for all of them."""

from privacy_center.law.library import VOLUNTARY, Library
from privacy_center.law.regimes import Regime
from privacy_center.law.rules import Rule


def laws(library: Library) -> list[Regime]:
    """Every regime but our own promise."""
    return [regime for regime in library.regimes.values() if regime.id != VOLUNTARY]


def pairs(library: Library) -> list[tuple[Regime, Rule]]:
    """Every law with each of its rules."""
    return [(regime, rule) for regime in laws(library) for rule in regime.rules.values()]
