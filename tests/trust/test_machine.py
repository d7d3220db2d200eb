"""A machine that walks every kind of request with everybody at once, legally and illegally, and holds the five rules
against each of its steps.

It is hypothesis's own state machine; each walk's acts run to their end on one event loop of the machine's own.
"""

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from privacy_center import places
from privacy_center import settings as settings_module
from privacy_center.casework import alarms, cases, desk, residence, steps
from privacy_center.casework.facts import Facts, Upload
from privacy_center.casework.refusals import Invalid, LinkExpired, NotFound, Refused
from privacy_center.casework.work import CLOCK, REQUESTER, Actor
from privacy_center.center import Center
from privacy_center.law import library
from privacy_center.law.terms import Role
from privacy_center.records.database import Database
from tests import builders
from tests.conftest import Clock
from tests.trust import rules
from tests.trust.conftest import furnished
from tests.trust.rules import Told

T = TypeVar("T")
LAW = library.load(places.WORKFLOWS)
RIGHTS = sorted(LAW.rights())
STEPS = sorted({name for workflow in LAW.workflows.values() for name in workflow.steps})
PLACES = ("DE", "FR", "US-CA", "US-VA", "US-OH", "GB", "BR", "other")
REFUSALS = (Refused, Invalid, NotFound, LinkExpired)
WHO = ("requester", "fresh", "stranger", "agent", "handler", "lead", "auditor", "admin", "clock", "source")
BEGIN = datetime(2026, 11, 24, 16, 1, tzinfo=UTC)

texts = st.sampled_from(("A few words.", "", "  ", "{{7*7}}", "x" * 20_001))
contents = st.sampled_from((dict.fromkeys(LAW.contents, "As the law asks."), {}))
facts = st.builds(
    Facts,
    text=texts,
    ground=st.sampled_from((*sorted(LAW.grounds), "", "no_such_ground")),
    citation=st.sampled_from(("", "Section 147 Fiscal Code")),
    contents=contents,
    files=st.sampled_from(((), (Upload("a.csv", b"a"),))),
    found_in=st.sampled_from(("Shop accounts", "")),
    data_points=st.integers(0, 4),
    declaration=st.booleans(),
)
GOOD = Facts(
    text="A few words.",
    ground="no_data_held",
    citation="Section 147",
    found_in="Shop",
    data_points=3,
    declaration=True,
    contents=dict.fromkeys(LAW.contents, "As the law asks."),
)


class Walk(RuleBasedStateMachine):
    """One request, from its receipt through whatever comes."""

    house: "Rooms"

    def __init__(self) -> None:
        super().__init__()
        self.reference = ""
        self.told: Told | None = None

    def run(self, act: Coroutine[Any, Any, T]) -> T:
        """Run one act to its end."""
        return self.house.loop.run_until_complete(act)

    @initialize(right=st.sampled_from(RIGHTS), place=st.sampled_from(PLACES))
    def open(self, right: str, place: str) -> None:
        """A request comes in."""
        self.house.clock.now = BEGIN
        self.house.walks += 1
        email = f"ada{self.house.walks}@people.example"
        self.reference = self.run(builders.file(self.house.center, regime=place, right=right, email=email))

    @rule(name=st.sampled_from(STEPS), who=st.sampled_from(WHO), facts=facts)
    def any_step(self, name: str, who: str, facts: Facts) -> None:
        """Anybody tries anything."""
        self.run(self._try(name, who, facts))

    @rule(data=st.data(), facts=st.one_of(st.just(GOOD), facts))
    def likely_step(self, data: st.DataObject, facts: Facts) -> None:
        """Somebody takes a step that their role has here."""
        case = self.run(builders.seen(self.house.center, self.reference))
        workflow = LAW.workflow_for(case.right)
        here = [step for step in workflow.steps.values() if case.state in step.from_] or [*workflow.steps.values()]
        step = data.draw(st.sampled_from(sorted(here, key=lambda step: step.name)))
        who = data.draw(st.sampled_from(sorted(step.by)))
        self.run(self._try(step.name, "fresh" if who is Role.requester else who.value, facts))

    @rule(days=st.sampled_from((0.01, 1, 5, 20, 31, 45)))
    def time_passes(self, days: float) -> None:
        """Time passes, and acts when somebody looks (rule 5)."""
        self.house.clock.forward(days=days)
        self.run(self._catch_up())

    @rule(place=st.sampled_from((*PLACES, "nowhere")), drop=st.booleans(), who=st.sampled_from(WHO))
    def move(self, place: str, drop: bool, who: str) -> None:
        """The place is corrected."""
        self.run(self._move(place, drop, who))

    @rule(who=st.sampled_from(("handler", "lead", "auditor", "admin", "requester")))
    def look(self, who: str) -> None:
        """Somebody opens the case at the desk (rule 4)."""
        self.run(self._look(who))

    @invariant()
    def the_rules_hold(self) -> None:
        """After every step."""
        if self.reference:
            told = self.run(rules.told(self.house.center, self.reference))
            rules.hold(told, LAW, before=self.told)
            self.told = told

    async def _actor(self, who: str) -> Actor:
        case = await builders.seen(self.house.center, self.reference)
        known = {"requester": REQUESTER, "clock": CLOCK, "fresh": Actor(Role.requester, fresh_for=case.id)}
        stranger = Actor(Role.requester, fresh_for=self.house.lea.staff_id)
        return known.get(who) or {"stranger": stranger, "lead": self.house.lea}.get(who) or Actor(Role(who))

    async def _try(self, name: str, who: str, facts: Facts) -> None:
        center, actor = self.house.center, await self._actor(who)
        before = await rules.told(center, self.reference)
        try:
            async with center.work(by=actor) as work:
                case = await cases.locked(work, self.reference)
                await steps.take(work, case, name, facts)
        except REFUSALS:
            assert await rules.told(center, self.reference) == before, "a refused step has left something behind"
            return
        after = await rules.told(center, self.reference)
        rules.one_step(before, after, LAW, name=name, role=actor.role, now=center.now())

    async def _catch_up(self) -> None:
        async with self.house.center.work(by=REQUESTER) as work:
            case = await cases.locked(work, self.reference)
            await alarms.catch_up(work, case)
            assert work.by is REQUESTER

    async def _move(self, place: str, drop: bool, who: str) -> None:
        center, actor = self.house.center, await self._actor(who)
        before = await rules.told(center, self.reference)
        try:
            async with center.work(by=actor) as work:
                await residence.correct(work, await cases.locked(work, self.reference), place, drop_dates=drop)
        except REFUSALS:
            assert await rules.told(center, self.reference) == before
            return
        after = await rules.told(center, self.reference)
        assert [event.step for event in after.events[len(before.events) :]] == ["place"]
        assert drop or after.case["answer_due"] <= before.case["answer_due"], "a place made a date later"
        assert drop or after.case["target_due"] <= before.case["target_due"]

    async def _look(self, who: str) -> None:
        center, actor = self.house.center, await self._actor(who)
        before = await rules.told(center, self.reference)
        try:
            async with center.work(by=actor) as work:
                await desk.look(work, self.reference)
        except REFUSALS:
            assert who in {"admin", "requester"}
            assert await rules.told(center, self.reference) == before
            return
        after = await rules.told(center, self.reference)
        assert [(event.step, event.role) for event in after.events[len(before.events) :]] == [("look", who)]


class Rooms:
    """The house that all walks of a test share, on an event loop of its own."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.loop = asyncio.new_event_loop()
        self.clock = Clock(BEGIN)
        given = settings_module.read(environ)
        self.center = Center(given, furnished(given), Database(given.database_url), self.clock)
        self.walks = 0
        self.lea = self.loop.run_until_complete(self._furnish())

    async def _furnish(self) -> Actor:
        from privacy_center.casework import editions

        async with self.center.work(by=REQUESTER) as work:
            await editions.keep_all(work)
        return await builders.member(self.center, builders.LEA, Role.lead)

    def close(self) -> None:
        """Let go of everything."""
        self.loop.run_until_complete(self.center.close())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()


@pytest.fixture
def rooms(environ: dict[str, str]) -> Iterator[Rooms]:
    """The house of one test."""
    rooms = Rooms(environ)
    yield rooms
    rooms.close()


def test_whatever_anybody_tries_the_rules_hold(rooms: Rooms) -> None:
    machine = type("Walks", (Walk,), {"house": rooms})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            phases=[Phase.generate],  # a failing walk is short enough to read, and shrinking it takes minutes
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
