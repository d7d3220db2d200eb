"""Forgetting: what is closed is kept, reviewed and destroyed; what happened and the figures stay."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from privacy_center import settings as settings_module
from privacy_center.casework import cases, letters, packages, proof, retention, sessions, trail, vault, verification
from privacy_center.casework.refusals import Invalid, NotFound, Refused
from privacy_center.casework.work import CLOCK, REQUESTER, Actor
from privacy_center.center import Center
from privacy_center.records.case import Case
from privacy_center.records.event import Event, HouseEvent
from privacy_center.records.letter import Letter
from privacy_center.records.package import PackageFile
from privacy_center.worker.upkeep import Upkeep
from tests import builders
from tests.conftest import Clock

PERSONAL = ("pc_mandate", "pc_identifier", "pc_text", "pc_letter", "pc_challenge", "pc_session", "pc_package_file")
LONG = 30 * 366
"""Days after which every period of every law is over."""


async def left(center: Center, reference: str) -> dict[str, int]:
    """How many rows of each personal table a case still has."""
    case = await builders.seen(center, reference)
    query = "SELECT count(*) FROM {} WHERE case_id = :id"
    on_sqlite = center.settings.database_url.startswith("sqlite")
    async with center.reading(by=REQUESTER) as work:
        connection = await work.session.connection()
        given = {"id": case.id.hex if on_sqlite else case.id}
        return {table: (await connection.execute(text(query.format(table)), given)).scalar_one() for table in PERSONAL}


async def events(center: Center, reference: str) -> list[Event]:
    """The trail of a case."""
    async with center.reading(by=REQUESTER) as work:
        return await trail.events(work, await cases.seen(work, reference))


async def faults(center: Center) -> list[object]:
    """All that is wrong with any chain."""
    async with center.reading(by=REQUESTER) as work:
        return [fault async for _, fault in proof.verify(work) if fault]


async def hold(center: Center, reference: str, by: Actor, reason: str = "A court has asked for it.") -> None:
    """Put a case under legal hold."""
    async with center.work(by=by) as work:
        await retention.hold(work, await cases.locked(work, reference), reason)


async def test_a_closed_case_is_kept_for_the_longest_period_of_its_laws_and_the_installation(
    center: Center, clock: Clock
) -> None:
    reference = await builders.a_case(center, "fulfilled", regime="us-ca-ccpa")
    await Upkeep(center).once()
    case = await builders.seen(center, reference)
    async with center.reading(by=REQUESTER) as work:
        assert await retention.months(work, case) == 24
    assert case.closed_at is not None
    assert case.review_at == datetime(2028, 11, 25, tzinfo=UTC)
    assert case.forget_at == datetime(2028, 12, 9, tzinfo=UTC)


async def test_the_law_s_period_counts_where_it_is_longer_than_the_installation_s(
    environ: dict[str, str], clock: Clock, tmp_path: Path
) -> None:
    given = (
        Path(environ["PRIVACY_CENTER_INSTALLATION"]).read_text(encoding="utf-8").replace("months = 24", "months = 1")
    )
    (path := tmp_path / "short.toml").write_text(given, encoding="utf-8")
    house = await Center.open(settings_module.read({**environ, "PRIVACY_CENTER_INSTALLATION": str(path)}), now=clock)
    try:
        californian = await builders.a_case(house, "denied", regime="us-ca-ccpa")
        other = await builders.file(house, regime="voluntary", email="otto@agents.example")
        async with house.reading(by=REQUESTER) as work:
            assert await retention.months(work, await cases.seen(work, californian)) == 24
            assert await retention.months(work, await cases.seen(work, other)) == 1
    finally:
        await house.close()


async def test_nothing_is_destroyed_before_its_day_and_everything_personal_on_it(center: Center, clock: Clock) -> None:
    reference = await builders.a_case(center, "fulfilled")
    open_case = await builders.file(center, email="otto@agents.example")
    async with center.work(by=REQUESTER) as work:
        sessions.open_requester(work, case=await cases.seen(work, reference))
    await Upkeep(center).once()
    before = await builders.seen(center, reference)
    assert before.forget_at is not None
    clock.now = before.forget_at - timedelta(seconds=1)
    await Upkeep(center).once()
    assert (await left(center, reference))["pc_identifier"] == 1
    clock.now = before.forget_at
    destroyed = await Upkeep(center).once()
    assert set((await left(center, reference)).values()) == {0}
    assert (await left(center, open_case))["pc_identifier"] == 1
    case = await builders.seen(center, reference)
    assert (case.salt, case.forgotten_at) == (None, clock.now)
    kept = ("right", "regime", "place", "received_at", "answer_due", "closed_at", "disposition", "ground")
    assert [getattr(case, name) for name in kept] == [getattr(before, name) for name in kept]
    last = (await events(center, reference))[-1]
    assert (last.step, last.role) == ("forget", "clock")
    assert last.facts["identifiers"] == 1
    assert last.facts["letters"] == destroyed["letters"] == 3
    assert last.facts["files"] == 1
    assert last.facts["salt"] == 1
    assert not await faults(center)


async def test_the_house_s_trail_tells_how_much_was_destroyed_and_nothing_else(center: Center, clock: Clock) -> None:
    await builders.a_case(center, "fulfilled")
    await Upkeep(center).once()
    clock.forward(days=LONG)
    await Upkeep(center).once()
    async with center.reading(by=REQUESTER) as work:
        query = select(HouseEvent).where(col(HouseEvent.step) == "retention")
        told = list(await work.session.exec(query))
    assert sum(int(event.facts.get("identifiers") or 0) for event in told) == 1
    assert all(isinstance(value, int) for event in told for value in event.facts.values())


async def test_several_workers_forget_a_case_once(center: Center, clock: Clock) -> None:
    references = [await builders.a_case(center, "denied") for _ in range(3)]
    await Upkeep(center).once()
    clock.forward(days=LONG)
    await asyncio.gather(*(Upkeep(center).once() for _ in range(3)))
    for reference in references:
        assert [event.step for event in await events(center, reference)].count("forget") == 1
    assert not await faults(center)


async def test_a_legal_hold_keeps_a_case_until_a_lead_lifts_it(center: Center, clock: Clock) -> None:
    reference = await builders.a_case(center, "denied")
    staff = await builders.cast(center)
    with pytest.raises(Refused, match="Only a lead"):
        await hold(center, reference, staff.hana)
    with pytest.raises(Invalid):
        await hold(center, reference, staff.lea, reason=" ")
    await hold(center, reference, staff.lea)
    with pytest.raises(Refused, match="already"):
        await hold(center, reference, staff.lea)
    await Upkeep(center).once()
    clock.forward(days=LONG)
    await Upkeep(center).once()
    assert (await left(center, reference))["pc_identifier"] == 1
    async with center.work(by=staff.lea) as work:
        await retention.lift(work, await cases.locked(work, reference), "The court has decided.")
    await Upkeep(center).once()
    assert set((await left(center, reference)).values()) == {0}
    steps = [event.step for event in await events(center, reference)]
    assert steps[-3:] == ["legal_hold", "legal_hold_lifted", "forget"]


async def test_a_case_whose_period_is_over_stands_for_review_before_it_is_forgotten(
    center: Center, clock: Clock
) -> None:
    reference = await builders.a_case(center, "denied")
    await Upkeep(center).once()
    case = await builders.seen(center, reference)
    assert case.review_at is not None
    for moment, expected in ((case.review_at - timedelta(seconds=1), []), (case.review_at, [reference])):
        clock.now = moment
        async with center.reading(by=REQUESTER) as work:
            assert [found.reference for found in await retention.to_review(work)] == expected


async def test_a_case_that_is_opened_again_begins_its_period_anew(center: Center, clock: Clock) -> None:
    reference = await builders.a_case(center, "unverified")
    case = await builders.seen(center, reference)
    assert case.alarm_at is not None
    clock.now = case.alarm_at + timedelta(minutes=1)
    await builders.take(center, reference, "lapse", by=CLOCK)
    await Upkeep(center).once()
    first = (await builders.seen(center, reference)).forget_at
    assert first is not None
    clock.forward(days=30)
    async with center.work(by=REQUESTER) as work:
        await verification.send_again(work, reference, builders.ADA)
    await builders.prove(center, reference)
    clock.now = first
    await Upkeep(center).once()
    assert (await builders.seen(center, reference)).forgotten_at is None
    lea = (await builders.cast(center)).lea
    await builders.take(center, reference, "deny", builders.PATHS["denied"][0][1], by=lea)
    await Upkeep(center).once()
    again = await builders.seen(center, reference)
    assert again.forgotten_at is None
    assert again.forget_at is not None
    assert again.forget_at > first


@pytest.fixture(params=["database", "folder"])
async def sealing(request: pytest.FixtureRequest, environ: dict[str, str], tmp_path: Path) -> Path | None:
    """Where the files of answers lie."""
    if request.param == "database":
        return None
    environ["PRIVACY_CENTER_FILES"] = str(tmp_path / "files")
    return tmp_path / "files"


async def test_the_files_of_an_answer_are_destroyed_at_their_own_end(
    sealing: Path | None, center: Center, clock: Clock
) -> None:
    reference = await builders.a_case(center, "fulfilled")
    if sealing is not None:
        assert len(list(sealing.iterdir())) == 1
    clock.forward(days=31)
    assert await Upkeep(center).once() == {"files": 1}
    if sealing is not None:
        assert not list(sealing.iterdir())
    async with center.reading(by=REQUESTER) as work:
        row = (await work.session.exec(select(PackageFile))).one()
        assert (row.name, row.content, row.sha256) == (b"", None, "")
        assert await packages.had_files(work, await cases.seen(work, reference))
    assert (await events(center, reference))[-1].step == "files_destroyed"
    assert await Upkeep(center).once() == {}
    assert not await faults(center)


async def test_a_forgotten_case_is_nobody_s_any_more(center: Center, clock: Clock) -> None:
    reference = await builders.a_case(center, "denied")
    async with center.work(by=REQUESTER) as work:
        token = sessions.open_requester(work, index=work.house.keys.index("email", builders.ADA))
    await Upkeep(center).once()
    clock.forward(days=LONG)
    await Upkeep(center).once()
    async with center.work(by=REQUESTER) as work:
        assert await sessions.visitor(work, token) is None
        with pytest.raises(NotFound):
            await vault.mailbox(work, await cases.seen(work, reference))
        await verification.send_again(work, reference, builders.ADA)
        assert await verification.confirm_code(work, reference, "123456") is None
        assert not list(await work.session.exec(select(Letter)))
    staff = await builders.cast(center)
    with pytest.raises(Refused, match="nothing is left"):
        await hold(center, reference, staff.lea)


async def test_letters_that_belong_to_no_case_go_after_ninety_days(center: Center, clock: Clock) -> None:
    staff = await builders.cast(center)
    assert staff
    async with center.work(by=REQUESTER) as work:
        await letters.write_to_house(
            work,
            "anchor",
            "notary@northwind.example",
            {"number": 1, "day": "today", "chains": 0, "digest": "0" * 64, "lines": []},
        )
    clock.forward(days=89)
    assert await Upkeep(center).once() == {}
    clock.forward(days=10)
    assert await Upkeep(center).once() == {"letters": 1, "challenges": 2}


async def test_forgetting_finds_its_cases_by_an_index(center: Center) -> None:
    on_sqlite = center.settings.database_url.startswith("sqlite")
    waiting = "closed_at IS NOT NULL AND forget_at IS NOT NULL AND forgotten_at IS NULL AND legal_hold_at IS NULL"
    query = f"SELECT reference FROM pc_case WHERE {waiting} AND forget_at <= '2026-01-01' ORDER BY forget_at"
    async with center.reading(by=REQUESTER) as work:
        connection = await work.session.connection()
        if not on_sqlite:
            await connection.execute(text("SET enable_seqscan = off"))
        plan = await connection.execute(text(f"EXPLAIN {'QUERY PLAN ' if on_sqlite else ''}{query}"))
        assert "ix_pc_case_forget" in str(plan.all())


async def test_the_trail_itself_cannot_be_forgotten(center: Center) -> None:
    reference = await builders.a_case(center, "unverified")
    with pytest.raises(DBAPIError, match="append-only"):
        async with center.work(by=CLOCK) as work:
            await (await work.session.connection()).execute(text("DELETE FROM pc_event"))
    assert await events(center, reference)


def test_every_column_of_the_retention_stands_in_the_case() -> None:
    assert {"review_at", "forget_at", "legal_hold_at", "forgotten_at"} <= set(Case.__table__.c.keys())  # type: ignore[attr-defined]
