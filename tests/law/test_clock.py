"""The clock of a request: what must hold whatever the law and whatever happened."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from privacy_center import places
from privacy_center.law import combining, reckoning
from privacy_center.law import library as libraries
from privacy_center.law.choices import PROFILES, Choices
from privacy_center.law.clock import Clock
from privacy_center.law.library import Controller, Library
from privacy_center.law.pauses import Pause
from privacy_center.law.regimes import Regime
from privacy_center.law.rules import Rule
from privacy_center.law.starts import History

LIBRARY = libraries.load(places.WORKFLOWS)
Pair = tuple[Regime, Rule]
RULES: list[Pair] = [(regime, rule) for regime in LIBRARY.regimes.values() for rule in regime.rules.values()]
MOMENTS = some.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1), timezones=some.just(UTC))


def reckoned(regime: Regime, rule: Rule, received: datetime, *, country: str, profile: str, history: History) -> Clock:
    home = LIBRARY.choices(regime, rule.right, Controller(country, "Europe/Berlin"))
    choices = replace(PROFILES[profile], country=home.country, timezone=home.timezone)
    return reckoning.compute(
        regime, rule, received_at=received, history=history, choices=choices, calendars=LIBRARY.calendars
    )


def clock(
    regime: str, right: str, received: str, *, country: str = "DE", profile: str = "default", **history: Any
) -> Clock:
    law = LIBRARY.regime(regime)
    moment = datetime.fromisoformat(received)
    return reckoned(law, law.rules[right], moment, country=country, profile=profile, history=History(**history))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("regime", "right", "received", "legal", "target"),
    [
        ("eu-gdpr", "access", "2026-01-31T10:00:00+01:00", "2026-03-02", "2026-02-28"),
        ("us-ca-ccpa", "access", "2026-11-20T10:00:00-08:00", "2027-01-04", "2027-01-03"),
        ("voluntary", "access", "2026-11-20T10:00:00+01:00", "2026-12-20", "2026-12-19"),
    ],
)
def test_it_gives_the_legal_day_and_the_earlier_one_we_aim_for(
    regime: str, right: str, received: str, legal: str, target: str
) -> None:
    found = clock(regime, right, received)
    assert (found.answer.legal.isoformat(), found.answer.target.isoformat()) == (legal, target)


def test_california_acknowledges_in_ten_business_days_by_every_calendar() -> None:
    acknowledge = clock("us-ca-ccpa", "access", "2026-11-20T10:00:00-08:00").acknowledge
    assert acknowledge is not None
    assert (acknowledge.legal, acknowledge.target) == (date(2026, 12, 8), date(2026, 12, 3))


def test_a_request_is_received_on_the_day_of_its_place() -> None:
    assert clock("us-ca-ccpa", "access", "2026-11-23T07:30:00+00:00").start == date(2026, 11, 22)


def test_an_extension_counts_from_the_start_and_not_from_a_day_that_rolled() -> None:
    found = clock(
        "eu-gdpr", "access", "2028-01-31T10:00:00+01:00", extension_noticed_at=at("2028-02-20T10:00:00+01:00")
    )
    assert found.is_extended
    assert found.current.legal == date(2028, 5, 2)  # 30 April is a Sunday, 1 May a holiday


def test_an_extension_announced_after_the_first_day_is_worth_nothing() -> None:
    found = clock(
        "eu-gdpr", "access", "2026-09-01T10:00:00+02:00", extension_noticed_at=at("2026-10-02T08:00:00+02:00")
    )
    assert found.extension_invalid
    assert found.current == found.answer


def test_staff_may_extend_only_until_the_unrolled_day() -> None:
    assert clock("eu-gdpr", "access", "2026-01-31T10:00:00+01:00").extend_until == date(2026, 2, 28)


def test_a_question_does_not_stop_the_european_clock_unless_the_house_follows_the_guidance() -> None:
    pause = Pause(at("2026-09-03T10:00:00+02:00"), at("2026-09-10T10:00:00+02:00"), "clarification")
    asked: dict[str, Any] = {"country": "DE", "pauses": (pause,)}
    assert clock("eu-gdpr", "access", "2026-09-01T10:00:00+02:00", **asked).answer.legal == date(2026, 10, 1)
    paused = clock("eu-gdpr", "access", "2026-09-01T10:00:00+02:00", profile="edpb_suspension", **asked)
    assert paused.answer.legal == date(2026, 10, 8)
    assert paused.answer.target == date(2026, 10, 1), "what only guidance grants is not in the target"


def test_several_laws_give_the_earliest_of_each_date_and_every_reckoning() -> None:
    received = "2027-02-01T10:00:00+01:00"
    own, gdpr = clock("us-ca-ccpa", "delete", received), clock("eu-gdpr", "delete", received)
    both = combining.clock([own, gdpr])
    assert both.acknowledge == own.acknowledge, "only California asks for one"
    assert both.answer.legal == gdpr.answer.legal == date(2027, 3, 1)
    assert both.current.target == gdpr.current.target
    assert both.extend_until == gdpr.extend_until
    assert {"GDPR Art. 12(3)", "11 CCR 7021(b)"} <= {reason.citation for reason in both.reasons}
    assert both.reasons[-2].text == combining.TOGETHER


def test_an_extension_too_late_for_one_law_is_too_late() -> None:
    noticed: dict[str, Any] = {"extension_noticed_at": at("2027-03-10T10:00:00+01:00")}
    received = "2027-02-01T10:00:00+01:00"
    own, gdpr = clock("us-ca-ccpa", "delete", received, **noticed), clock("eu-gdpr", "delete", received, **noticed)
    both = combining.clock([own, gdpr])
    assert own.is_extended
    assert both.extension_invalid
    assert both.current.legal == gdpr.answer.legal


def test_a_controller_elsewhere_can_only_make_our_aim_earlier() -> None:
    law = LIBRARY.regime("us-ca-ccpa")
    received = datetime.fromisoformat("2026-11-25T01:00:00+00:00")  # still the 24th in California
    choices = LIBRARY.choices(law, "access", Controller("AU", "Pacific/Honolulu"))
    assert choices.zones == ("Pacific/Honolulu",)
    found = reckoning.compute(
        law, law.rules["access"], received_at=received, history=History(), choices=choices, calendars=LIBRARY.calendars
    )
    assert found.start == date(2026, 11, 24)


def test_a_european_controller_counts_with_its_own_holidays_and_zone() -> None:
    law = LIBRARY.regime("eu-gdpr")
    assert LIBRARY.choices(law, "access", Controller("IE", "Europe/Dublin")).timezone == "Europe/Dublin"
    assert LIBRARY.choices(law, "access", Controller("US", "America/New_York")).timezone is None


def test_what_comes_after_a_cut_off_counts_for_the_next_day_and_our_aim_does_not_move() -> None:
    law = LIBRARY.regime("voluntary")
    received = datetime.fromisoformat("2026-11-24T23:30:00+00:00")
    plain, late = (
        reckoning.compute(
            law,
            law.rules["access"],
            received_at=received,
            history=History(),
            choices=Choices(cutoff=cutoff),
            calendars=LIBRARY.calendars,
        )
        for cutoff in (24, 22)
    )
    assert late.answer.legal - plain.answer.legal == timedelta(days=1)
    assert late.answer.target == plain.answer.target


@given(some.sampled_from(RULES), MOMENTS, some.sampled_from(sorted(PROFILES)))
def test_the_target_is_never_after_the_legal_day(pair: Pair, received: datetime, profile: str) -> None:
    found = _clock(pair, received, profile)
    assert found.answer.target <= found.answer.legal
    assert found.current.target <= found.current.legal
    if found.acknowledge is not None:
        assert found.acknowledge.target <= found.acknowledge.legal
    if found.extended is not None:
        assert found.answer.legal < found.extended.legal


@given(some.sampled_from(RULES), MOMENTS)
def test_a_later_receipt_never_has_an_earlier_date(pair: Pair, received: datetime) -> None:
    first, second = _clock(pair, received), _clock(pair, received + timedelta(days=1))
    assert first.answer.legal <= second.answer.legal
    assert first.answer.target <= second.answer.target


@given(some.sampled_from(RULES), MOMENTS, some.integers(1, 23))
def test_the_time_of_day_does_not_matter(pair: Pair, received: datetime, hours: int) -> None:
    later = received + timedelta(hours=hours)
    first, second = _clock(pair, received), _clock(pair, later)
    assume(first.reasons[0].date == second.reasons[0].date)
    assert first.answer == second.answer


@given(some.sampled_from(RULES), MOMENTS, some.integers(1, 20), some.integers(1, 20))
def test_waiting_never_shortens_a_deadline(pair: Pair, received: datetime, gap: int, length: int) -> None:
    asked = received + timedelta(days=gap)
    pause = Pause(asked, asked + timedelta(days=length), "clarification")
    for profile in ("default", "edpb_suspension", "statute_inclusive"):
        assert _clock(pair, received, profile, pause).answer.legal >= _clock(pair, received, profile).answer.legal


def _clock(pair: Pair, received: datetime, profile: str = "default", *pauses: Pause) -> Clock:
    return reckoned(*pair, received, country="DE", profile=profile, history=History(pauses=pauses))


def test_the_law_room_needs_no_setting(library: Library) -> None:
    assert library.regime("voluntary").rules
