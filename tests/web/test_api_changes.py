"""The export of changes: each recipient's own, by its own hashes, signed, in order, and never one too few."""

import asyncio
import base64

import pytest
from httpx2 import AsyncClient, Response

from privacy_center.casework import preferences, settling
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.preferences import Said
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.records.preference import Source
from tests.builders import ADA, MALLORY
from tests.web.machines import CHANGES, PUT, client, email, hashed, machine, no, token


async def said(center: Center, *purposes: str, who: str | None = ADA) -> None:
    """Somebody says no by the button."""
    async with center.work(by=REQUESTER) as work:
        identity = Identity("email", who) if who else None
        await preferences.say_no(work, Said(purposes, Source.button), identity=identity)


def verified(center: Center, answer: Response) -> bool:
    """Whether the signature holds over the exact body."""
    key_id, _, signature = answer.headers["privacy-center-signature"].partition(":")
    return center.house.signer.verify(key_id, base64.b64decode(signature), answer.content)


async def test_it_has_each_change_of_its_purposes_by_its_own_hash(center: Center) -> None:
    await said(center, "sale", "training")
    secret, made = await token(center, "ads", purposes=["sale", "sharing"], hashes=True)
    ads = client(center, secret)
    await said(center, "sharing", who=MALLORY)
    await said(center, "sale", who=None)
    answer = await ads.get(CHANGES)
    found = answer.json()
    assert [(c["hash"], c["purpose"], c["choice"], c["source"]) for c in found["changes"]] == [
        (hashed(center, made, ADA)["value"], "sale", "out", "button"),
        (hashed(center, made, MALLORY)["value"], "sharing", "out", "button"),
    ]
    assert found["changes"][0]["kind"] == "email"
    assert found["next"] == 4
    assert verified(center, answer)
    assert ADA not in answer.text
    assert (await ads.get(CHANGES, params={"after": 4})).json() == {"changes": [], "next": 4}
    assert (await ads.get(CHANGES, params={"after": 99})).json() == {"changes": [], "next": 99}


async def test_pages_follow_each_other_without_a_gap(center: Center) -> None:
    ads = await machine(center, "ads", purposes=["sale"], hashes=True)
    for number in range(7):
        await said(center, "sale", "training", who=f"ada{number}@people.example")
    after = 0
    seen: list[int] = []
    while True:
        page = (await ads.get(CHANGES, params={"after": after, "limit": 3})).json()
        seen += [change["number"] for change in page["changes"]]
        if page["next"] == after:
            break
        after = page["next"]
    assert seen == [1, 3, 5, 7, 9, 11, 13]
    assert after == 14


async def test_another_byte_or_another_key_breaks_the_signature(center: Center) -> None:
    ads = await machine(center, "ads", hashes=True)
    await said(center, "sale")
    answer = await ads.get(CHANGES)
    key_id, _, signature = answer.headers["privacy-center-signature"].partition(":")
    raw = base64.b64decode(signature)
    assert not center.house.signer.verify(key_id, raw, answer.content + b" ")
    assert not center.house.signer.verify("0" * 16, raw, answer.content)
    assert key_id in center.house.signer.public_keys()


async def test_a_token_without_hashes_has_no_export(center: Center) -> None:
    assert (await (await machine(center)).get(CHANGES)).status_code == 403


async def overtaken(center: Center, ads: AsyncClient) -> tuple[asyncio.Task[None], asyncio.Event]:
    """A slow press that has its number already, and a quick one with the next number that is committed before it."""
    begun, end = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with center.work(by=REQUESTER) as work:
            await preferences.say_no(work, Said(("sale",), Source.button), identity=Identity("email", ADA))
            begun.set()
            await end.wait()

    pressing = asyncio.create_task(slow())
    await begun.wait()
    if not center.database.is_sqlite:
        await said(center, "sale", who=MALLORY)
    return pressing, end


async def test_a_press_that_is_overtaken_is_not_skipped_and_holds_nobody_up(center: Center) -> None:
    ads = await machine(center, "ads", hashes=True)
    pressing, end = await overtaken(center, ads)
    asking = asyncio.create_task(ads.get(CHANGES))
    await asyncio.sleep(0.3)
    if not center.database.is_sqlite:
        assert not asking.done()
        shop = await machine(center, "shop")
        assert (await shop.put(PUT, json=no(email("otto@people.example")))).status_code == 200
    end.set()
    first = (await asking).json()
    await pressing
    rest = (await ads.get(CHANGES, params={"after": first["next"]})).json()
    numbers = [change["number"] for change in [*first["changes"], *rest["changes"]]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == (1 if center.database.is_sqlite else 3)


async def test_a_writer_who_does_not_end_is_told_and_nothing_is_skipped(
    center: Center, monkeypatch: pytest.MonkeyPatch
) -> None:
    if center.database.is_sqlite:
        pytest.skip("on SQLite numbers are in the order of commits")
    monkeypatch.setattr(settling, "PATIENCE", 0.1)
    ads = await machine(center, "ads", hashes=True)
    pressing, end = await overtaken(center, ads)
    answer = await ads.get(CHANGES)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert answer.headers["content-type"] == "application/problem+json"
    end.set()
    await pressing
    assert len((await ads.get(CHANGES)).json()["changes"]) == 2


async def test_many_writers_at_once_leave_no_gap_for_a_reader(center: Center) -> None:
    """Presses and exports side by side: what was read in pages is the whole, each change once and in order."""
    ads = await machine(center, "ads", hashes=True)
    presses = 60

    async def press(number: int) -> None:
        await asyncio.sleep(number % 7 * 0.01)
        await said(center, "sale", who=f"ada{number}@people.example")

    pressing = asyncio.gather(*(press(number) for number in range(presses)))
    after = 0
    seen: list[str] = []
    while len(seen) < presses:
        done = pressing.done()
        page = (await ads.get(CHANGES, params={"after": after, "limit": 10})).json()
        seen += [change["hash"] for change in page["changes"]]
        if done and page["next"] == after:
            break
        after = page["next"]
    await pressing
    assert len(seen) == len(set(seen)) == presses
