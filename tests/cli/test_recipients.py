"""`privacy-center recipient`: what a recipient is given, and how it stands."""

import asyncio
import base64
from collections.abc import Mapping

import pytest
from click.testing import CliRunner, Result
from sqlmodel import col, select

from privacy_center.casework import announcements, introductions, telling
from privacy_center.casework.work import CLOCK, OPERATOR
from privacy_center.center import Center
from privacy_center.cli import main
from privacy_center.mailroom import webhooks
from privacy_center.records.event import HouseEvent
from tests.worker import hearing


async def run(environ: Mapping[str, str], *arguments: str) -> Result:
    """Run the command with these settings and no others."""
    return await asyncio.to_thread(CliRunner().invoke, main, ["recipient", *arguments], env=dict(environ))


async def test_what_is_shown_fits_and_stands_in_the_trail(center: Center, environ: dict[str, str]) -> None:
    done = await run(environ, "show", "adreach")
    assert done.exit_code == 0, done.output
    async with center.reading(by=OPERATOR) as work:
        each = telling.recipient(work.house, "adreach")
        assert each is not None
        query = select(HouseEvent).where(col(HouseEvent.step) == introductions.SHOWN)
        (event,) = await work.session.exec(query)
        (secret,) = announcements.secrets(work.house, each)
    assert event.facts == {"recipient": "adreach", "generation": 1}
    lines = done.stdout.splitlines()
    assert f"secret\t{webhooks.secret(secret)}" in lines
    key = base64.b64encode(announcements.hash_key(center.house, "adreach")).decode()
    assert f"hash key\t{key}" in lines
    assert not any(key in str(event.facts) for key in (secret.hex(), key))


@pytest.mark.parametrize("name", ["nobody", ""])
async def test_nobody_has_no_keys(center: Center, environ: dict[str, str], name: str) -> None:
    done = await run(environ, "show", name)
    assert done.exit_code == 1
    assert "no recipient is called" in done.output


async def test_a_recipient_by_mail_needs_no_secret(center: Center, environ: dict[str, str]) -> None:
    done = await run(environ, "show", "parcelpost")
    assert done.exit_code == 0
    assert "whsec_" not in done.output
    assert "hash key" not in done.output


async def test_the_list_says_who_is_called_and_how_much_waits(center: Center, environ: dict[str, str]) -> None:
    await hearing.no(center)
    async with center.work(by=CLOCK) as work:
        each = telling.recipient(work.house, "adreach")
        assert each is not None
        await telling.silence(work, each, "its address is gone for good (410)")
    done = await run(environ, "list")
    first, second = done.stdout.splitlines()
    assert first.startswith("adreach\twebhook\tsilent since ")
    assert first.endswith("its address is gone for good (410)\t1 wait\tAdReach Limited")
    assert second == "parcelpost\tmail\tcalled\t0 wait\tParcel Post Limited"
