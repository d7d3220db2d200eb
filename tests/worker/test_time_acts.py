"""Time acts: what is due happens without anybody looking, once, and one fault stops nothing else."""

import asyncio
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col, select

from privacy_center.casework import cases
from privacy_center.casework.work import CLOCK, REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Disposition
from privacy_center.records.case import Case
from privacy_center.records.counter import Counter, count
from privacy_center.worker.sweep import Sweep, forget_counts
from tests.conftest import Clock
from tests.worker.houses import file, letters_of


async def again(center: Center, case: Case) -> Case:
    """The case as it is now."""
    async with center.reading(by=REQUESTER) as work:
        return await cases.seen(work, case.reference)


async def test_a_request_that_nobody_confirmed_ends_as_a_refusal_with_its_letter(center: Center, clock: Clock) -> None:
    case = await file(center, "ada@home.example")
    await Sweep(center).once()
    assert (await again(center, case)).closed_at is None
    assert case.alarm_at is not None
    clock.now = case.alarm_at + timedelta(minutes=1)
    await asyncio.gather(*(Sweep(center).once() for _ in range(3)))
    ended = await again(center, case)
    assert (ended.disposition, ended.ground) == (Disposition.denied, "identity_not_verified")
    assert [letter.kind for letter in await letters_of(center, case)] == ["acknowledgement", "unverified"]


async def test_one_broken_case_stops_no_other(center: Center, clock: Clock) -> None:
    broken, whole = await file(center, "ada@home.example"), await file(center, "otto@home.example")
    async with center.work(by=CLOCK) as work:
        values = {"workflow_digest": "gone", "alarm_at": clock.now}
        await work.session.exec(update(Case).where(col(Case.id) == broken.id).values(**values))
    clock.forward(days=60)
    sweep = Sweep(center)
    await sweep.once()
    await sweep.once()
    assert (await again(center, broken)).closed_at is None
    assert (await again(center, whole)).closed_at is not None


async def test_old_counts_go_and_those_that_still_count_stay(center: Center, clock: Clock) -> None:
    async with center.work(by=CLOCK) as work:
        for key, hours in (("mail:a", 1), ("try:a", 24)):
            await count(work.session, key, now=clock.now, per=timedelta(hours=hours))
    clock.forward(hours=2)
    async with center.work(by=CLOCK) as work:
        await forget_counts(work)
        assert list(await work.session.exec(select(Counter.key))) == ["try:a/86400"]
