"""The snippets of docs/api.md, run as they stand against a house that is open."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature

from privacy_center import settings
from privacy_center.casework import aliases
from privacy_center.center import Center
from privacy_center.signing import Signer
from tests.conftest import opened
from tests.databases import KINDS
from tests.house.tree import ROOT
from tests.processes import Running
from tests.web import machines

BLOCKS = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
WHO = "ada.snippet@people.example"


@pytest.fixture(params=KINDS)
async def running(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Running]:
    """An open house."""
    async with opened(request, tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def said() -> Any:
    """Everything that the snippets define."""
    names: dict[str, Any] = {}
    text = "\n".join(BLOCKS.findall((ROOT / "docs" / "api.md").read_text(encoding="utf-8")))
    exec(compile(text, "docs/api.md", "exec"), names)  # noqa: S102 (our own documentation)
    return SimpleNamespace(**{name: value for name, value in names.items() if name.isidentifier()})


async def test_every_snippet_does_what_it_says(running: Running, said: Any) -> None:
    center = running.base_url
    house = await Center.open(settings.read(running.environ))
    shop, _ = await machines.token(house, "snippet-shop")
    ads, made = await machines.token(house, "snippet-ads", purposes=["sale"], hashes=True)
    key = aliases.key(house.house, made).hex()
    await house.close()
    assert said.may_sell(center, shop, WHO, "US-OH") is False  # the house is in Ireland
    press = said.opt_out(center, shop, WHO, ["training"], "shop.northwind.example")
    assert press["changed"] is True
    again = said.opt_out(center, shop, WHO, ["training"], "shop.northwind.example")
    assert (again["press"], again["changed"]) == (press["press"], False)
    now = datetime.now(UTC) - timedelta(seconds=1)
    assert said.opt_in(center, shop, WHO, "sale", "2026-11-01", now.isoformat(), now.isoformat())["changed"]
    assert said.may_sell(center, shop, WHO) is True
    assert said.signal(center, shop, WHO, "shop.northwind.example")["purposes"] == ["sale", "sharing"]
    assert said.may_sell(center, shop, WHO) is False
    _check_hashes(center, ads, key, said)
    _check_changes(running, ads, said.hashed(key, "email", WHO)["value"], said.changes)
    headers = said.unsubscribe_headers(center, shop, WHO, "newsletter")
    assert headers["List-Unsubscribe"].startswith(f"<{center}/u/")


def _check_hashes(center: str, ads: str, key: str, said: Any) -> None:
    asked = {"identifiers": [said.hashed(key, "email", " Ada.Snippet@People.example")], "purposes": ["sale"]}
    answer = said.call("POST", f"{center}/api/v1/preferences/lookup", ads, asked)
    assert answer["answers"][0]["purposes"]["sale"]["reason"] == "opted_out"


def _check_changes(running: Running, ads: str, hashed: str, changes: Callable[..., dict[str, Any]]) -> None:
    keys = Signer(settings.read(running.environ).signing_keys).public_keys()
    page = changes(running.base_url, ads, keys)
    mine = [change for change in page["changes"] if change["hash"] == hashed]
    assert [change["choice"] for change in mine] == ["in", "out"]
    assert changes(running.base_url, ads, keys, page["next"])["changes"] == []
    strange = Signer([b"a stranger's seed, 32 bytes long"]).public_keys().values()
    with pytest.raises(InvalidSignature):
        changes(running.base_url, ads, dict.fromkeys(keys, next(iter(strange))))


def test_whatever_goes_wrong_is_a_no(said: Any) -> None:
    assert said.may_sell("http://127.0.0.1:9", "pc_x", WHO) is False
