"""Otto acts for Ada: what he sends, and what a permission looks like."""

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import col, func, select

from privacy_center.casework import agents, letters, preferences
from privacy_center.casework.agents import Act, Done
from privacy_center.casework.facts import Upload
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.mandates import CHANNEL, Shown
from privacy_center.casework.refusals import Invalid
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.records.case import Case
from privacy_center.records.letter import Letter
from tests.builders import ADA, OTTO

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
WORDS = Shown("Otto may say no for me to every sale of my data.", "Ada Example", "2026-11-20")
FILE = Shown(file=Upload("permission.pdf", PDF))
ACT = Act(email=OTTO, kind="email", value=ADA, shown=WORDS, agent="Otto & Partners")


async def act(center: Center, **other: Any) -> Done:
    """Otto says no for Ada."""
    async with center.work(by=REQUESTER) as work:
        return await agents.say_no(work, replace(ACT, **other))


async def agents_cases(center: Center) -> list[Case]:
    """Every case that an agent's choice has opened, the oldest first."""
    async with center.reading(by=REQUESTER) as work:
        query = select(Case).where(col(Case.channel) == CHANNEL).order_by(col(Case.id))
        return list(await work.session.exec(query))


ALL = ("sale", "sharing", "profiling", "sensitive", "training", "newsletter")


async def said(center: Center, kind: str = "email", value: str = ADA) -> dict[str, tuple[str, str]]:
    """What stands for somebody, by purpose: the choice and its source."""
    async with center.reading(by=REQUESTER) as work:
        found = await preferences.said_by(work, Identity(kind, value))
        return {name: (row.choice, row.source) for name, row in found.items()}


async def posted(center: Center, to: str) -> list[tuple[str, str, str]]:
    """Every letter to an address, the oldest first: its kind, its words, what became of it."""
    async with center.reading(by=REQUESTER) as work:
        rows = await work.session.exec(select(Letter).order_by(col(Letter.id)))
        return [
            (row.kind, "\n".join(letters.words(work, row)), row.delivery)
            for row in rows
            if letters.address(work, row) == to
        ]


async def refused(center: Center, **other: Any) -> dict[str, str]:
    """What is wrong with an act."""
    with pytest.raises(Invalid) as error:
        await act(center, **other)
    return error.value.errors


async def count(center: Center, table: Any) -> int:
    """How many rows a table has."""
    async with center.reading(by=REQUESTER) as work:
        return (await work.session.exec(select(func.count()).select_from(table))).one()
