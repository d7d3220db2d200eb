"""What comes after an agent's choice: who sees the permission, whose the case is, floods, and forgetting."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from privacy_center import settings as settings_module
from privacy_center.casework import (
    agents,
    cases,
    digests,
    letters,
    mailed,
    mandates,
    permissions,
    queries,
    retention,
    rotation,
    sessions,
    sign_in,
    story,
    trail,
    vault,
)
from privacy_center.casework.facts import Facts, Upload
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.refusals import NotFound, Refused
from privacy_center.casework.work import CLOCK, REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.records.letter import Delivery
from privacy_center.records.mandate import Mandate
from privacy_center.records.package import PackageFile
from tests import builders
from tests.agents import ALL, FILE, PDF, WORDS, act, agents_cases, count, posted, said
from tests.builders import ADA, MALLORY, OTTO
from tests.conftest import Clock


async def test_opening_the_permission_leaves_a_trace(center: Center) -> None:
    staff = await builders.cast(center)
    await act(center, shown=FILE)
    await act(center, value=MALLORY, shown=WORDS)
    first, second = await agents_cases(center)
    async with center.work(by=staff.hana) as work:
        (made,) = await mandates.of_case(work, first)
        _, shown = await permissions.look(work, first.reference, made.id)
        assert shown.file == Upload("permission.pdf", PDF)
        assert (made.agent, made.value, made.purposes) == ("Otto & Partners", ADA, ALL)
        with pytest.raises(NotFound):
            await permissions.look(work, second.reference, made.id)
        (other,) = await mandates.of_case(work, second)
        _, typed = await permissions.look(work, second.reference, other.id)
        assert typed == WORDS
    async with center.reading(by=REQUESTER) as work:
        looks = [event for event in await trail.events(work, first) if event.step == "look"]
    assert [(event.facts["at"], event.actor) for event in looks] == [("permission", str(staff.hana.staff_id))]
    admin = await builders.member(center, "admin@northwind.example", Role.admin)
    with pytest.raises(Refused):
        async with center.work(by=admin) as work:
            await permissions.look(work, first.reference, made.id)


async def test_nobody_on_the_staff_handles_what_was_said_for_themselves(center: Center) -> None:
    staff = await builders.cast(center)
    await act(center, value=builders.HANA)
    (case,) = await agents_cases(center)
    with pytest.raises(Refused):
        await builders.take(center, case.reference, "apply", by=staff.hana)
    async with center.reading(by=staff.hana) as work:
        rows, _ = await queries.queue(work, {}, but=staff.hana.mailbox or "")
        assert rows == []


async def test_the_case_is_the_agents_and_the_undoing_is_the_persons(center: Center) -> None:
    await act(center)
    (case,) = await agents_cases(center)
    async with center.work(by=REQUESTER) as work:
        index = work.house.keys.index("email", ADA)
        cookie = sessions.open_requester(work, index=index)
        await work.session.flush()
        ada = await sessions.visitor(work, cookie)
        assert ada is not None
        assert await sign_in.mine(work, ada) == []
        assert not ada.may_see(case, await vault.mailbox(work, case))
        who = await sessions.own_identity(work, ada)
        assert who == Identity("email", ADA, proved=True)
        cookie = sessions.open_requester(work, index=work.house.keys.index("email", OTTO))
        await work.session.flush()
        otto = await sessions.visitor(work, cookie)
        assert otto is not None
        (his,) = await sign_in.mine(work, otto)
        assert his.reference == case.reference
        assert otto.may_see(case, await vault.mailbox(work, case))
        assert await sessions.own_identity(work, otto) == Identity("email", OTTO, proved=True)
        assert [letter.kind for letter in await letters.to_requester(work, case)] == ["receipt"]


async def test_what_becomes_of_the_letter_to_the_person_is_nothing_of_the_agents(center: Center) -> None:
    await act(center)
    (case,) = await agents_cases(center)
    async with center.work(by=CLOCK) as work:
        for letter in await letters.of_case(work, case):
            await mailed.note_refused(work, letter, "no such mailbox")
    async with center.reading(by=REQUESTER) as work:
        workflow = work.house.library.workflow_for(case.right)
        told = story.told(work, workflow, await trail.events(work, case), [])
    assert [chapter.title for chapter in told].count("Our letter could not be delivered to you") == 1


async def test_a_mailbox_is_not_flooded_and_everything_counts(center: Center, clock: Clock) -> None:
    for number in range(8):
        await act(center, email=f"otto{number}@agents.example", purposes=(ALL[number % 6],))
    assert await said(center) == dict.fromkeys(ALL, ("out", "agent"))
    told = await posted(center, ADA)
    assert [kind for kind, _, _ in told] == ["agent_told"] * 8
    assert [state for _, _, state in told].count(Delivery.queued) == 2  # D11
    clock.forward(minutes=11)
    async with center.work(by=CLOCK) as work:
        (index,) = await digests.due(work)
        assert await digests.fold(work, index) == 6
    kind, words, _ = (await posted(center, ADA))[-1]
    assert kind == "digest"
    assert words.count("from somebody who acts for you and showed a permission") == 6


async def test_what_one_agent_says_in_a_flood_counts_at_once_and_is_gathered(center: Center) -> None:
    for number in range(agents.FEW + 12):
        await act(center, value=f"person{number}@people.example", purposes=("sale",))
    found = await agents_cases(center)
    assert len(found) == agents.FEW
    async with center.reading(by=REQUESTER) as work:
        made = [len(await mandates.of_case(work, case)) for case in found]
    assert made == [1] * (agents.FEW - 1) + [13]
    assert await said(center, value=f"person{agents.FEW + 11}@people.example") == {"sale": ("out", "agent")}
    staff = await builders.cast(center)
    await builders.take(center, found[-1].reference, "doubt", Facts(text="A machine."), by=staff.hana)
    why = Facts(text="We asked thirteen of them.", ground="suspected_fraud")
    await builders.take(center, found[-1].reference, "refuse", why, by=staff.lea)
    assert (await posted(center, "person30@people.example"))[-1][0] == "agent_ended"
    assert [kind for kind, _, _ in await posted(center, OTTO)].count("denial") == 1


async def test_a_full_case_takes_no_more(center: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents, "FEW", 0)
    monkeypatch.setattr(agents, "FULL", 2)
    for number in range(5):
        await act(center, value=f"person{number}@people.example", purposes=("sale",))
    assert len(await agents_cases(center)) == 3


async def test_the_permission_is_forgotten_with_the_case_and_the_choice_outlives_it(
    center: Center, clock: Clock
) -> None:
    staff = await builders.cast(center)
    await act(center, shown=FILE)
    await act(center, shown=WORDS)
    (case,) = await agents_cases(center)
    await builders.take(center, case.reference, "apply", by=staff.hana)
    async with center.work(by=CLOCK) as work:
        await retention.set_dates(work)
    clock.forward(days=60)
    async with center.work(by=CLOCK) as work:
        assert await retention.with_expired_files(work) == []  # it has no end of its own
    clock.forward(days=30 * 366)
    async with center.work(by=CLOCK) as work:
        destroyed = await retention.forget(work, await cases.locked(work, case.reference))
    assert destroyed is not None
    assert (destroyed["mandates"], destroyed["files"], destroyed["identifiers"]) == (2, 1, 2)
    assert await count(center, Mandate) == await count(center, PackageFile) == 0
    assert await said(center) == dict.fromkeys(ALL, ("out", "agent"))
    async with center.reading(by=staff.hana) as work:
        assert await mandates.of_case(work, case) == []


async def test_a_permission_lies_sealed_in_the_folder_where_there_is_one(
    environ: dict[str, str], clock: Clock, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    settings = settings_module.read({**environ, "PRIVACY_CENTER_FILES": str(folder)})
    center = await Center.open(settings, now=clock)
    try:
        staff = await builders.cast(center)
        await act(center, shown=FILE)
        (path,) = folder.iterdir()
        assert PDF not in path.read_bytes()
        (case,) = await agents_cases(center)
        async with center.work(by=staff.hana) as work:
            (made,) = await mandates.of_case(work, case)
            _, shown = await permissions.look(work, case.reference, made.id)
            assert shown.file == Upload("permission.pdf", PDF)
            assert (await rotation.in_folder(work, None)).values
    finally:
        await center.close()


async def test_what_the_agent_typed_is_sealed(center: Center) -> None:
    await act(center, agent="Otto <b>& Partners</b>")
    async with center.reading(by=REQUESTER) as work:
        (row,) = await work.session.exec(select(Mandate))
    assert b"Otto" not in row.said
    assert b"sale" not in row.said


async def test_a_case_counts_from_the_shortest_period_of_all_laws(center: Center) -> None:
    await act(center)
    (case,) = await agents_cases(center)
    assert case.place == "other"
    assert case.answer_due <= center.now().date() + timedelta(days=31)
