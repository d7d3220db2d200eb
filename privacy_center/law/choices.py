"""Choices: one way to read the law where the law leaves it open."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from privacy_center.law.terms import Count


@dataclass(frozen=True, slots=True)
class Choices:
    """One reading of the law; the defaults are the careful ones.

    `country` fills in calendars of "the member state"; `calendar` replaces every list of holidays. `zones` are other
    zones whose day may count, which only make our aim earlier. `cutoff` is an hour: what comes later counts for the
    next day. `aim` is a number of business days that we hold ourselves to where the law gives more.
    """

    country: str = ""
    calendar: str | None = None
    timezone: str | None = None
    zones: tuple[str, ...] = ()
    rolls: bool = True
    statutory_roll: bool = False
    day_one: bool = False
    stepwise: bool = False
    guidance_tolls: bool = False
    count: Count | None = None
    cutoff: int = 24
    aim: int = 0
    rolled_notice: bool = False

    def kept(self) -> dict[str, Any]:
        """What differs from the careful reading, as a case keeps it."""
        chosen = {item.name: getattr(self, item.name) for item in fields(self)}
        return {name: value for name, value in chosen.items() if value != getattr(CAREFUL, name)}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Choices":
        """The reading that a case kept. Raises ValueError for a word that is none of ours."""
        if unknown := set(kept) - {item.name for item in fields(cls)}:
            raise ValueError(f"no choice is called {', '.join(sorted(unknown))}")
        values = {**kept, "zones": tuple(kept.get("zones", ()))}
        return cls(**values | ({"count": Count(kept["count"])} if kept.get("count") else {}))


CAREFUL = Choices()

PROFILES: dict[str, Choices] = {
    "default": CAREFUL,
    "no_roll": Choices(rolls=False),
    "statutory_roll": Choices(statutory_roll=True),
    "day_one_included": Choices(day_one=True),
    "stepwise_extension": Choices(stepwise=True),
    "edpb_suspension": Choices(guidance_tolls=True),
    "statute_inclusive": Choices(count=Count.inclusive),
}
"""Named readings, so that two people can talk about the same one."""
