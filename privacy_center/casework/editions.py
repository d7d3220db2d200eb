"""The law and the workflow a case was opened under: they govern it for good."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from privacy_center.casework.work import Work
from privacy_center.law import combining, regimes, workflows
from privacy_center.law.places import OTHER
from privacy_center.law.purposes import Kind
from privacy_center.law.regimes import Regime
from privacy_center.law.rules import Rule
from privacy_center.law.workflows import Workflow
from privacy_center.records import inserts
from privacy_center.records.case import Case, Edition

Kept = dict[str, Any]
"""How a case names a law: its regime, its edition's digest, how it is read, and what for."""

GOVERNS, DATES, ASSURANCE = "answer", "dates", "assurance"
"""A law that governs the answer and its dates, one that only keeps its dates, and one of which not even these are kept.
Nothing is disclosed with less assurance than any of them asks (rule 1)."""


async def keep_all(work: Work) -> None:
    """Store every text of the library that is not yet stored, so that a case can name it by its digest.

    Two processes may start at once: the second finds it kept.
    """
    known = set(await work.session.exec(select(Edition.digest)))
    library = work.house.library
    kinds: dict[str, Mapping[str, Workflow] | Mapping[str, Regime] | Mapping[str, Kind]] = {
        "workflow": library.workflows,
        "regime": library.regimes,
        "purpose": library.kinds,
    }
    unkept = [
        Edition(digest=item.digest, kind=kind, name=name, body=item.text)
        for kind, items in kinds.items()
        for name, item in items.items()
        if item.digest not in known
    ]
    await inserts.all_unless_there(work.session, unkept, unique="digest")


async def workflow(work: Work, case: Case) -> Workflow:
    """The workflow as it was when the case was opened."""
    current = work.house.library.workflow_for(case.right)
    if current.digest == case.workflow_digest:
        return current
    past = work.house.past_workflows
    if case.workflow_digest not in past:
        body, name = await _body(work, case.workflow_digest)
        past[case.workflow_digest] = workflows.parse(body, where=f"{name} (kept edition)")
    return past[case.workflow_digest]


def laws(work: Work, right: str, place: str, received_at: datetime) -> list[Regime]:
    """The laws that give somebody in this place this right, on the day of receipt where the controller is."""
    controller = work.house.controller
    day = received_at.astimezone(ZoneInfo(controller.timezone)).date()
    return work.house.library.laws(place, right, day, controller)


def found(work: Work, right: str, place: str, received_at: datetime) -> list[Kept]:
    """The laws that govern a request from this place, the first one first, as a case keeps them.

    Where a place is unknown, every law of this house that gives the right keeps its dates, so that the shortest
    period counts (D20).
    """
    governing = laws(work, right, place, received_at)
    kept = [_kept(work, law, right, GOVERNS) for law in governing]
    if place == OTHER:
        day = received_at.astimezone(ZoneInfo(work.house.controller.timezone)).date()
        declared = [work.house.library.regimes[name] for name in work.house.controller.regimes]
        kept += [_kept(work, law, right, DATES) for law in declared if law not in governing and law.gives(right, day)]
    return kept


def _kept(work: Work, law: Regime, right: str, why: str) -> Kept:
    choices = work.house.library.choices(law, right, work.house.controller)
    return {"regime": law.id, "digest": law.digest, "choices": choices.kept(), "for": why}


async def regime(work: Work, case: Case) -> Regime:
    """The laws that govern the answer, as one: the most protective of each (Q37)."""
    floors = [await edition(work, law) for law in case.laws if law["for"] != GOVERNS]
    return combining.regime(await governing(work, case), case.right, floors)


async def governing(work: Work, case: Case) -> list[Regime]:
    """The laws that protect the person, one by one."""
    return [await edition(work, law) for law in case.laws if law["for"] == GOVERNS]


async def edition(work: Work, law: Kept) -> Regime:
    """One law as it was on the day of receipt."""
    current = work.house.library.regimes.get(law["regime"])
    if current is not None and current.digest == law["digest"]:
        return current
    past = work.house.past_regimes
    if law["digest"] not in past:
        body, name = await _body(work, law["digest"])
        past[law["digest"]] = regimes.parse(body, where=f"{name} (kept edition)")
    return past[law["digest"]]


async def rule(work: Work, case: Case) -> Rule:
    """What they say of this right."""
    return (await regime(work, case)).rules[case.right]


async def _body(work: Work, digest: str) -> tuple[str, str]:
    found = await work.session.exec(select(Edition).where(col(Edition.digest) == digest))
    edition = found.one()
    return edition.body, edition.name
