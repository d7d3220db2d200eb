"""Tokens: told once, kept as a digest, ended at once; and those who ask by hashes know everybody from the start."""

import asyncio

import pytest
from click.testing import CliRunner
from sqlmodel import select

from privacy_center.casework import aliases, fingerprints, preferences, tokens, trail
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.preferences import Said
from privacy_center.casework.refusals import Invalid, NotFound
from privacy_center.casework.work import OPERATOR, REQUESTER
from privacy_center.center import Center
from privacy_center.cli import main
from privacy_center.records.event import HouseEvent
from privacy_center.records.preference import Source
from privacy_center.records.token import Alias, Token
from tests.builders import ADA

READ = ["preferences:read"]


async def people(center: Center, count: int) -> None:
    """So many who have said no."""
    async with center.work(by=REQUESTER) as work:
        for number in range(count):
            who = Identity("email", f"ada{number}@people.example")
            await preferences.say_no(work, Said(("sale",), Source.button), identity=who)


async def create(center: Center, name: str = "ads", *, hashes: bool = True) -> str:
    """A token, as the command makes it."""
    async with center.work(by=OPERATOR) as work:
        made = await tokens.prepare(work, name, scopes=READ, hashes=hashes)
    async with center.work(by=OPERATOR) as work:
        await tokens.name_some(work, made)
        return await tokens.issue(work, made)


async def count(center: Center) -> int:
    """How many aliases there are."""
    async with center.reading(by=OPERATOR) as work:
        return len((await work.session.exec(select(Alias))).all())


async def test_only_the_digest_is_kept_and_the_trail_names_no_secret(center: Center) -> None:
    secret = await create(center)
    assert secret.startswith("pc_")
    assert len(secret) == 46
    async with center.reading(by=OPERATOR) as work:
        (kept,) = (await work.session.exec(select(Token))).all()
        (event,) = (await work.session.exec(select(HouseEvent).where(HouseEvent.step == "token"))).all()
        assert await tokens.shown(work, secret) is not None
        assert await tokens.shown(work, kept.digest) is None
    assert secret[3:] not in repr(kept) + repr(event)
    assert event.facts["scopes"] == "preferences:read"
    assert trail.digest(event, reference=trail.HOUSE) == event.digest


@pytest.mark.parametrize(
    ("name", "scopes", "purposes"),
    [
        ("", READ, []),
        ("a b", READ, []),
        ("x" * 65, READ, []),
        ("ads\n", READ, []),
        ("ads", [], []),
        ("ads", ["everything"], []),
        ("ads", READ, ["salt"]),
    ],
)
async def test_what_is_no_token_is_not_made(center: Center, name: str, scopes: list[str], purposes: list[str]) -> None:
    with pytest.raises(Invalid):
        async with center.work(by=OPERATOR) as work:
            await tokens.prepare(work, name, scopes=scopes, purposes=purposes)


async def test_a_name_is_given_once(center: Center) -> None:
    await create(center)
    with pytest.raises(Invalid, match="another name"):
        await create(center)
    async with center.work(by=OPERATOR) as work:
        await tokens.revoke(work, "ads")
    with pytest.raises(Invalid, match="another name"):
        await create(center)
    with pytest.raises(NotFound):
        async with center.work(by=OPERATOR) as work:
            await tokens.revoke(work, "ads")


async def test_until_it_is_issued_nothing_opens_it(center: Center) -> None:
    async with center.work(by=OPERATOR) as work:
        made = await tokens.prepare(work, "ads", scopes=READ)
        kept = await work.session.get_one(Token, made)
        for shown in (kept.digest, tokens.UNISSUED, ""):
            assert await tokens.shown(work, shown) is None
        assert tokens.state(kept) == "unfinished"


async def test_naming_that_was_cut_short_goes_on_under_the_same_key(
    center: Center, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "BATCH", 3)
    await people(center, 8)
    async with center.work(by=OPERATOR) as work:
        first = await tokens.prepare(work, "ads", scopes=READ, hashes=True)
        await tokens.name_some(work, first)
    assert await count(center) == 3
    async with center.work(by=OPERATOR) as work:
        again = await tokens.prepare(work, "ads", scopes=READ, hashes=True)
        assert again == first
        last = await tokens.name_some(work, again)
        while last is not None:
            last = await tokens.name_some(work, again, after=last)
    assert await count(center) == 8


async def test_who_is_new_is_named_for_every_live_token_that_has_hashes(center: Center) -> None:
    await create(center, "ads")
    await create(center, "shop", hashes=False)
    await create(center, "old")
    async with center.work(by=OPERATOR) as work:
        await tokens.revoke(work, "old")
    await people(center, 2)
    await people(center, 2)
    assert await count(center) == 2


async def test_a_person_who_is_written_while_a_token_is_made_is_named(center: Center) -> None:
    """Two real transactions: the fingerprint's began before the token was there, and ends after it."""
    if center.database.is_sqlite:
        pytest.skip("SQLite has one writer: nobody is in between")
    written, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with center.work(by=REQUESTER) as work:
            await fingerprints.make(work, Identity("email", ADA))
            written.set()
            await go_on.wait()

    writing = asyncio.create_task(slow())
    await written.wait()
    async with center.work(by=OPERATOR) as work:
        made = await tokens.prepare(work, "ads", scopes=READ, hashes=True)

    async def settle() -> None:
        async with center.reading(by=OPERATOR) as work:
            await tokens.settle(work)

    settling = asyncio.create_task(settle())
    await asyncio.sleep(0.2)
    assert not settling.done()
    go_on.set()
    await asyncio.gather(writing, settling)
    async with center.work(by=OPERATOR) as work:
        await tokens.name_some(work, made)
        found = await aliases.find(
            work, made, [aliases.made(aliases.key(work.house, made), Identity("email", ADA).digest)]
        )
    assert len(found) == 1


async def test_revoking_forgets_how_it_named_people(center: Center) -> None:
    await people(center, 2)
    await create(center)
    assert await count(center) == 2
    async with center.work(by=OPERATOR) as work:
        await tokens.revoke(work, "ads")
    assert await count(center) == 0


def test_the_commands_create_list_and_revoke(environ: dict[str, str]) -> None:
    run = CliRunner(env=environ)
    options = ["--scope", "preferences:read", "--scope", "preferences:write", "--purpose", "sale", "--hashes"]
    made = run.invoke(main, ["token", "create", "ads", *options])
    assert made.exit_code == 0, made.output
    secret, key = made.stdout.split()
    assert secret.startswith("pc_")
    assert len(bytes.fromhex(key)) == 32
    listed = run.invoke(main, ["token", "list"]).stdout
    assert listed == "ads\tlive\tpreferences:read preferences:write\tsale\thashes\tnever used\n"
    assert run.invoke(main, ["token", "create", "ads", *options]).exit_code == 1
    assert run.invoke(main, ["token", "create", "x", "--scope", "everything"]).exit_code == 1
    assert run.invoke(main, ["token", "revoke", "ads"]).exit_code == 0
    assert "ads\trevoked" in run.invoke(main, ["token", "list"]).stdout
    again = run.invoke(main, ["token", "revoke", "ads"])
    assert again.exit_code == 1
    assert "no live token is called ads" in again.output
