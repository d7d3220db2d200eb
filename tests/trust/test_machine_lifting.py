"""The machine once more, from where a restriction stands and its lifting is announced."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tests import builders
from tests.trust.rooms import Rooms, rooms
from tests.trust.test_machine import GOOD, WAYS, Walk, walked

__all__ = ["rooms"]
LIFT = "lift_restriction"
AFTER = ("any_step", "years", "hold", "lift", *["likely_step"] * 4, *["time"] * 2, *["letter"] * 4)


class Lifting(Walk):
    """A request that was granted, through whatever comes then."""

    ways = (*WAYS, *["letter"] * 6)

    @initialize(right=st.just("restrict"), place=st.sampled_from(("DE", "GB", "US-OH")))
    def open(self, right: str, place: str) -> None:
        """Its restriction stands, and a letter says that it is to end."""
        super().open(right, place)
        self.run(self._grant())

    @rule(what=st.sampled_from(AFTER), data=st.data())
    def something(self, what: str, data: st.DataObject) -> None:
        """Mostly what leads to its end."""
        self.run(getattr(self, f"_{what}")(data))

    async def _grant(self) -> None:
        await builders.prove(self.house.center, self.reference)
        for name in ("match", "fulfil", "announce_lifting"):
            await builders.take(self.house.center, self.reference, name, GOOD, by=self.house.lea)

    async def _lift(self, data: st.DataObject) -> None:
        """A lead tries whether it can be lifted."""
        await self._try(LIFT, "lead", GOOD)


def test_a_restriction_ends_as_the_rules_say_or_not_at_all(rooms: Rooms) -> None:
    walked(rooms, Lifting, 8)
    assert LIFT in rooms.taken, "nobody got so far"
