"""Floods in an agent's name: one hand is gathered, and nobody is refused together with strangers (S5)."""

from datetime import timedelta

import pytest
from sqlmodel import select

from privacy_center.casework import gathering, mandates
from privacy_center.casework.agents import Came
from privacy_center.casework.facts import Upload
from privacy_center.casework.mandates import Shown
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.records.mandate import Mandate
from tests.agents import PDF, WORDS, act, agents_cases, said
from tests.conftest import Clock

OFFICE, ELSEWHERE = Came("192.0.2.7"), Came("198.51.100.9")
FORGED = Shown("He may.", "Somebody", "2026-11-20")


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every act is past the few that open a case each."""
    monkeypatch.setattr(gathering, "FEW", 0)


def signed(number: int) -> Shown:
    """A permission like no other."""
    return Shown(file=Upload("permission.pdf", PDF + str(number).encode()))


async def made(center: Center) -> list[int]:
    """How many acts each case holds."""
    found = await agents_cases(center)
    async with center.reading(by=REQUESTER) as work:
        return [len(await mandates.of_case(work, case)) for case in found]


async def test_a_strangers_act_in_the_agents_name_is_a_case_of_its_own(center: Center) -> None:
    for number in range(3):
        await act(center, OFFICE, value=f"p{number}@people.example", shown=signed(number), purposes=("sale",))
    for number in range(3, 6):
        await act(center, ELSEWHERE, value=f"p{number}@people.example", shown=FORGED, purposes=("sale",))
    await act(center, OFFICE, value="p6@people.example", shown=signed(6), purposes=("sale",))
    assert await made(center) == [4, 3]  # the agent's, and what the stranger typed
    assert await said(center, value="p5@people.example") == {"sale": ("out", "agent")}


async def test_the_same_permission_is_of_the_same_hand_wherever_it_comes_from(center: Center) -> None:
    for number, came in enumerate((OFFICE, ELSEWHERE, Came(), Came("no address"))):
        await act(center, came, value=f"p{number}@people.example", purposes=("sale",))
    await act(center, Came("no address"), value="p9@people.example", shown=signed(9), purposes=("sale",))
    assert await made(center) == [4, 1]


async def test_whoever_joined_brings_nobody_else_in(center: Center) -> None:
    await act(center, OFFICE, value="p0@people.example", shown=WORDS, purposes=("sale",))
    await act(center, ELSEWHERE, value="p1@people.example", shown=WORDS, purposes=("sale",))  # a copied permission
    await act(center, ELSEWHERE, value="p2@people.example", shown=FORGED, purposes=("sale",))
    assert await made(center) == [2, 1]


async def test_a_network_is_known_for_a_day_and_stands_nowhere_in_clear(center: Center, clock: Clock) -> None:
    await act(center, OFFICE, value="p0@people.example", shown=signed(0), purposes=("sale",))
    clock.forward(seconds=timedelta(days=1).total_seconds())
    await act(center, OFFICE, value="p1@people.example", shown=signed(1), purposes=("sale",))
    async with center.reading(by=REQUESTER) as work:
        rows = list(await work.session.exec(select(Mandate)))
    assert len({row.network for row in rows}) == 2
    assert "192.0.2" not in str([row.model_dump() for row in rows])
    assert await made(center) == [1, 1]
