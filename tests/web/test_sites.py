"""The bridges to the sites: what docs/sites.md shows is what runs here (D6)."""

import importlib.util
import re
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.async_api import Page

from privacy_center.casework import handoffs
from privacy_center.center import Center
from privacy_center.signing import Signer
from tests.conftest import Clock
from tests.trust.doors import visitor

ROOT = Path(__file__).parents[2]
SITES = ROOT / "examples" / "sites"
OUTLET = "northwind-outlet.example"
LINK = re.compile(r'href="https://northwind-outlet\.example/privacy-choice\?privacy_choice=([^"]+)"')
COOKIES = {
    "": set(),
    "other=1": set(),
    "a=b; __Secure-choice=v1.sale:out:1.training:in:2; c=d": {"sale"},
    "choice=v1.sale:out:1.sharing:out:1": {"sale", "sharing"},
    "choice=v1.sale:out:1.sharing": set(),
    "choice=v2.sale:out:1": set(),
    "mychoice=v1.sale:out:1": set(),
}


def example(name: str) -> Any:
    """One of the snippets, as a site would load it."""
    found = importlib.util.spec_from_file_location(name, SITES / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    module: ModuleType = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", sorted(SITES.iterdir()), ids=lambda path: path.name)
def test_the_guide_shows_the_very_files_that_run_here(path: Path) -> None:
    if path.is_file():
        assert path.read_text(encoding="utf-8").strip() in (ROOT / "docs" / "sites.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("cookies", COOKIES)
def test_a_server_reads_the_cookie(cookies: str) -> None:
    read = example("read_choice")
    assert read.refused(cookies) == COOKIES[cookies]
    assert read.refused(cookies, "1") == COOKIES[cookies] | {"sale", "sharing"}


def test_a_yes_that_was_given_under_the_signal_outranks_it_on_the_server() -> None:
    assert example("read_choice").refused("choice=v1.sale:in:1:g.sharing:in:1", "1") == {"sharing"}


async def test_a_page_reads_the_cookie(page: Page) -> None:
    script = (SITES / "read_choice.js").read_text(encoding="utf-8")
    ask = f"([cookies, signal]) => {{ {script}; return [...refused(cookies, signal)].sort(); }}"
    for cookies, no in COOKIES.items():
        assert await page.evaluate(ask, [cookies, False]) == sorted(no)
        assert await page.evaluate(ask, [cookies, True]) == sorted(no | {"sale", "sharing"})
    assert await page.evaluate(ask, ["choice=v1.sale:in:1:g", True]) == ["sharing"]


async def test_a_no_is_carried_to_a_site_of_another_domain(center: Center, clock: Clock) -> None:
    ada = visitor(center)
    assert not LINK.search((await ada.get("/choices")).text)
    answer = await ada.post("/choices", data={"purpose": ["sale", "training"], "choice": "out"})
    assert f"Carry this choice to {OUTLET}" in answer.text
    found = LINK.search(answer.text)
    assert found
    keys = (await ada.get("/.well-known/privacy-center-keys.json")).json()
    verify = example("verify_handoff")
    now = clock.now.timestamp()
    assert verify.refused(found[1], OUTLET, keys, now) == {"sale", "training"}
    assert verify.refused(found[1], OUTLET, keys, now + 599) == {"sale", "training"}
    assert verify.refused(found[1], OUTLET, keys, now + 600) == set()
    assert verify.refused(found[1], OUTLET, keys, now - 61) == set()
    assert verify.refused(found[1], "shop.mallory.example", keys, now) == set()


async def test_a_yes_is_carried_nowhere(center: Center) -> None:
    ada = visitor(center)
    form = {"purpose": "sale", "choice": "in"}
    await ada.post("/choices", data=form)
    answer = await ada.post("/choices", data={**form, "confirm": "yes"})
    assert "Allowed again" in answer.text
    assert not LINK.search(answer.text)


async def test_the_signal_is_carried_like_a_press(center: Center, clock: Clock) -> None:
    ada = visitor(center)
    found = LINK.search((await ada.get("/choices", headers={"Sec-GPC": "1"})).text)
    assert found
    keys = (await ada.get("/.well-known/privacy-center-keys.json")).json()
    refused = example("verify_handoff").refused(found[1], OUTLET, keys, clock.now.timestamp())
    assert refused == {"sale", "sharing"}


async def test_a_forged_token_says_nothing(center: Center, clock: Clock) -> None:
    verify, now = example("verify_handoff"), clock.now
    keys = (await visitor(center).get("/.well-known/privacy-center-keys.json")).json()
    good = handoffs.token(center.house, OUTLET, {"sale"}, now)
    mallory = replace(center.house, signer=Signer([b"m" * 32]))
    payload, key_id, signature = good.split(".")
    foreign = handoffs.token(mallory, OUTLET, {"sale"}, now)
    bad = [
        foreign,
        f"{foreign.split('.')[0]}.{key_id}.{foreign.split('.')[2]}",
        f"{payload}.{key_id}.{signature[:-4]}AAAA",
        f"{payload[:-2]}AA.{key_id}.{signature}",
        f"{payload}.{key_id}",
        f"{payload}.{key_id}.é",
        "",
        "a.b.c",
        "." * 3,
        good + ".",
    ]
    assert verify.refused(good, OUTLET, keys, now.timestamp()) == {"sale"}
    assert [verify.refused(token, OUTLET, keys, now.timestamp()) for token in bad] == [set()] * len(bad)


async def test_the_keys_are_published(center: Center) -> None:
    answer = await visitor(center).get("/.well-known/privacy-center-keys.json")
    (key,) = answer.json()["keys"]
    assert key["public"] == center.house.signer.public_keys()[key["id"]]
