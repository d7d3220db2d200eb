"""Sealed files in their folder: there as long as their row is, and no longer."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from privacy_center import settings as settings_module
from privacy_center.casework import agents, cases, packages
from privacy_center.casework.facts import Upload
from privacy_center.casework.work import REQUESTER, Work
from privacy_center.center import Center
from privacy_center.records.event import HouseEvent
from privacy_center.records.mandate import Mandate
from privacy_center.records.package import PackageFile
from privacy_center.records.rows import new_id
from privacy_center.worker.upkeep import Upkeep
from tests import builders
from tests.agents import ACT, FILE, act, count
from tests.conftest import Clock

ANSWER = (Upload("a.csv", b"a"), Upload("b.csv", b"b"))


class Broken(Exception):
    """Something fails after the files were written."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the sealed files lie."""
    return tmp_path / "files"


@pytest.fixture
async def house(environ: dict[str, str], clock: Clock, folder: Path) -> AsyncIterator[Center]:
    """A center with a folder for its files."""
    center = await Center.open(settings_module.read({**environ, "PRIVACY_CENTER_FILES": str(folder)}), now=clock)
    yield center
    await center.close()


def names(folder: Path) -> set[str]:
    """What lies in the folder."""
    return {path.name for path in folder.iterdir()}


async def rows(center: Center) -> set[str]:
    """What should lie there."""
    async with center.reading(by=REQUESTER) as work:
        return {found.hex for found in await work.session.exec(select(PackageFile.id))}


def _of_nobody(work: Work) -> PackageFile:
    """A row that no database takes: its case is not there."""
    return PackageFile(case_id=new_id(), name=b"x", size=1, sha256="", created_at=work.now)


async def seal(work: Work, reference: str) -> None:
    """Two files of an answer."""
    await packages.seal(work, await cases.locked(work, reference), ANSWER)


async def test_a_permission_goes_with_the_transaction_that_failed(house: Center, folder: Path) -> None:
    async def broken() -> None:
        async with house.work(by=REQUESTER) as work:
            await agents.say_no(work, replace(ACT, shown=FILE))
            assert len(names(folder)) == 1
            raise Broken

    with pytest.raises(Broken):
        await broken()
    assert names(folder) == set()
    await act(house, shown=FILE)
    assert names(folder) == await rows(house)
    assert await count(house, Mandate) == 1


async def test_the_files_of_an_answer_go_where_the_database_refuses(house: Center, folder: Path) -> None:
    reference = await builders.file(house)

    async def refused() -> None:
        async with house.work(by=REQUESTER) as work:
            await seal(work, reference)
            work.session.add(_of_nobody(work))

    with pytest.raises(IntegrityError):
        await refused()
    assert names(folder) == set()


async def test_whoever_gives_up_half_way_leaves_nothing(house: Center, folder: Path) -> None:
    reference = await builders.file(house)
    sealed = asyncio.Event()

    async def slow() -> None:
        async with house.work(by=REQUESTER) as work:
            await seal(work, reference)
            sealed.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(slow())
    await sealed.wait()
    assert len(names(folder)) == len(ANSWER)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert names(folder) == set()


async def _break(work: Work) -> None:
    async with work.session.begin_nested():
        raise Broken


async def _write_nobodys(work: Work) -> None:
    async with work.session.begin_nested():
        work.session.add(_of_nobody(work))
        await work.session.flush()


async def test_a_savepoint_that_fails_takes_no_file_along(house: Center, folder: Path) -> None:
    reference = await builders.file(house)
    async with house.work(by=REQUESTER) as work:
        await seal(work, reference)
        await work.session.flush()
        for error, fail in ((Broken, _break), (IntegrityError, _write_nobodys)):
            with pytest.raises(error):
                await fail(work)
    assert len(names(folder)) == len(ANSWER)
    assert names(folder) == await rows(house)


async def test_what_a_killed_process_left_is_removed_after_a_day(house: Center, folder: Path, clock: Clock) -> None:
    reference = await builders.file(house)
    async with house.work(by=REQUESTER) as work:
        await seal(work, reference)
    owned = names(folder)
    orphan, half = new_id().hex, f"{min(owned)}.new"
    for name in (orphan, half, "README"):
        (folder / name).write_bytes(b"sealed")
    for path in folder.iterdir():
        os.utime(path, (clock.now.timestamp(),) * 2)
    clock.forward(hours=23)
    await Upkeep(house).once()
    assert names(folder) == {*owned, orphan, half, "README"}, "its transaction may be under way"
    clock.forward(hours=2)
    assert (await Upkeep(house).once())["orphans"] == 2
    assert names(folder) == {*owned, "README"}
    async with house.reading(by=REQUESTER) as work:
        told = [event.facts for event in await work.session.exec(select(HouseEvent)) if event.step == "retention"]
    assert told == [{"orphans": 2}]
