"""A machine that walks every kind of request with everybody at once, legally and illegally, and holds the five rules
against each of its steps.

It is hypothesis's own state machine; each walk's acts run to their end on one event loop of the machine's own.
"""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from privacy_center import places
from privacy_center.casework import alarms, cases, desk, letters, mailed, receipt, residence, retention, returns, steps
from privacy_center.casework.facts import Facts, Upload
from privacy_center.casework.refusals import Invalid, LinkExpired, NotFound, Refused
from privacy_center.casework.work import CLOCK, REQUESTER, Actor, Work
from privacy_center.law import library
from privacy_center.law.terms import Role
from privacy_center.records.case import Case
from privacy_center.records.letter import Delivery
from tests import builders
from tests.trust import rules
from tests.trust.rooms import BEGIN, Rooms, rooms
from tests.trust.rules import Told

__all__ = ["rooms"]
T = TypeVar("T")
Act = Callable[[Work, Case], Awaitable[object]]
LAW = library.load(places.WORKFLOWS)
RIGHTS = sorted(LAW.rights())
STEPS = sorted({name for workflow in LAW.workflows.values() for name in workflow.steps})
PLACES = ("DE", "FR", "US-CA", "US-VA", "US-OH", "GB", "BR", "other")
REFUSALS = (Refused, Invalid, NotFound, LinkExpired)
WHO = ("requester", "fresh", "stranger", "agent", "handler", "lead", "auditor", "admin", "clock", "source")
LEADS = ("lead", "second lead")
DESK = ("look", *["place"] * 2, *["receipt"] * 3, *["decision"] * 2, *["hold"] * 2, *["years"] * 2)
WAYS = ("letter_returned", "told_by_post", "told_by_post")
ACTS = ("any_step", *["likely_step"] * 7, *["time"] * 2, *["letter"] * 2, *DESK)

texts = st.sampled_from(("A few words.", "", "  ", "{{7*7}}", "x" * 20_001))
likely_texts = st.one_of(st.just("A few words."), st.just("A few words."), texts)
likely_staff = st.sampled_from((*LEADS, *LEADS, *LEADS, "handler", "handler", *WHO))
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

    house: Rooms
    ways: tuple[str, ...] = (*WAYS, "letter")

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

    @rule(what=st.sampled_from(ACTS), data=st.data())
    def something(self, what: str, data: st.DataObject) -> None:
        """Somebody does something. One rule for all, for hypothesis leaves rules out of a walk as it pleases."""
        self.run(getattr(self, f"_{what}")(data))

    @invariant()
    def the_rules_hold(self) -> None:
        """After every step."""
        if self.reference:
            told = self.run(rules.told(self.house.center, self.reference))
            rules.hold(told, LAW, before=self.told)
            self.told = told

    async def _actor(self, who: str) -> Actor:
        case = await builders.seen(self.house.center, self.reference)
        known = {
            "requester": REQUESTER,
            "clock": CLOCK,
            "fresh": Actor(Role.requester, fresh_for=case.id),
            "stranger": Actor(Role.requester, fresh_for=self.house.lea.staff_id),
            "lead": self.house.lea,
            "second lead": self.house.lou,
        }
        return known.get(who) or Actor(Role(who))

    async def _attempt(self, who: str, act: Act) -> tuple[Told, Told | None]:
        """One act: what was told before it and after it, or None where it was refused and so has left nothing."""
        center, actor = self.house.center, await self._actor(who)
        before = await rules.told(center, self.reference)
        try:
            async with center.work(by=actor) as work:
                await act(work, await cases.locked(work, self.reference))
        except REFUSALS:
            assert await rules.told(center, self.reference) == before, "a refused act has left something behind"
            return before, None
        return before, await rules.told(center, self.reference)

    async def _try(self, name: str, who: str, facts: Facts) -> None:
        before, after = await self._attempt(who, lambda work, case: steps.take(work, case, name, facts))
        if after is not None:
            self.house.taken.append(name)
            role, now = (await self._actor(who)).role, self.house.center.now()
            rules.one_step(before, after, LAW, name=name, role=role, now=now)

    async def _any_step(self, data: st.DataObject) -> None:
        """Anybody tries anything."""
        await self._try(data.draw(st.sampled_from(STEPS)), data.draw(st.sampled_from(WHO)), data.draw(facts))

    async def _likely_step(self, data: st.DataObject) -> None:
        """Somebody takes a step that their role has here."""
        case = await builders.seen(self.house.center, self.reference)
        workflow = LAW.workflow_for(case.right)
        here = [step for step in workflow.steps.values() if case.state in step.from_] or [*workflow.steps.values()]
        step = data.draw(st.sampled_from(sorted(here, key=lambda step: step.name)))
        who = data.draw(st.sampled_from(sorted(step.by)))
        given = data.draw(st.one_of(st.just(GOOD), facts))
        await self._try(step.name, "fresh" if who is Role.requester else who.value, given)

    async def _time(self, data: st.DataObject) -> None:
        """Time passes, and acts when somebody looks (rule 5)."""
        self.house.clock.forward(days=data.draw(st.sampled_from((0.01, 1, 5, 20, 31, 45))))
        async with self.house.center.work(by=REQUESTER) as work:
            case = await cases.locked(work, self.reference)
            await alarms.catch_up(work, case)
            assert work.by is REQUESTER

    async def _look(self, data: st.DataObject) -> None:
        """Somebody opens the case at the desk (rule 4)."""
        who = data.draw(likely_staff)
        before, after = await self._attempt(who, lambda work, case: desk.look(work, case.reference))
        if after is None:
            assert who not in {"handler", "auditor", *LEADS}
            return
        role = (await self._actor(who)).role
        assert [(event.step, event.role) for event in after.events[len(before.events) :]] == [("look", role)]

    async def _place(self, data: st.DataObject) -> None:
        """The place is corrected."""
        who, place, drop = data.draw(st.tuples(likely_staff, st.sampled_from((*PLACES, "nowhere")), st.booleans()))
        before, after = await self._attempt(who, lambda w, case: residence.correct(w, case, place, drop_dates=drop))
        if after is not None:
            assert rules.new_steps(before, after) == ["place"]
            assert drop or rules.no_later(before, after), "a place made a date later"

    async def _receipt(self, data: st.DataObject) -> None:
        """The receipt is moved: earlier than it is, later, or back to when the case was opened."""
        at = (await builders.seen(self.house.center, self.reference)).received_at
        to = data.draw(st.sampled_from((BEGIN, *(at + timedelta(hours=hours) for hours in (-2000, -30, 12)))))
        who, words = data.draw(st.tuples(likely_staff, likely_texts))
        before, after = await self._attempt(who, lambda w, case: receipt.move(w, case, to, reason=words, evidence="A"))
        if after is not None:
            assert who in {"handler", *LEADS}
            assert rules.no_later(before, after), "one person alone made a date later"
            assert rules.new_steps(before, after) == (["receipt"] if to < at else ["receipt_proposed"])

    async def _decision(self, data: st.DataObject) -> None:
        """A later receipt is agreed to, or not."""
        who, words, confirms = data.draw(st.tuples(likely_staff, likely_texts, st.booleans()))
        decide = receipt.confirm if confirms else receipt.refuse
        before, after = await self._attempt(who, lambda work, case: decide(work, case, words=words))
        if after is not None:
            assert who in LEADS
            assert rules.new_steps(before, after) == (["receipt"] if confirms else ["receipt_refused"])
            told = len(after.parts["Letter"]) - len(before.parts["Letter"])
            assert told == (1 if confirms and before.mailbox["proved_at"] else 0), "the person is told of a later date"

    async def _hold(self, data: st.DataObject) -> None:
        """A legal hold is put or lifted."""
        who, words, lifts = data.draw(st.tuples(likely_staff, likely_texts, st.booleans()))
        act = retention.lift if lifts else retention.hold
        before, after = await self._attempt(who, lambda work, case: act(work, case, words))
        if after is not None:
            assert who in LEADS
            assert rules.new_steps(before, after) == ["legal_hold_lifted" if lifts else "legal_hold"]

    async def _letter(self, data: st.DataObject) -> None:
        """The newest letter is taken by the mail server, or comes back, or goes by post (D24)."""
        what, who, words = data.draw(st.tuples(st.sampled_from(self.ways), likely_staff, likely_texts))

        async def act(work: Work, case: Case) -> None:
            newest = next(iter(await letters.of_case(work, case)), None)
            if newest is None or (what == "letter" and newest.delivery != Delivery.queued):
                raise NotFound
            if what == "letter":
                await mailed.note_accepted(work, newest)
            elif what == "letter_returned":
                await returns.come_back(work, newest.id, reason="full", words=words)
            else:
                await returns.tell_by_post(work, newest.id, evidence=words)

        before, after = await self._attempt("clock" if what == "letter" else who, act)
        if after is not None:
            assert what == "letter" or who in {"handler", *LEADS}
            assert set(rules.new_steps(before, after)) - {"remind"} == {what}

    async def _years(self, data: st.DataObject) -> None:
        """What is closed is forgotten in the end, by the worker."""
        if (await builders.seen(self.house.center, self.reference)).closed_at is None:
            return
        self.house.clock.forward(days=data.draw(st.sampled_from((0, 100, 750))))
        async with self.house.center.work(by=CLOCK) as work:
            await retention.set_dates(work)
        before, after = await self._attempt("clock", retention.forget)
        if after is not None and (found := rules.new_steps(before, after)):
            assert found == ["forget"]
            rules.may_be_forgotten(before, now=self.house.center.now())


def walked(rooms: Rooms, walk: type[Walk], examples: int) -> None:
    """So many walks of one kind."""
    run_state_machine_as_test(
        type("Walks", (walk,), {"house": rooms}),
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            phases=[Phase.generate],  # a failing walk is short enough to read, and shrinking it takes minutes
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_anybody_tries_the_rules_hold(rooms: Rooms) -> None:
    walked(rooms, Walk, 16)
