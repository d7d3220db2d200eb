"""Look-ups: whether something may be done with somebody's data. Whatever is in doubt is answered with no (D29)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from privacy_center.casework import preferences, purposes
from privacy_center.casework.preferences import Standing
from privacy_center.casework.work import Work
from privacy_center.law.clock import local_day
from privacy_center.law.periods import add_months
from privacy_center.records.preference import Choice

QUIET = 12
"""Months in which nobody who said no is asked for a yes (Cal. Civ. Code 1798.135(c)(4); 11 CCR 7221(k))."""


class Reason(StrEnum):
    """Why an answer is what it is."""

    opted_out = "opted_out"
    opted_in = "opted_in"
    consent_needed = "consent_needed"
    under_16 = "under_16"
    nothing_said = "nothing_said"


class Answer(NamedTuple):
    """One answer; after `valid_until` a client treats it as no. `ask_again` is the first day to ask for a yes again."""

    allowed: bool
    reason: Reason
    basis: str
    valid_until: datetime
    ask_again: date | None = None


async def answers(
    work: Work, people: Sequence[UUID | None], names: Sequence[str], *, place: str = "", under_16: bool = False
) -> list[Mapping[str, Answer]]:
    """For each of these people (None: nobody we know) and each purpose what may be done now. Raises Invalid."""
    asked = preferences.checked(work, names)
    state = await preferences.states(work, [person for person in people if person is not None], asked)
    return _each(work, people, asked, state, place, under_16)


async def answers_by_digest(
    work: Work, digests: Sequence[str], names: Sequence[str], *, place: str = "", under_16: bool = False
) -> list[Mapping[str, Answer]]:
    """The same for people by the digests of their identifiers. One statement, however many they are."""
    asked = preferences.checked(work, names)
    state = await preferences.states_by_digest(work, digests, asked)
    return _each(work, digests, asked, state, place, under_16)


def _each(
    work: Work,
    people: Sequence[Any],
    asked: Sequence[str],
    state: Mapping[Any, Standing],
    place: str,
    under_16: bool,
) -> list[Mapping[str, Answer]]:
    until = work.now + timedelta(minutes=work.house.installation.choosing.fresh_minutes)
    said = {key: _answer(work, key[1], row, place, under_16, until) for key, row in state.items()}
    unsaid = {name for person in people for name in asked if (person, name) not in said}
    silent = {name: _answer(work, name, None, place, under_16, until) for name in unsaid}
    return [{name: said.get((person, name)) or silent[name] for name in asked} for person in people]


def _answer(work: Work, name: str, stands: Standing | None, place: str, under_16: bool, until: datetime) -> Answer:
    offer = work.house.offers[name]
    if stands is not None and stands.choice == Choice.out:
        return Answer(False, Reason.opted_out, offer.basis, until, ask_again(work, stands.at))
    if under_16 and (stands is None or stands.choice != Choice.in_ or not stands.facts.get("young")):
        return Answer(False, Reason.under_16, offer.kind.young or "people under 16 must say yes themselves", until)
    if stands is not None and stands.choice == Choice.in_:
        return Answer(True, Reason.opted_in, f"consent of {stands.at.date().isoformat()}", until)
    if needed := purposes.consent_needed(work.house, offer, place):
        return Answer(False, Reason.consent_needed, needed, until)
    return Answer(True, Reason.nothing_said, offer.basis, until)


def ask_again(work: Work, said_no: datetime) -> date:
    """The first day on which somebody who said no may be asked for a yes."""
    return _after_quiet(local_day(said_no, timezone=work.house.installation.controller.timezone))


@lru_cache(maxsize=4096)
def _after_quiet(day: date) -> date:
    """Reckoned once a day: a batch asks about many people and few days."""
    return add_months(day, QUIET)
