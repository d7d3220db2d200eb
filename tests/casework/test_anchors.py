"""Anchors: a chain rewritten whole after its day is found, and so is an anchor rewritten after its own."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from privacy_center import settings as settings_module
from privacy_center.casework import anchors, letters, proof, trail
from privacy_center.casework.work import CLOCK, REQUESTER
from privacy_center.center import Center
from privacy_center.cli import main
from privacy_center.records.anchor import Anchor, AnchoredHead
from privacy_center.records.event import Event, HouseEvent
from privacy_center.records.letter import Letter
from tests import builders
from tests.conftest import NORTHWIND, Clock

TABLES = ("pc_event", "pc_house_event", "pc_anchor", "pc_anchored_head")


async def cast(center: Center) -> Anchor | None:
    """What a worker does once an hour."""
    async with center.work(by=CLOCK) as work:
        return await anchors.cast(work)


async def faults(center: Center, reference: str | None = None) -> dict[str, str]:
    """All that is wrong, by the name of the chain."""
    async with center.reading(by=REQUESTER) as work:
        return {name: fault.why async for name, fault in proof.verify(work, reference) if fault}


async def unlock(center: Center) -> None:
    """What an insider with the database's own rights can do: take the triggers away."""
    on_sqlite = center.settings.database_url.startswith("sqlite")
    async with center.work(by=CLOCK) as work:
        connection = await work.session.connection()
        for table in TABLES:
            names = ("no_update", "no_delete") if on_sqlite else ("append_only", "no_truncate")
            for name in names:
                ending = "" if on_sqlite else f" ON {table}"
                await connection.execute(text(f"DROP TRIGGER {table}_{name}{ending}"))


async def rewrite(center: Center, reference: str, *, role: str = "lead") -> None:
    """Change an event and make the whole chain fit again, without a mistake."""
    case = await builders.seen(center, reference)
    async with center.work(by=CLOCK) as work:
        previous = trail.GENESIS
        for event in await trail.events(work, case):
            event.role, event.previous = role, previous
            event.digest = previous = trail.digest(event, reference=reference)


async def test_a_day_has_one_anchor_however_many_workers_cast(center: Center, clock: Clock) -> None:
    await builders.file(center)
    assert len([anchor for anchor in await asyncio.gather(*(cast(center) for _ in range(4))) if anchor]) == 1
    assert await cast(center) is None
    clock.forward(days=1)
    second = await cast(center)
    assert second is not None
    assert (second.number, second.day) == (2, date(2026, 11, 25))
    assert not await faults(center)


async def test_the_day_is_the_controller_s(center: Center, clock: Clock) -> None:
    clock.now = clock.now.replace(month=7, day=1, hour=22, minute=59)
    assert (await cast(center)) is not None
    clock.forward(minutes=1)
    anchor = await cast(center)
    assert anchor is not None
    assert anchor.day == date(2026, 7, 2)


async def test_an_anchor_holds_only_the_chains_that_have_changed(center: Center, clock: Clock) -> None:
    first, second = await builders.file(center), await builders.file(center, email=builders.OTTO)
    clock.forward(hours=2)
    assert (await cast(center)) is not None
    clock.forward(days=1)
    await builders.prove(center, second)
    anchor = await cast(center)
    assert anchor is not None
    assert anchor.chains == 1
    case = await builders.seen(center, second)
    async with center.reading(by=REQUESTER) as work:
        held = await anchors.of_cases(work, [case.id, (await builders.seen(center, first)).id])
        assert [(head.anchor, head.number) for head in held[case.id]] == [(1, 1), (2, 2)]
        assert anchor.previous == (await anchors.listed(work))[0].digest


async def test_an_event_committed_late_is_anchored_the_next_day(center: Center, clock: Clock) -> None:
    at = clock.now
    assert (await cast(center)) is not None
    clock.now = at - timedelta(minutes=5)
    await builders.file(center)
    clock.now = at + timedelta(days=1)
    anchor = await cast(center)
    assert anchor is not None
    assert anchor.chains == 1


async def test_a_chain_rewritten_whole_after_its_anchor_is_found(center: Center) -> None:
    reference, other = await builders.file(center), await builders.file(center, email=builders.OTTO)
    await cast(center)
    await unlock(center)
    await rewrite(center, reference)
    expected = {reference: "event 1 is not the one that anchor 1 holds"}
    assert await faults(center) == expected
    assert await faults(center, reference) == expected
    assert not await faults(center, other)


async def test_a_chain_cut_short_after_its_anchor_is_found(center: Center) -> None:
    reference = await builders.a_case(center, "reviewing")
    await cast(center)
    await unlock(center)
    async with center.work(by=CLOCK) as work:
        await work.session.exec(delete(Event).where(col(Event.number) > 1))
    assert (await faults(center))[reference] == "event 2 is missing, which anchor 1 holds"


async def test_heads_rewritten_with_their_chain_no_longer_fit_their_anchor(center: Center) -> None:
    reference = await builders.file(center)
    await cast(center)
    await unlock(center)
    await rewrite(center, reference)
    case = await builders.seen(center, reference)
    async with center.work(by=CLOCK) as work:
        (event,) = await trail.events(work, case)
        await work.session.exec(update(AnchoredHead).values(digest=event.digest))
    assert await faults(center) == {"ANCHORS": "the heads that anchor 1 holds were changed"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"chains": 7}, "anchor 1 was changed"),
        ({"digest": "0" * 64}, "anchor 1 was changed"),
        ({"number": 3}, "anchor 1 is missing"),
    ],
)
async def test_an_anchor_rewritten_is_found(center: Center, change: dict[str, object], why: str) -> None:
    await builders.file(center)
    await cast(center)
    await unlock(center)
    async with center.work(by=CLOCK) as work:
        await work.session.exec(update(Anchor).values(**change))
    assert (await faults(center))["ANCHORS"] == why


async def test_the_house_s_own_chain_is_anchored_too(center: Center) -> None:
    await builders.cast(center)
    anchor = await cast(center)
    assert anchor is not None
    assert anchor.house_number > 0
    await unlock(center)
    async with center.work(by=CLOCK) as work:
        previous = trail.GENESIS
        for event in await work.session.exec(select(HouseEvent).order_by(col(HouseEvent.number))):
            event.role, event.previous = "lead", previous
            event.digest = previous = trail.digest(event, reference=trail.HOUSE)
    assert await faults(center) == {"HOUSE": f"event {anchor.house_number} is not the one that anchor 1 holds"}


@pytest.mark.parametrize("table", ["pc_anchor", "pc_anchored_head"])
@pytest.mark.parametrize("act", ["UPDATE {} SET number = 9", "DELETE FROM {}"])
async def test_the_database_refuses_to_change_an_anchor(center: Center, table: str, act: str) -> None:
    await builders.file(center)
    await cast(center)
    with pytest.raises(DBAPIError, match="append-only"):
        async with center.work(by=CLOCK) as work:
            await (await work.session.connection()).execute(text(act.format(table)))


@pytest.fixture
async def notary(environ: dict[str, str], clock: Clock, tmp_path: Path) -> AsyncIterator[Center]:
    """A house that mails its anchors."""
    path = tmp_path / "notary.toml"
    given = NORTHWIND.read_text(encoding="utf-8").replace('mail = ""', 'mail = "notary@law.example"')
    path.write_text(given, encoding="utf-8")
    house = await Center.open(settings_module.read({**environ, "PRIVACY_CENTER_INSTALLATION": str(path)}), now=clock)
    yield house
    await house.close()


async def test_an_anchor_is_mailed_with_its_digest_in_words(notary: Center) -> None:
    anchor = await cast(notary)
    assert anchor is not None
    async with notary.reading(by=REQUESTER) as work:
        (letter,) = list(await work.session.exec(select(Letter)))
        assert letters.address(work, letter) == "notary@law.example"
        subject, body = letters.words(work, letter)
    assert subject == "Anchor 1 of the trail, 24 November 2026"
    assert anchor.digest in re.sub(r"\s", "", body)
    assert " ".join(anchors.words(anchor.digest)[:4]) in body
    assert len({anchors.words(f"{number:04x}")[0] for number in range(0, 65536, 7)}) == 65536 // 7 + 1
    assert anchors.words("7f000001") == ["lusab", "babad"]  # 127.0.0.1, as the paper spells it


async def test_the_anchors_can_be_printed(center: Center, environ: dict[str, str]) -> None:
    await builders.file(center)
    anchor = await cast(center)
    assert anchor is not None
    done = await asyncio.to_thread(CliRunner().invoke, main, ["trail", "anchors"], env=environ)
    assert done.exit_code == 0, done.output
    assert f"1\t2026-11-24\t1\t{anchor.digest}" in done.output
