"""Corrections: a row of somebody's choices that is wrong, put right by two people. Nothing is ever taken away.

One member of staff states the doubt, another decides. What stood before the wrong row then stands again, in a row of
its own; where nothing stood before, nothing does. So a no never becomes a yes that the person did not give (D5).
"""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlmodel import col, select

from privacy_center.casework import fingerprints, preferences, recorded, trail
from privacy_center.casework.grounds import ALONE
from privacy_center.casework.guards import LONGEST, TOO_LONG
from privacy_center.casework.preferences import Noted
from privacy_center.casework.refusals import Invalid, NotFound, Refused
from privacy_center.casework.work import Work
from privacy_center.law.terms import Role
from privacy_center.records.preference import Choice, Correction, Fingerprint, Preference
from privacy_center.records.rows import new_id

DOUBTED, DECIDED = "doubt_choice", "decide_choice"
"""What the house's trail calls a doubt about a row, and the decision."""

EVIDENCE = ("notice", "shown_at", "given_at", "signal", "young")
"""What showed that an earlier yes was meant: it still does when that yes stands again."""

MOST = 100
"""Open doubts on one page."""


class Waiting(NamedTuple):
    """A doubt that waits for somebody's decision, with the row it is about; it names nobody."""

    correction: Correction
    row: Preference
    kind: str


async def doubt(work: Work, number: int, reason: str, *, person: UUID) -> Correction:
    """State that a row is wrong, and why. Raises NotFound, Refused or Invalid."""
    recorded.check_writer(work, "states a doubt")
    fingerprint = await _locked(work, person)
    await recorded.check_not_own(work, fingerprints.digest(work, fingerprint))
    row = await _row(work, number)
    if row.fingerprint_id != person:
        raise NotFound
    await _check_stands(work, row)
    if any(found.agreed is None for found in (await of(work, person)).get(number, ())):
        raise Refused("A doubt about this row is open already; a lead decides it.")
    _check_reason(reason)
    return await _file(work, row, person, reason)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid({"reason": "Write what makes you think that this row is wrong."})
    if len(reason) > LONGEST:
        raise Invalid({"reason": TOO_LONG})


async def _file(work: Work, row: Preference, person: UUID, reason: str) -> Correction:
    if work.by.staff_id is None or row.number is None:
        raise Refused("Only a member of staff states a doubt.")
    new = new_id()
    made = Correction(
        id=new,
        fingerprint_id=person,
        purpose=row.purpose,
        number=row.number,
        reason=work.house.keys.seal(reason, place=f"correction.reason:{new}"),
        asked_by=work.by.staff_id,
        asked_at=work.now,
    )
    work.session.add(made)
    await trail.record_house(work, DOUBTED, {"fingerprint": str(person), "row": row.number, "correction": str(new)})
    return made


async def decide(work: Work, correction_id: UUID, *, agree: bool) -> Correction:
    """A lead who did not state the doubt agrees that the row is wrong, or leaves it. Raises NotFound or Refused."""
    recorded.check_writer(work, "decides")
    found = await seen(work, correction_id, lock=True)
    fingerprint = await _locked(work, found.fingerprint_id)
    await recorded.check_not_own(work, fingerprints.digest(work, fingerprint))
    if why := why_not(work, found):
        raise Refused(why)
    if agree:
        await _put_right(work, found, fingerprint)
    found.agreed, found.decided_by, found.decided_at = agree, work.by.staff_id, work.now
    about = {"fingerprint": str(fingerprint.id), "correction": str(found.id)}
    await trail.record_house(work, DECIDED, {**about, "row": found.number, "agreed": agree})
    return found


def why_not(work: Work, correction: Correction) -> str | None:
    """Why this member of staff may not decide, in one sentence; None where they may.

    A house that has declared itself `solo` lets a doubt rest for a day and then decides it alone (D23).
    """
    if correction.agreed is not None:
        return "This doubt has been decided already."
    if Role.lead not in work.by.roles:
        return "A lead decides whether a row is wrong."
    if work.by.staff_id is not None and work.by.staff_id != correction.asked_by:
        return None
    if not work.house.installation.solo:
        return "Somebody else than the person who stated the doubt must decide."
    if work.now < correction.asked_at + ALONE:
        hours = ALONE // timedelta(hours=1)
        return f"You stated this doubt yourself: it rests for {hours} hours before you may decide it alone."
    return None


async def _put_right(work: Work, correction: Correction, person: Fingerprint) -> None:
    row = await _row(work, correction.number)
    await _check_stands(work, row)
    choice, before = await result(work, row)
    facts: dict[str, str | int | bool | None] = {"of": correction.number}
    if before is not None:
        facts |= {"again": before.number} | (_evidence(before.facts) if choice is Choice.in_ else {})
    await preferences.correct(work, row.purpose, choice, person, facts)


def _evidence(facts: Noted) -> dict[str, str | int | bool | None]:
    return {name: facts[name] for name in EVIDENCE if name in facts}


async def result(work: Work, row: Preference) -> tuple[Choice, Preference | None]:
    """What stands if this row is wrong, and the row before it which says so; without one, nothing does."""
    query = select(Preference).where(
        col(Preference.fingerprint_id) == row.fingerprint_id,
        col(Preference.purpose) == row.purpose,
        col(Preference.number) < row.number,
    )
    before = (await work.session.exec(query.order_by(col(Preference.number).desc()).limit(1))).first()
    return (Choice(before.choice), before) if before is not None else (Choice.undone, None)


async def _check_stands(work: Work, row: Preference) -> None:
    """Only what stands can be put right: a word that came later is the person's own and is never written over."""
    if row.purpose not in work.house.offers:
        raise Refused("This purpose is no longer offered here; nothing rests on this row.")
    query = select(Preference.number).where(
        col(Preference.fingerprint_id) == row.fingerprint_id,
        col(Preference.purpose) == row.purpose,
        col(Preference.number) > row.number,
    )
    if (await work.session.exec(query.limit(1))).first() is not None:
        raise Refused("A later row says what stands now; this one no longer changes anything and can be left as it is.")


async def _row(work: Work, number: int) -> Preference:
    found = await work.session.get(Preference, number)
    if found is None:
        raise NotFound
    return found


async def _locked(work: Work, person: UUID) -> Fingerprint:
    """The fingerprint, under a lock that whoever writes a choice of this person waits for."""
    found = (
        await work.session.exec(select(Fingerprint).where(col(Fingerprint.id) == person).with_for_update())
    ).first()
    if found is None:
        raise NotFound
    return found


async def seen(work: Work, correction_id: UUID, *, lock: bool = False) -> Correction:
    """One doubt. Raises NotFound."""
    query = select(Correction).where(col(Correction.id) == correction_id)
    found = (await work.session.exec(query.with_for_update() if lock else query)).first()
    if found is None:
        raise NotFound
    return found


def reason(work: Work, correction: Correction) -> str:
    """Why a member of staff holds a row to be wrong, as they wrote it."""
    return work.house.keys.open(correction.reason, place=f"correction.reason:{correction.id}")


async def of(work: Work, person: UUID) -> dict[int, tuple[Correction, ...]]:
    """Every doubt about the choices of one person, by the row, the oldest first."""
    query = select(Correction).where(col(Correction.fingerprint_id) == person).order_by(col(Correction.asked_at))
    found: dict[int, tuple[Correction, ...]] = {}
    for each in await work.session.exec(query):
        found[each.number] = (*found.get(each.number, ()), each)
    return found


async def waiting(work: Work) -> list[Waiting]:
    """The doubts that wait for a lead, the oldest first. They name nobody, so that the list needs no trace."""
    query = (
        select(Correction, Preference, Fingerprint.kind)
        .join(Preference, col(Preference.number) == col(Correction.number))
        .join(Fingerprint, col(Fingerprint.id) == col(Correction.fingerprint_id))
        .where(col(Correction.agreed).is_(None))
        .order_by(col(Correction.asked_at))
        .limit(MOST)
    )
    return [Waiting(*found) for found in await work.session.exec(query)]
