"""Who may do what: every role, state and step of every workflow, as a table that a change of law appears in.

After a change that is meant: `python -m tests.workflows.test_permissions`.
"""

from collections.abc import Iterable
from pathlib import Path

import pytest

from privacy_center import places
from privacy_center.casework.work import Actor
from privacy_center.law import library
from privacy_center.law.terms import Disposition, Phase, Role, Waits
from privacy_center.law.workflows import Workflow

LAW = library.load(places.WORKFLOWS)
APPROVED = Path(__file__).parent / "permissions"
NAMES = sorted(LAW.workflows)
PROTECTIVE = sorted(name for name, workflow in LAW.workflows.items() if workflow.protective)
OTHERS = sorted(set(NAMES) - set(PROTECTIVE))
GRANTING = {Disposition.fulfilled, Disposition.partly_fulfilled}


def matrix(workflow: Workflow) -> str:
    """One row a state, one column a role: the steps that are open there, guards aside."""
    rows = [("State", *(role.value for role in Role)), ("---",) * (len(Role) + 1), *_rows(workflow)]
    return f"# {workflow.title}\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def _rows(workflow: Workflow) -> Iterable[tuple[str, ...]]:
    for state in workflow.states:
        cells = (workflow.open_to(state, Actor(role).roles) for role in Role)
        yield (state, *(", ".join(step.name for step in steps) or "-" for steps in cells))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_as_approved(name: str) -> None:
    assert matrix(LAW.workflows[name]) == (APPROVED / f"{name}.md").read_text(encoding="utf-8")


def test_nothing_is_approved_that_is_gone() -> None:
    assert {path.stem for path in APPROVED.glob("*.md")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_who_only_reads_or_keeps_people_takes_no_step(name: str) -> None:
    for step in LAW.workflows[name].steps.values():
        assert not step.by & {Role.auditor, Role.admin, Role.source}


@pytest.mark.parametrize("name", NAMES)
def test_a_lead_may_do_all_that_a_handler_may(name: str) -> None:
    workflow = LAW.workflows[name]
    for state in workflow.states:
        mine = set(workflow.open_to(state, Actor(Role.handler).roles))
        assert mine <= set(workflow.open_to(state, Actor(Role.lead).roles))


@pytest.mark.parametrize("name", NAMES)
def test_only_a_lead_refuses_and_time_only_what_was_never_verified(name: str) -> None:
    for step in LAW.workflows[name].steps.values():
        if step.closes is Disposition.denied:
            assert step.by == {Role.lead} or (step.by == {Role.clock} and "never_proved" in step.needs)


@pytest.mark.parametrize("name", NAMES)
def test_nobody_but_staff_grants_and_nobody_but_the_requester_withdraws(name: str) -> None:
    for step in LAW.workflows[name].steps.values():
        if step.closes in GRANTING:
            assert step.by <= {Role.handler, Role.lead}
        if step.closes is Disposition.withdrawn:
            assert step.by == {Role.requester}
            assert "freshly_proved" in step.needs


@pytest.mark.parametrize("name", NAMES)
def test_every_ending_has_its_letter(name: str) -> None:
    workflow = LAW.workflows[name]
    rests = {name for name, state in workflow.states.items() if state.phase is Phase.closed}
    ends = [step for step in workflow.steps.values() if step.to in rests]
    assert ends
    assert all(step.mails for step in ends)
    assert all(bool(step.closes) == bool(step.from_ - rests) for step in ends), "what rests already ends once"


@pytest.mark.parametrize("name", OTHERS)
def test_whatever_discloses_or_changes_needs_a_proved_mailbox_that_was_on_file(name: str) -> None:
    workflow = LAW.workflows[name]
    wanted = {"mailbox_proved", "not_held"} | ({"matched"} if workflow.discloses else set())
    granting = [step for step in workflow.steps.values() if step.closes in GRANTING]
    assert len(granting) == 2
    assert all(wanted <= set(step.needs) for step in granting)
    assert ("match" in workflow.steps) is workflow.discloses


def test_only_appeals_and_complaints_open_nothing_that_is_held() -> None:
    assert {name for name in OTHERS if not LAW.workflows[name].discloses} == {"appeal", "complaint"}


def test_what_protects_is_what_says_no() -> None:
    assert PROTECTIVE == ["opt_out"]
    others = {right for name in OTHERS for right in LAW.workflows[name].rights}
    assert not [right for right in others if right.startswith("optout_")]
    assert set(LAW.workflows["opt_out"].rights) >= {
        "limit_sensitive",
        "adm_optout",
        "object_direct_marketing",
        "withdraw_consent",
    }


@pytest.mark.parametrize("name", PROTECTIVE)
def test_what_protects_never_asks_who_somebody_is(name: str) -> None:
    workflow = LAW.workflows[name]
    letters = {kind for step in workflow.steps.values() for kind in step.mails} | set(workflow.opens)
    needed = {guard for step in workflow.steps.values() for guard in step.needs}
    asked = {field for step in workflow.steps.values() for field in step.asks}
    assert workflow.states[workflow.begins].phase is Phase.working
    assert all(state.waits_for is not Waits.identity for state in workflow.states.values())
    assert not needed & {"mailbox_proved", "matched", "freshly_proved", "never_proved", "enough_points", "not_held"}
    assert not asked & {"found_in", "data_points", "declaration", "files"}
    assert not letters & {"acknowledgement", "verified", "verification_again", "unverified"}


@pytest.mark.parametrize("name", PROTECTIVE)
def test_nothing_but_a_belief_in_fraud_stops_what_protects(name: str) -> None:
    steps = LAW.workflows[name].steps
    assert not set(steps) & {"withdraw", "dispute", "lapse", "deny", "extend", "verify"}
    refusing = [step for step in steps.values() if step.closes not in {None, Disposition.fulfilled}]
    assert [step.name for step in refusing] == ["refuse"]
    assert refusing[0].by == {Role.lead}
    assert {"fraud_believed", "ground_in_regime", "text_given"} <= set(refusing[0].needs)


@pytest.mark.parametrize("name", PROTECTIVE)
@pytest.mark.parametrize("kind", ["receipt", "applied"])
def test_its_letters_carry_no_link_or_code(name: str, kind: str) -> None:
    text = (places.TEMPLATES / "letters" / "en" / f"{kind}.txt").read_text(encoding="utf-8")
    assert "[[" not in text


def test_every_right_has_a_title_and_a_card_of_its_own() -> None:
    infos = [info for workflow in LAW.workflows.values() for info in workflow.infos.values()]
    assert len({info.title for info in infos}) == len({info.card for info in infos}) == len(LAW.rights())
    assert all(info.card.endswith(".") and 40 <= len(info.card) <= 160 for info in infos)


if __name__ == "__main__":
    for known in NAMES:
        (APPROVED / f"{known}.md").write_text(matrix(LAW.workflows[known]), encoding="utf-8")
