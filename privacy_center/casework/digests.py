"""Digests: one letter for the many that strangers could cause to one mailbox (D11, S8). Nothing is dropped."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, func, select

from privacy_center.casework import (
    agent_letters,
    budget,
    cases,
    challenges,
    deadlines,
    editions,
    letters,
    mailed,
    mandates,
    vault,
    wording,
)
from privacy_center.casework.work import Work
from privacy_center.law.clock import local_day
from privacy_center.law.library import VOLUNTARY
from privacy_center.law.terms import Disposition
from privacy_center.links import Purpose
from privacy_center.records.case import Case
from privacy_center.records.letter import Delivery, Letter

QUIET = timedelta(minutes=10)
"""How long a mailbox must have been quiet before its digest is written: it then holds the whole flood."""

LONGEST = timedelta(hours=1)
"""How long a letter waits at the most where the flood does not end."""

BATCH = 100
"""Mailboxes of one round."""

MOST = 500
"""Letters that one digest takes."""

NAMED = 50
"""Requests that it names; it counts the rest."""

PARTS = {
    "unverified": "ended",
    "receipt": "acting",
    "agent_told": "acting",
    "agent_ended": "decided",
    "agent_asked": "asked",
    "agent_request_ended": "answered",
}
"""The part of a digest that tells of a letter; all others wait for a confirmation."""

WHOLE = frozenset({"decided", "asked", "answered"})
"""Parts of which none is only counted: what they tell stands on no page of whoever reads them."""


async def due(work: Work) -> list[str]:
    """Blind indexes of mailboxes whose held letters have waited long enough."""
    newest, oldest = func.max(col(Letter.created_at)), func.min(col(Letter.created_at))
    query = (
        select(Letter.mailbox)
        .where(col(Letter.delivery) == Delivery.held)
        .group_by(col(Letter.mailbox))
        .having((newest <= work.now - QUIET) | (oldest <= work.now - LONGEST))
        .limit(BATCH)
    )
    return [index for index in await work.session.exec(query) if index is not None]


async def fold(work: Work, index: str) -> int:
    """Tell one mailbox of everything that is held for it, in one letter; returns how many letters it told of."""
    held = await _held(work, index)
    if not held or not await budget.digest_passes(work, index):
        return 0
    challenge = challenges.new(work, Purpose.sign_in, index)
    await work.session.flush()
    told = await context(work, held)
    digest = await letters.write_to_mailbox(
        work, "digest", letters.address(work, held[0]), challenge, language=held[0].language, context=told
    )
    for letter in held:
        letter.delivery, letter.folded_into = Delivery.queued, digest.id
    return len(held)


async def _held(work: Work, index: str) -> Sequence[Letter]:
    query = (
        select(Letter)
        .where(col(Letter.delivery) == Delivery.held, col(Letter.mailbox) == index)
        .order_by(col(Letter.created_at), col(Letter.id))
        .limit(MOST)
        .with_for_update()
    )
    return (await work.session.exec(query)).all()


async def context(work: Work, held: Sequence[Letter]) -> dict[str, Any]:
    """What a digest says of these letters, and how many more there are than it names."""
    parts: dict[str, list[dict[str, Any]]] = {name: [] for name in ("opened", *dict.fromkeys(PARTS.values()))}
    others = [letter for letter in held if PARTS.get(letter.kind) not in WHOLE]
    for letter in others[:NAMED]:
        parts[PARTS.get(letter.kind, "opened")].append(await _line(work, letter))
    for letter in held:
        if (part := PARTS.get(letter.kind)) in WHOLE:
            parts[part] += await TOLD[part](work, letter)
    return {**parts, "more": max(0, len(others) - NAMED)}


async def _decided(work: Work, letter: Letter) -> list[dict[str, Any]]:
    return [await _line(work, letter) | await _ending(work, letter)]


async def _asked(work: Work, letter: Letter) -> list[dict[str, Any]]:
    """What an agent asked for in one sending, as their own letter lists it."""
    case = await cases.seen_by_id(work, mailed.case_id(letter))
    return [dict(await agent_letters.line(work, each)) for each in await mandates.sent_together(work, case)]


async def _answered(work: Work, letter: Letter) -> list[dict[str, Any]]:
    return [dict(await agent_letters.line(work, await cases.seen_by_id(work, mailed.case_id(letter))))]


TOLD = {"decided": _decided, "asked": _asked, "answered": _answered}


async def _ending(work: Work, letter: Letter) -> dict[str, Any]:
    """How a case ended, on what ground and in which words of ours, as the letter that waited says it (rule 3)."""
    case = await cases.seen_by_id(work, mailed.case_id(letter))
    workflow, rule = await editions.workflow(work, case), await editions.rule(work, case)
    closing = {step.name for step in workflow.steps.values() if step.closes is not None}
    said = [text for text in await vault.texts(work, case) if text.kind in closing]
    return {
        "done": case.disposition == Disposition.fulfilled,
        "ground_title": work.house.library.grounds[case.ground].title if case.ground else "",
        "ground": rule.grounds.get(case.ground or "", ""),
        "words": vault.words(work, said[-1]) if said else "",
    }


async def _line(work: Work, letter: Letter) -> dict[str, Any]:
    """What a digest says of one request: nothing that its filer typed (D12)."""
    case = await cases.seen_by_id(work, mailed.case_id(letter))
    regime = await editions.regime(work, case)
    today = local_day(work.now, timezone=await deadlines.timezone(work, case))
    return {
        "reference": case.reference,
        "by_agent": letter.kind in mandates.TO_PERSON or case.channel == mandates.ERRAND,
        "right_title": (await editions.workflow(work, case)).infos[case.right].title,
        "received": wording.day(_received(work, case), letter.language),
        "late": wording.lateness(today, case.target_due, case.answer_due),
        "aim_for": wording.day(case.target_due, letter.language),
        "answer_by": wording.day(case.answer_due, letter.language),
        "law": "" if regime.id == VOLUNTARY else f"{regime.name}, {regime.rules[case.right].citation}",
        "ground": regime.rules[case.right].grounds.get("identity_not_verified", ""),
        "regulator": regime.regulator_name,
        "court": regime.court,
        "next": regime.rules[case.right].unverified_next,
    }


def _received(work: Work, case: Case) -> date:
    return local_day(case.received_at, timezone=work.house.installation.controller.timezone)
