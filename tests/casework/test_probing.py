"""Probes: committed before they are filed, by the scheduler alone, never afterwards; and what stands of them now."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from privacy_center import settings as settings_module
from privacy_center.casework import fingerprints, probing, proof, proofs, verdicts
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.probing import Committed, Found
from privacy_center.casework.work import CLOCK, OPERATOR, REQUESTER, Actor
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.records.event import HouseEvent
from privacy_center.records.migrations import engine_for, migrate
from privacy_center.records.preference import Fingerprint
from privacy_center.records.probe import Finding, Outcome, Probe, What
from privacy_center.records.probe import Path as Way
from privacy_center.records.rows import new_id
from tests.builders import ADA
from tests.conftest import NORTHWIND, Clock
from tests.worker import hearing

WORKS, FAILS = Found(Outcome.proved), Found(Outcome.failing, "It was down.")


@pytest.fixture
async def tested(environ: dict[str, str], clock: Clock, tmp_path: Path) -> AsyncIterator[Center]:
    """A house with probes on, once a day."""
    path = tmp_path / "tested.toml"
    path.write_text(NORTHWIND.read_text(encoding="utf-8").replace("every_hours = 0", "every_hours = 24"))
    center = await Center.open(settings_module.read({**environ, "PRIVACY_CENTER_INSTALLATION": str(path)}), now=clock)
    yield center
    await center.close()


async def committed(center: Center) -> dict[Way, Committed]:
    """One round, committed and not filed; of several sites the last."""
    async with center.work(by=CLOCK) as work:
        return {probe.path: probe for probe in await probing.begin(work)}


async def noted(center: Center, probe: Committed, *found: Found) -> None:
    """What was found of a probe, and the letters about it."""
    async with center.work(by=CLOCK) as work:
        await verdicts.tell(work, await probing.note(work, probe, found))


async def stands(center: Center, way: Way = Way.signal) -> proofs.Proof:
    """How one path stands now."""
    async with center.reading(by=CLOCK) as work:
        return next(each for each in await proofs.standing(work) if each.path is way)


async def events(center: Center, step: str) -> list[HouseEvent]:
    """What the house's trail tells of this."""
    async with center.reading(by=CLOCK) as work:
        return list(await work.session.exec(select(HouseEvent).where(col(HouseEvent.step) == step)))


@pytest.mark.parametrize("by", [REQUESTER, OPERATOR, Actor(Role.handler), Actor(Role.lead), Actor(Role.auditor)])
async def test_only_the_scheduler_makes_a_probe(tested: Center, by: Actor) -> None:
    with pytest.raises(PermissionError):
        async with tested.work(by=by) as work:
            await probing.begin(work)
    assert await events(tested, probing.COMMITTED) == []


async def test_each_probe_is_committed_in_the_trail_and_only_the_button_s_has_an_identity(tested: Center) -> None:
    round_ = await committed(tested)
    assert set(round_) == set(Way)
    async with tested.reading(by=CLOCK) as work:
        rows = list(await work.session.exec(select(Probe)))
        assert [None async for _, broken in proof.verify(work, "HOUSE") if broken] == []
    assert {row.event for row in rows} == {event.number for event in await events(tested, probing.COMMITTED)}
    assert [row.path for row in rows if row.fingerprint_id] == [Way.button]
    assert round_[Way.button].email.endswith("@probes.northwind.example")
    assert round_[Way.button].email not in str([event.facts for event in await events(tested, probing.COMMITTED)])


async def test_a_round_is_due_once_a_period_also_when_the_clock_was_moved(tested: Center, clock: Clock) -> None:
    assert await committed(tested)
    assert not await committed(tested)
    clock.forward(hours=23)
    assert not await committed(tested)
    clock.forward(hours=1, minutes=1)
    assert await committed(tested)
    clock.forward(days=-400)
    assert await committed(tested)
    assert not await committed(tested)
    clock.forward(days=800)
    assert await committed(tested)


async def test_without_probes_nothing_is_due_and_nothing_is_claimed(center: Center) -> None:
    async with center.work(by=CLOCK) as work:
        assert await probing.begin(work) == []
        assert await proofs.standing(work) == []
        assert await proofs.failing(work) == 0


async def mark(center: Center, person: UUID, at: datetime) -> None:
    """Somebody with the database in hand makes a probe of an identity."""
    async with center.work(by=CLOCK) as work:
        work.session.add(Probe(id=new_id(), path=Way.button, fingerprint_id=person, event=1, committed_at=at))
        await work.session.flush()


async def test_nobody_s_choice_is_made_a_probe_afterwards(tested: Center, clock: Clock) -> None:
    await hearing.no(tested)
    async with tested.work(by=CLOCK) as work:
        spoken = await fingerprints.make(work, Identity("email", ADA))
        silent = await fingerprints.make(work, Identity("email", "otto@agents.example"))
    with pytest.raises(DBAPIError, match="before its identity says anything"):
        await mark(tested, spoken.id, spoken.created_at)
    clock.forward(seconds=1)
    with pytest.raises(DBAPIError, match="before its identity says anything"):
        await mark(tested, silent.id, clock.now)


async def test_a_mark_that_was_never_committed_is_found_by_whoever_checks_the_trail(tested: Center) -> None:
    await committed(tested)
    async with tested.work(by=CLOCK) as work:
        planned = await fingerprints.make(work, Identity("email", ADA))
    await mark(tested, planned.id, planned.created_at)
    async with tested.reading(by=CLOCK) as work:
        (broken,) = [broken async for _, broken in proof.verify(work, "HOUSE") if broken]
    assert "was never committed" in broken.why


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pc_probe SET path = 'site'",
        "DELETE FROM pc_probe",
        "UPDATE pc_probe_finding SET outcome = 'proved'",
        "DELETE FROM pc_probe_finding",
    ],
)
async def test_probes_and_findings_are_only_added_to(tested: Center, statement: str) -> None:
    await noted(tested, (await committed(tested))[Way.signal], FAILS)
    with pytest.raises(DBAPIError, match="append-only"):
        async with tested.work(by=CLOCK) as work:
            await work.session.exec(text(statement))  # type: ignore[call-overload]


async def test_a_probe_that_was_never_filed_has_failed_after_a_while_with_and_without_a_worker(
    tested: Center, clock: Clock
) -> None:
    await committed(tested)
    clock.forward(minutes=29)
    async with tested.work(by=CLOCK) as work:
        await verdicts.settle(work)
    assert (await stands(tested)).state == "untested"
    clock.forward(minutes=2)
    for path in (Way.button, Way.signal):
        assert (await stands(tested, path)).state == "failing"  # read from the date, though no worker has come
    async with tested.work(by=CLOCK) as work:
        await verdicts.settle(work)
    proof_ = await stands(tested, Way.button)
    assert (proof_.state, proof_.failed and proof_.failed.words) == ("failing", probing.CUT_SHORT)
    assert len(await events(tested, verdicts.FAILED)) == 6  # three paths and three sites


async def test_a_proof_grows_old_after_two_periods_and_one_from_the_future_counts_for_nothing(
    tested: Center, clock: Clock
) -> None:
    assert (await stands(tested)).state == "untested"
    await noted(tested, (await committed(tested))[Way.signal], WORKS)
    assert (await stands(tested)).state == "proved"
    clock.forward(hours=48)
    assert (await stands(tested)).state == "proved"
    clock.forward(minutes=1)
    assert (await stands(tested)).state == "old"
    clock.forward(days=-10)
    assert (await stands(tested)).state == "untested"


async def test_a_verdict_is_written_once_and_only_a_change_is_news(tested: Center, clock: Clock) -> None:
    for day, found in enumerate((WORKS, FAILS, FAILS, WORKS)):
        probe = (await committed(tested))[Way.signal]
        await noted(tested, probe, found)
        await noted(tested, probe, WORKS)
        assert (await stands(tested)).state == ("failing" if day in {1, 2} else "proved")
        clock.forward(days=1)
    assert (len(await events(tested, verdicts.FAILED)), len(await events(tested, verdicts.RECOVERED))) == (1, 1)
    async with tested.reading(by=CLOCK) as work:
        ends = select(Finding).where(col(Finding.what) == What.ended)
        assert len(list(await work.session.exec(ends))) == 4


async def test_a_press_that_is_not_in_the_records_proves_nothing(tested: Center) -> None:
    probe = (await committed(tested))[Way.button]
    press = await hearing.no(tested, *tested.house.offers)  # somebody else's
    async with tested.reading(by=CLOCK) as work:
        (found,) = await probing.check_press(work, probe, press)
    assert found.outcome is Outcome.failing
    assert "not in our records" in found.words


async def test_a_database_of_a_version_before_is_brought_here_with_all_it_holds(
    center: Center, database_url: str
) -> None:
    press = await hearing.no(center)
    await asyncio.to_thread(back, database_url)
    assert not await center.ready()
    await asyncio.to_thread(migrate, database_url)
    assert await center.ready()
    async with center.reading(by=CLOCK) as work:
        person = (await work.session.exec(select(Fingerprint))).one()
    with pytest.raises(DBAPIError, match="before its identity says anything"):
        await mark(center, person.id, person.created_at)
    assert [line.press for line in await hearing.lines(center)] == [press]


def back(url: str) -> None:
    """The database as the version without probes had it."""
    engine = engine_for(url)
    functions = () if url.startswith("sqlite") else ("pc_probe_kept", "pc_probe_in_time")
    with engine.begin() as connection:
        for index in ("earlier_id", "restricted"):
            connection.execute(text(f"DROP INDEX ix_pc_case_{index}"))
        for column in ("earlier_id", "restricted_at", "lifted_at"):
            connection.execute(text(f"ALTER TABLE pc_case DROP COLUMN {column}"))
        for table in ("pc_mandate", "pc_probe_finding", "pc_probe"):
            connection.execute(text(f"DROP TABLE {table}"))
        for function in functions:
            connection.execute(text(f"DROP FUNCTION {function}()"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0007'"))
    engine.dispose()


async def test_the_identity_of_a_probe_is_a_fingerprint_like_any(tested: Center) -> None:
    probe = (await committed(tested))[Way.button]
    async with tested.reading(by=CLOCK) as work:
        found = await fingerprints.find(work, [Identity("email", probe.email).digest])
        (person,) = found.values()
        assert await probing.is_probe(work, person)
        row = await work.session.get_one(Fingerprint, person)
    assert (row.kind, row.index != "") == ("email", True)
