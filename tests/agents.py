"""Otto acts for Ada: what he sends, and what a permission looks like."""

from dataclasses import replace
from typing import Any

from sqlmodel import col, select

from privacy_center.casework import agents
from privacy_center.casework.agents import Act, Done
from privacy_center.casework.facts import Upload
from privacy_center.casework.mandates import CHANNEL, Shown
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.records.case import Case
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
