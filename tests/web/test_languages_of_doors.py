"""Languages: nothing stays English at the agents' door, beside an appeal or a complaint, and where proofs are told."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from privacy_center.casework.probing import Found
from privacy_center.catalogues import Catalogue
from privacy_center.center import Center
from privacy_center.links import Purpose
from privacy_center.records.probe import Outcome
from tests.agents import agents_cases
from tests.appealing import BRITAIN, VIRGINIA, denied, virginian
from tests.builders import ADA
from tests.conftest import Clock
from tests.trust import doors
from tests.trust.doors import visitor
from tests.web import test_errands
from tests.web.test_agents import FILLED, PAPER, WORDS, send
from tests.web.test_languages import Bracketed, unsaid
from tests.web.test_probes import judged, tested

__all__ = ["tested", "virginian"]


def bracketed(center: Center) -> None:
    """From now on this house says every message between brackets."""
    here, tongue = center.house.installation, Catalogue("en", Bracketed())
    center.house = replace(center.house, catalogues=dict.fromkeys((*here.page_languages, "en"), tongue))


def left(center: Center, pages: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """What is said in English on which page."""
    for name, page in pages.items():
        if words := [*unsaid(page, center)]:
            yield name, words


async def test_no_word_at_the_agents_door_stays_english(center: Center) -> None:
    bracketed(center)
    otto = visitor(center)
    pages = {
        "kept": (await send(otto, PAPER, form="one")).text,
        "for a number": (await send(otto, kind="phone", value="+353 1 555 0100", form="two", **WORDS)).text,
        "nothing": (await otto.post("/agents", data={"choice": "in", "form": "x"})).text,
        "no purpose": (await send(otto, purpose="nonsense", **WORDS)).text,
        "too long": (await send(otto, agent="x" * 201, words="x" * 20_001, signer="x" * 201)).text,
        "unsigned": (await send(otto, words="Otto may.")).text,
        "ahead": (await send(otto, **{**WORDS, "signed_on": "2030-01-01"})).text,
        "no file": (await send(otto, {"permission": ("a.txt", b"words", "text/plain")})).text,
        "empty": (await send(otto, {"permission": ("a.pdf", b"", "application/pdf")})).text,
    }
    case = (await agents_cases(center))[0]
    asks = await doors.requester(center, case.reference)
    pages["the case"] = (await asks.get(f"/requests/{case.reference}")).text
    assert not dict(left(center, pages))


async def test_no_word_of_an_errand_stays_english(center: Center) -> None:
    bracketed(center)
    otto = visitor(center)
    pages = {
        "nothing": (await otto.post("/agents/requests", data={"form": "x"})).text,
        "a no": (await test_errands.send(otto, right="optout_sale_sharing")).text,
        "an appeal": (await test_errands.send(otto, PAPER, right="appeal")).text,
        "the same mailbox": (await test_errands.send(otto, PAPER, agent_email=ADA)).text,
        "too long": (await test_errands.send(otto, agent="x" * 201, name="x" * 201, note="x" * 2001)).text,
    }
    assert (await test_errands.send(otto, PAPER, agent="", note="")).status_code == 303
    (case,) = await test_errands.opened(center)
    ada = visitor(center)
    path = f"/verify/{await doors.token(center, case.reference)}"
    pages["the link"] = (await ada.get(path)).text
    pages["not me"] = (await ada.get(f"/not-me/{await not_me(center, case.reference)}")).text
    pages["the request"] = (await ada.get((await doors.press(ada, path)).headers["location"])).text
    assert not dict(left(center, pages))


async def not_me(center: Center, reference: str) -> str:
    """The link of the same letter by which she says that she did not ask."""
    return await doors.token(center, reference, Purpose.not_me, asked=Purpose.verify)


async def test_an_agent_is_answered_in_the_language_of_the_page(center: Center) -> None:
    answer = await visitor(center).post("/agents?lang=es", data={**FILLED, **WORDS})
    assert "Decir que no" in answer.text or "Ha dicho que no" in answer.text
    (case,) = await agents_cases(center)
    assert case.language == "es"


@pytest.mark.parametrize("place", [VIRGINIA, BRITAIN])
async def test_no_word_beside_an_appeal_or_a_complaint_stays_english(virginian: Center, place: str) -> None:
    reference = await denied(virginian, place)
    act, field = ("appeal", "appeal_words") if place == VIRGINIA else ("complaint", "complaint_words")
    bracketed(virginian)
    ada = await doors.requester(virginian, reference)
    here = f"/requests/{reference}"
    pages = {"before": (await ada.get(here)).text}
    assert f'action="{here}/{act}"' in pages["before"]
    pages["a mistake"] = (await ada.post(f"{here}/{act}", data={field: "x" * 2001})).text
    opened = await ada.post(f"{here}/{act}", data={field: ""})
    assert opened.status_code == 303
    pages["opened"] = (await ada.get(opened.headers["location"])).text
    pages["after"] = (await ada.get(here)).text
    again = await ada.post(f"{here}/{act}", data={})
    assert again.status_code == 409
    pages["again"] = again.text
    assert not dict(left(virginian, pages))


@pytest.mark.parametrize(("told", "confirmed"), [(0, 0), (1, 0), (1, 1), (2, 1), (5, 0), (5, 3), (5, 5)])
async def test_no_word_of_what_was_proved_stays_english(tested: Center, told: int, confirmed: int) -> None:
    await judged(tested, button=(Found(Outcome.proved, told=told, confirmed=confirmed),))
    bracketed(tested)
    page = (await visitor(tested).get("/choices")).text
    assert page.count("⟦Works⟧") == 4
    assert [*unsaid(page, tested)] == []


async def test_no_word_of_a_proof_that_is_missing_failing_or_old_stays_english(tested: Center, clock: Clock) -> None:
    bracketed(tested)
    pages = {"untested": (await visitor(tested).get("/choices")).text}
    await judged(tested, signal=(Found(Outcome.failing, "Why."),))
    clock.forward(hours=1)
    pages["failing"] = (await visitor(tested).get("/choices")).text
    await judged(tested)
    clock.forward(hours=49)
    pages["old"] = (await visitor(tested).get("/choices")).text
    assert "⟦Test failed⟧" in pages["failing"]
    assert "⟦Proof is old⟧" in pages["old"]
    assert not dict(left(tested, pages))
