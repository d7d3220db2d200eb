"""A house whose recipients are real servers on loopback, and what became of what they were told."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from sqlmodel import col, select

from privacy_center.casework import preferences
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.preferences import Said
from privacy_center.casework.work import CLOCK, REQUESTER, Work
from privacy_center.center import Center
from privacy_center.records.preference import Source
from privacy_center.records.telling import Delivery, Silenced, Telling
from tests.builders import ADA
from tests.conftest import NORTHWIND
from tests.processes import PATIENCE

ADDRESS = "https://hooks.adreach.example/privacy"


def installation(folder: Path, url: str, *more: str, loopback: bool = True, secret: int = 1) -> Path:
    """The sample's file, with AdReach at this address and, for each further one, a recipient `ads1`, `ads2` …"""
    text = NORTHWIND.read_text(encoding="utf-8").replace(f'url = "{ADDRESS}"', f'url = "{url}"\nsecret = {secret}')
    text = text.replace("loopback = false", f"loopback = {str(loopback).lower()}")
    for number, each in enumerate(more, 1):
        text = text.replace("[telling]", f"{_recipient(number, each)}\n[telling]", 1)
    path = folder / f"hearing-{secret}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _recipient(number: int, url: str) -> str:
    return (
        f'[[recipients]]\nid = "ads{number}"\nname = "Ads {number} Limited"\nurl = "{url}"\n'
        'contract = "a test"\npurposes = ["sale"]\nknows = ["email"]\n'
    )


async def no(center: Center, *purposes: str, who: str = ADA) -> str:
    """Somebody says no; returns the reference of the press."""
    async with center.work(by=REQUESTER) as work:
        said = Said(purposes or ("sale",), Source.button)
        return (await preferences.say_no(work, said, identity=Identity("email", who))).press


async def lines(center: Center, recipient: str = "adreach") -> list[Telling]:
    """The ledger of one recipient, read anew."""
    async with center.reading(by=CLOCK) as work:
        return list(await work.session.exec(select(Telling).where(col(Telling.recipient) == recipient)))


async def silent(center: Center, recipient: str = "adreach") -> Silenced | None:
    """Whether a recipient is not called."""
    async with center.reading(by=CLOCK) as work:
        return await work.session.get(Silenced, recipient)


async def until(center: Center, holds: Callable[[Delivery], bool], *, recipient: str = "adreach") -> Delivery:
    """The first delivery of a recipient of which this holds, as soon as there is one."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while True:
        async with center.reading(by=CLOCK) as work:
            found = await _deliveries(work, recipient)
        for delivery in found:
            if holds(delivery):
                return delivery
        seen = [(each.status, each.attempts, each.error) for each in found]
        assert asyncio.get_running_loop().time() < deadline, seen
        await asyncio.sleep(0.05)


async def _deliveries(work: Work, recipient: str) -> list[Delivery]:
    query = select(Delivery).where(col(Delivery.recipient) == recipient).order_by(col(Delivery.id))
    return list(await work.session.exec(query))


async def became(center: Center, status: str, *, recipient: str = "adreach") -> Delivery:
    """The delivery, once it stands there."""
    return await until(center, lambda delivery: delivery.status == status, recipient=recipient)
