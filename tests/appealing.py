"""A house to appeal in: in Virginia, with British customers, so that an appeal and a complaint are given by law."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from privacy_center import settings as settings_module
from privacy_center.casework.facts import Facts
from privacy_center.center import Center
from tests import builders
from tests.builders import WORDS
from tests.conftest import NORTHWIND, Clock

DECISION = Facts(text="You are right.", contents={"appeal_written_reasons": "We asked about the wrong account."})
VIRGINIA, BRITAIN = "US-VA", "GB"
REFUSAL = Facts(text="We looked.", ground="legal_obligation", citation="26 U.S.C. 6001")


def installed(folder: Path) -> Path:
    """The house's file."""
    text = NORTHWIND.read_text(encoding="utf-8")
    text = text.replace('country = "IE"', 'country = "US"').replace('"Europe/Dublin"', '"America/New_York"')
    text = text.replace('regimes = ["eu-gdpr", "us-ca-ccpa"]', 'regimes = ["us-va-vcdpa", "uk-gdpr"]')
    path = folder / "virginian.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
async def virginian(environ: dict[str, str], clock: Clock, tmp_path: Path) -> AsyncIterator[Center]:
    """The house."""
    given = {**environ, "PRIVACY_CENTER_INSTALLATION": str(installed(tmp_path))}
    center = await Center.open(settings_module.read(given), now=clock)
    yield center
    await center.close()


async def denied(center: Center, place: str = VIRGINIA) -> str:
    """A request that Lea has refused, after Hana asked a question; its reference."""
    reference = await builders.file(center, regime=place, right="delete")
    await builders.prove(center, reference)
    staff = await builders.cast(center)
    await builders.take(center, reference, "inform", WORDS, by=staff.hana)
    await builders.take(center, reference, "deny", REFUSAL, by=staff.lea)
    return reference
