"""No kind of request has a dead end: wherever a case can get to, staff or time alone can end it (rule 3)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from privacy_center import places
from privacy_center.law import library
from privacy_center.law.terms import Disposition, Phase, Role
from privacy_center.law.workflows import Step, Workflow

LAW = library.load(places.WORKFLOWS)
OURS = frozenset({Role.handler, Role.lead, Role.clock})


@dataclass(frozen=True)
class Spot:
    """Where a case stands, as far as the guards that can shut every way out look at it."""

    state: str
    mailbox: bool
    proved: bool = False
    held: bool = False
    ended: str = ""


def may(spot: Spot, step: Step) -> bool:
    """Whether a step can be taken from here; a guard that is not named here can be met by somebody."""
    known = {
        "mailbox_proved": spot.proved,
        "never_proved": not spot.proved,
        "no_mailbox": not spot.mailbox,
        "not_held": not spot.held,
        "disputed": spot.held,
        "proved_or_held": spot.proved or spot.held,
        "lapsed": spot.ended == "lapsed" and not spot.proved,
        "withdrawn": spot.ended == Disposition.withdrawn,
        "granted_later": spot.ended not in ("", Disposition.withdrawn),
    }
    return spot.state in step.from_ and all(known.get(name, True) for name in step.needs)


def after(spot: Spot, step: Step) -> Spot:
    """Where it stands then."""
    does, ended = set(step.does), spot.ended
    if step.closes is not None:
        ended = "lapsed" if "deny_unverified" in does else step.closes.value
    return replace(
        spot,
        state=step.target(spot.state),
        proved=spot.proved or "prove_mailbox" in does,
        held=(spot.held or "hold" in does) and "release_hold" not in does,
        ended="" if "reopen" in does else ended,
    )


def reached(workflow: Workflow, begin: Spot, by: frozenset[Role]) -> set[Spot]:
    """Every spot to which these roles can bring a case."""
    found, left = {begin}, [begin]
    while left:
        spot = left.pop()
        steps = workflow.open_to(spot.state, by)
        new = {after(spot, step) for step in steps if may(spot, step)} - found
        found |= new
        left += new
    return found


def dead_ends(workflow: Workflow) -> Iterator[Spot]:
    """Open spots that staff and time cannot end."""
    for mailbox in (True, False):
        for spot in reached(workflow, Spot(workflow.begins, mailbox), frozenset(Role)):
            ours = reached(workflow, spot, OURS)
            if not any(workflow.states[each.state].phase is Phase.closed for each in ours):
                yield spot


@pytest.mark.parametrize("name", sorted(LAW.workflows))
def test_staff_or_time_can_end_a_case_wherever_it_gets_to(name: str) -> None:
    assert not list(dead_ends(LAW.workflows[name]))


@pytest.mark.parametrize("name", sorted(LAW.workflows))
def test_a_granted_second_look_changes_something(name: str) -> None:
    workflow = LAW.workflows[name]
    again = workflow.step("reconsider")
    assert workflow.states[again.target("closed")].phase is Phase.working


def test_a_way_back_without_proof_is_found() -> None:
    access = LAW.workflows["access"]
    unguarded = replace(access.step("reconsider"), needs=("granted_later",))
    found = list(dead_ends(replace(access, steps={**access.steps, "reconsider": unguarded})))
    assert Spot("reviewing", mailbox=True) in found
