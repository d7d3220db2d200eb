"""How fast the law is: the library from its files, and clocks a second with and without their reasons."""

import time
from datetime import UTC, datetime, timedelta

from privacy_center import places
from privacy_center.law import library, reckoning
from privacy_center.law.library import Controller, Library
from privacy_center.law.starts import History

SECONDS = 3.0
"""How long each way is measured."""

LOADS = 5


def main() -> None:
    """Print three figures, on one core."""
    law = library.load(places.WORKFLOWS)
    rules = [(regime, rule) for regime in law.regimes.values() for rule in regime.rules.values()]
    print(f"law: {len(law.regimes)} regimes, {len(rules)} rules, {len(law.workflows)} workflows")
    print(f"  library loads in     {1000 * min(_load() for _ in range(LOADS)):>8.0f} ms (the best of {LOADS})")
    _clocks(law, told=False, seconds=0.5)  # warms the calendars
    print(f"  clocks a second      {_clocks(law, told=False, seconds=SECONDS):>8,.0f}")
    print(f"  with their reasons   {_clocks(law, told=True, seconds=SECONDS):>8,.0f}")


def _load() -> float:
    begin = time.perf_counter()
    library.load(places.WORKFLOWS)
    return time.perf_counter() - begin


def _clocks(law: Library, *, told: bool, seconds: float) -> float:
    """Every rule in turn, received on another day each time."""
    controller = Controller("IE", "Europe/Dublin")
    asked = [
        (regime, rule, law.choices(regime, rule.right, controller))
        for regime in law.regimes.values()
        for rule in regime.rules.values()
    ]
    received, history, count = datetime(2026, 11, 25, 12, tzinfo=UTC), History(), 0
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        for regime, rule, choices in asked:
            reckoning.compute(
                regime,
                rule,
                received_at=received + timedelta(days=count % 365),
                history=history,
                choices=choices,
                calendars=law.calendars,
                told=told,
            )
            count += 1
    return count / (time.perf_counter() - begin)
