"""Rotation: everything sealed moves to the newest key, while the house works, and nothing becomes unreadable."""

import asyncio
import base64
import hashlib
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import LargeBinary
from sqlmodel import col, select

from privacy_center import settings as settings_module
from privacy_center.casework import cases, letters, packages, rotation, vault, verification
from privacy_center.casework.refusals import NotFound
from privacy_center.casework.rotation import COLUMNS, UNREADABLE
from privacy_center.casework.work import OPERATOR, REQUESTER
from privacy_center.center import Center
from privacy_center.cli import main
from privacy_center.links import LinkInvalid, Links, Purpose
from privacy_center.records.models import METADATA
from privacy_center.records.people import Identifier
from privacy_center.records.sealed import Keyring
from privacy_center.worker import rekeying
from privacy_center.worker.upkeep import Upkeep
from tests import builders
from tests.casework.rotating import rotate
from tests.conftest import Clock, key
from tests.processes import environment
from tests.programs import Program

OLD, NEW = key("data"), key("a newer one")


class Stopped(Exception):
    """The run ends here, as if it had been killed."""


@pytest.fixture(params=["database", "folder"])
def files(request: pytest.FixtureRequest, environ: dict[str, str], tmp_path: Path) -> None:
    """Where the files of answers lie."""
    if request.param == "folder":
        environ["PRIVACY_CENTER_FILES"] = str(tmp_path / "files")


async def house(environ: dict[str, str], clock: Clock, *keys: str) -> Center:
    """The house under these data keys, newest first."""
    return await Center.open(settings_module.read({**environ, "PRIVACY_CENTER_DATA_KEYS": ",".join(keys)}), now=clock)


@pytest.fixture
async def both(files: None, center: Center, environ: dict[str, str], clock: Clock) -> AsyncIterator[Center]:
    """The same house started anew with a newer key."""
    found = await house(environ, clock, NEW, OLD)
    yield found
    await found.close()


async def read_all(center: Center, reference: str) -> list[object]:
    """Everything sealed of a case, in clear."""
    async with center.work(by=REQUESTER) as work:
        case = await cases.seen(work, reference)
        rows = await packages.files(work, case)
        return [
            [vault.address(work, row) for row in await vault.identifiers(work, case)],
            [vault.words(work, row) for row in await vault.texts(work, case)],
            [(letters.address(work, row), letters.words(work, row)) for row in await letters.of_case(work, case)],
            [await packages.fetch(work, case, row.id) for row in rows],
        ]


def silent(_line: str) -> None:
    """Say nothing."""


async def test_everything_is_readable_under_the_newest_key_alone(
    both: Center, center: Center, environ: dict[str, str], clock: Clock
) -> None:
    reference = await builders.a_case(center, "fulfilled")
    before = await read_all(center, reference)
    said: list[str] = []
    found = await rekeying.rotate(both, said.append)
    assert set(found) == {0}
    assert not any(OLD in line or NEW in line or "example" in line for line in said)
    alone = await house(environ, clock, NEW)
    try:
        assert await read_all(alone, reference) == before
        assert await rekeying.census(alone) == found
    finally:
        await alone.close()
    assert await rekeying.census(center) == {UNREADABLE: found[0]}


async def test_a_second_run_finds_nothing_to_do(both: Center, center: Center) -> None:
    await builders.a_case(center, "fulfilled")
    first: list[str] = []
    again: list[str] = []
    await rekeying.rotate(both, first.append)
    await rekeying.rotate(both, again.append)
    assert "identifier.value: 1 sealed anew" in first
    assert all(line.endswith(": 0 sealed anew") for line in again)


async def test_a_run_cut_short_is_taken_up_again(both: Center, center: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    references = [await builders.a_case(center, "fulfilled") for _ in range(3)]
    before = [await read_all(both, reference) for reference in references]

    def stop(line: str) -> None:
        if line.startswith("letter.subject"):
            raise Stopped

    with pytest.raises(Stopped):
        await rekeying.rotate(both, stop)
    half = await rekeying.census(both)
    assert half[0]
    assert half[1]
    assert [await read_all(both, reference) for reference in references] == before
    assert set(await rekeying.rotate(both, silent)) == {0}
    assert [await read_all(both, reference) for reference in references] == before


def killed_after(lines: int, given: dict[str, str], log: Path) -> None:
    """A run in a process of its own, killed a moment after it has said so many lines."""
    log.touch()
    process = Program(environ=given, log=log, act=rotate)
    while process.poll() is None and log.read_bytes().count(b"\n") < lines:
        time.sleep(0.001)
    assert log.read_bytes().count(b"\n") >= lines, log.read_text()
    time.sleep(0.003 * lines)
    process.kill()
    process.wait()


async def test_a_run_that_is_killed_leaves_every_value_whole(
    both: Center, center: Center, environ: dict[str, str], tmp_path: Path
) -> None:
    for number in range(4):
        await builders.file(center, email=f"ada{number}@people.example", name="Ada", note="Please.")
    given = environment({**environ, "PRIVACY_CENTER_DATA_KEYS": f"{NEW},{OLD}"})
    for lines in range(1, 4):
        await asyncio.to_thread(killed_after, lines, given, tmp_path / f"{lines}.log")
        assert not (await rekeying.census(both))[UNREADABLE]
    assert set(await rekeying.rotate(both, silent)) == {0}


async def test_what_is_written_meanwhile_is_neither_lost_nor_overwritten(both: Center, center: Center) -> None:
    reference = await builders.a_case(center, "reviewing")
    column = COLUMNS[0]
    async with both.reading(by=OPERATOR) as work:
        page = await rotation.page(work, column, None, stale=True)
    async with center.work(by=REQUESTER) as work:
        mailbox = await vault.mailbox(work, await cases.locked(work, reference))
        mailbox.value = work.house.keys.seal("ada@new.example", place=f"identifier.value:{mailbox.id}")
    async with both.work(by=OPERATOR) as work:
        assert await rotation.reseal(work, column, page.values) == 0
    async with both.reading(by=REQUESTER) as work:
        mailbox = await vault.mailbox(work, await cases.seen(work, reference))
        assert vault.address(work, mailbox) == "ada@new.example"


async def test_requests_come_in_while_it_runs(both: Center, center: Center) -> None:
    async def filing() -> list[str]:
        return [await builders.file(center, email=f"ada{number}@people.example") for number in range(8)]

    await builders.a_case(center, "fulfilled")
    references, _ = await asyncio.gather(filing(), rekeying.rotate(both, silent))
    assert set(await rekeying.rotate(both, silent)) == {0}
    for reference in references:
        await read_all(both, reference)


async def test_a_destroyed_file_does_not_come_back(both: Center, center: Center, clock: Clock) -> None:
    await builders.a_case(center, "fulfilled")
    async with both.reading(by=OPERATOR) as work:
        page = await rotation.in_folder(work, None)
    clock.forward(days=31)
    await Upkeep(both).once()
    for file_id, _ in page.values:
        async with both.work(by=OPERATOR) as work:
            assert await rotation.reseal_file(work, file_id) == 0
    folder = both.settings.files
    assert folder is None or not list(folder.iterdir())


async def test_a_value_that_no_key_opens_is_told_and_left_alone(
    center: Center, environ: dict[str, str], clock: Clock
) -> None:
    await builders.file(center)
    stranger = await house(environ, clock, NEW)
    try:
        found = await rekeying.rotate(stranger, silent)
        assert set(found) == {UNREADABLE}
        assert "drop none" in rekeying.told(found, 1, derived=False)[-1]
    finally:
        await stranger.close()
    assert set(await rekeying.census(center)) == {0}


def twin(of: str) -> str:
    """Another key whose id is the same byte."""
    wanted = Keyring([base64.b64decode(of)], b"i").newest_id
    for number in range(10_000):
        made = hashlib.sha256(f"twin {number}".encode()).digest()
        if Keyring([made], b"i").newest_id == wanted:
            return base64.b64encode(made).decode()
    raise AssertionError


async def test_two_keys_of_the_same_id_are_told_apart(center: Center, environ: dict[str, str], clock: Clock) -> None:
    reference = await builders.file(center)
    twins = await house(environ, clock, twin(OLD), OLD)
    try:
        assert twins.house.keys.newest_id is None
        assert set(await rekeying.census(twins)) == {1}
        assert set(await rekeying.rotate(twins, silent)) == {0}
        await read_all(twins, reference)
    finally:
        await twins.close()


def test_every_sealed_column_is_rotated() -> None:
    known = {(column.table.__tablename__, column.name) for column in COLUMNS}
    sealed = {
        (table.name, column.name)
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert known == sealed


async def test_the_command_says_which_key_may_go(center: Center, environ: dict[str, str]) -> None:
    await builders.file(center)
    env = {**environ, "PRIVACY_CENTER_DATA_KEYS": f"{NEW},{OLD}"}
    done = await asyncio.to_thread(CliRunner().invoke, main, ["keys", "rotate"], env=env)
    assert done.exit_code == 0, done.output
    assert "key 2 of 2: 0 values" in done.output
    assert "no value needs key 2 any more" in done.output
    assert OLD not in done.output


def test_the_key_from_which_the_index_is_derived_must_stay() -> None:
    lines = rekeying.told(Counter({0: 5}), 3, derived=True)
    assert "key 3 must stay: INDEX_KEY or SIGNING_KEYS is derived from it" in lines
    assert "no value needs key 2 any more" in lines[-1]


async def test_a_link_signed_under_an_old_key_opens_while_the_key_is_listed_and_not_after(
    center: Center, environ: dict[str, str], clock: Clock
) -> None:
    reference = await builders.file(center)
    async with center.reading(by=REQUESTER) as work:
        token = work.house.links.sign(Purpose.verify, str((await builders.challenge(work, reference)).id))
    for keys, opens in ((f"{key('newer')},{key('secret')}", True), (key("newer"), False)):
        other = await Center.open(settings_module.read({**environ, "PRIVACY_CENTER_SECRET_KEYS": keys}), now=clock)
        try:
            async with other.reading(by=REQUESTER) as work:
                if opens:
                    assert (await verification.seen(work, Purpose.verify, token)).reference == reference
                else:
                    with pytest.raises(NotFound):
                        await verification.seen(work, Purpose.verify, token)
        finally:
            await other.close()


def test_the_newest_secret_key_signs() -> None:
    old, both, new = Links(["o" * 32]), Links(["n" * 32, "o" * 32]), Links(["n" * 32])
    assert new.read(Purpose.fresh, both.sign(Purpose.fresh, "x")) == "x"
    assert both.read(Purpose.fresh, old.sign(Purpose.fresh, "x")) == "x"
    assert both.code_matches("c", 1, old.code("c", 1))
    with pytest.raises(LinkInvalid):
        new.read(Purpose.fresh, old.sign(Purpose.fresh, "x"))
    assert not new.code_matches("c", 1, old.code("c", 1)) or old.code("c", 1) == new.code("c", 1)


async def test_a_forgotten_value_is_not_written_again(both: Center, center: Center) -> None:
    await builders.file(center)
    async with both.reading(by=OPERATOR) as work:
        page = await rotation.page(work, COLUMNS[0], None, stale=True)
    async with center.work(by=OPERATOR) as work:
        for row in await work.session.exec(select(Identifier).where(col(Identifier.id).is_not(None))):
            await work.session.delete(row)
    async with both.work(by=OPERATOR) as work:
        assert await rotation.reseal(work, COLUMNS[0], page.values) == 0
