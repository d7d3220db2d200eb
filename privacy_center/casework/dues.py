"""Dues: by when a recipient must have applied what it was told, and how near that is."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from privacy_center.casework.offers import Offered
from privacy_center.casework.work import Work
from privacy_center.law import periods, reckoning
from privacy_center.law.regimes import Regime
from privacy_center.law.rules import Rule
from privacy_center.law.starts import History
from privacy_center.records.case import Case
from privacy_center.records.telling import Answer, Telling

BUSINESS_DAYS = 15
"""Where no law of this house says more: as California has it (11 CCR 7026(f))."""

AMBER = timedelta(days=5)
"""Days before the due day on which a silent recipient is shown to staff."""


class Nearness(StrEnum):
    """Where a telling stands against its due day. Read, never stored (rule 5)."""

    answered = "answered"
    waiting = "waiting"
    amber = "amber"
    late = "late"


def of_choice(work: Work, names: Sequence[str]) -> date:
    """The earliest day by which a choice must be applied everywhere, of all laws that give it."""
    rules = [rule for name in names for rule in _rules(work, work.house.offers[name])]
    days = [_target(work, regime, rule) for regime, rule in rules if rule.answer.period is not None]
    return min([*days, _fallback(work)])


def of_case(work: Work, case: Case) -> date:
    """For a request: as long again as for a choice, counted from today, for its own date has been kept."""
    return _fallback(work)


def _rules(work: Work, offer: Offered) -> list[tuple[Regime, Rule]]:
    laws = [work.house.library.regimes[name] for name in work.house.installation.regimes]
    return [(law, law.rules[right]) for law in laws for right in offer.kind.rights if right in law.rules]


def _target(work: Work, regime: Regime, rule: Rule) -> date:
    choices = work.house.library.choices(regime, rule.right, work.house.controller)
    clock = reckoning.compute(
        regime,
        rule,
        received_at=work.now,
        history=History(),
        choices=choices,
        calendars=work.house.library.calendars,
        told=False,
    )
    return clock.answer.target


def _fallback(work: Work) -> date:
    weekdays = work.house.library.calendars.get("weekdays")
    return periods.add_working_days(work.today, BUSINESS_DAYS, weekdays)


def nearness(telling: Telling, day: date) -> Nearness:
    """How near a recipient's silence is to being late."""
    if telling.answer in {Answer.confirmed, Answer.no_data}:
        return Nearness.answered
    if day > telling.due_by:
        return Nearness.late
    return Nearness.amber if telling.due_by - day <= AMBER else Nearness.waiting
