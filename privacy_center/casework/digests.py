"""Digests: one letter for the many that strangers could cause to one mailbox (D11, S8). Nothing is dropped."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, func, select

from privacy_center.casework import (
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

PARTS = {"unverified": "ended", "receipt": "acting", "agent_told": "acting", "agent_ended": "decided"}
"""The part of a digest that tells of a letter; all others wait for a confirmation."""


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
    """What a digest says of these letters. What was decided is named to the last: it stands on no page of theirs."""
    parts: dict[str, list[dict[str, Any]]] = {"opened": [], "acting": [], "ended": [], "decided": []}
    ends = [letter for letter in held if PARTS.get(letter.kind) == "decided"]
    others = [letter for letter in held if PARTS.get(letter.kind) != "decided"]
    for letter in others[:NAMED]:
        parts[PARTS.get(letter.kind, "opened")].append(await _line(work, letter))
    for letter in ends:
        parts["decided"].append(await _line(work, letter) | await _ending(work, letter))
    return {**parts, "more": max(0, len(others) - NAMED)}


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
        "by_agent": letter.kind in mandates.LETTERS,
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
