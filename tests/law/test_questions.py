"""Open questions of the law: each has a name, a careful default, and readings that do what they say."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from privacy_center import places
from privacy_center.law import library, reckoning
from privacy_center.law.choices import Choices
from privacy_center.law.clock import Clock
from privacy_center.law.library import Contradictions, Controller
from privacy_center.law.questions import Question
from privacy_center.law.starts import History

CAREFUL = library.load(places.WORKFLOWS)
READINGS = [(question, reading) for question in CAREFUL.questions.open.values() for reading in question.readings]
NOON = datetime(2026, 11, 20, 20, tzinfo=UTC)


def clock(answers: Mapping[str, str], regime: str, right: str, received: datetime = NOON, country: str = "DE") -> Clock:
    law = library.load(places.WORKFLOWS, answers)
    found = law.regime(regime)
    choices = law.choices(found, right, Controller(country, "Europe/Berlin"))
    return reckoning.compute(
        found, found.rules[right], received_at=received, history=History(), choices=choices, calendars=law.calendars
    )


def test_there_is_one_for_each_of_the_thirty_seven() -> None:
    assert sorted(int(name[1:3]) for name in CAREFUL.questions.open) == list(range(1, 38))


@pytest.mark.parametrize(("question", "reading"), READINGS, ids=[f"{q.name}-{r}" for q, r in READINGS])
def test_every_reading_loads_and_names_laws_that_exist(question: Question, reading: str) -> None:
    if reading == "*":
        reading = {"Q12-eu-which-holidays": "DE-BY", "Q13-time-zone": "Europe/Dublin", "Q14-after-hours-receipt": "22"}[
            question.name
        ]
    law = library.load(places.WORKFLOWS, {question.name: reading})
    concerned = [name for name in law.regimes if question.concerns(name)]
    assert concerned, f"{question.name} is about no law"
    for name in concerned:
        for right in law.regimes[name].rules:
            assert isinstance(law.choices(law.regimes[name], right, Controller("DE", "Europe/Berlin")), Choices)


@pytest.mark.parametrize(
    ("question", "reading", "regime", "right", "careful", "otherwise"),
    [
        ("Q01-ca-business-day", "weekdays", "us-ca-ccpa", "optout_sale_sharing", "2026-12-15", "2026-12-11"),
        ("Q03-day-one", "day_one", "us-ca-ccpa", "access", "2027-01-04", "2027-01-03"),
        ("Q05-us-weekend-roll", "statute", "us-co-cpa", "access", "2027-01-04", "2027-01-04"),
        ("Q12-eu-which-holidays", "DE-BY", "eu-gdpr", "access", "2026-12-21", "2026-12-21"),
    ],
)
def test_a_reading_moves_the_legal_date(
    question: str, reading: str, regime: str, right: str, careful: str, otherwise: str
) -> None:
    assert clock({}, regime, right).answer.legal.isoformat() == careful
    assert clock({question: reading}, regime, right).answer.legal.isoformat() == otherwise


def test_a_weekend_rolls_only_where_the_installation_says_so() -> None:
    received = datetime(2026, 10, 1, 18, tzinfo=UTC)
    assert clock({}, "us-co-cpa", "access", received).answer.legal == date(2026, 11, 15)
    assert clock({"Q05-us-weekend-roll": "statute"}, "us-co-cpa", "access", received).answer.legal == date(2026, 11, 16)


def test_an_opt_out_in_a_state_is_aimed_for_in_fifteen_business_days() -> None:
    found = clock({}, "us-va-vcdpa", "optout_sale")
    assert found.answer.legal == date(2027, 1, 4)
    assert found.answer.target == date(2026, 12, 11)


def test_a_law_that_nobody_has_read_protects_nobody_until_the_installation_says_so() -> None:
    home = Controller("", "UTC", ("us-vt-vdposa",))
    enabled = library.load(places.WORKFLOWS, {"Q23-al-la-ok-vt": "enabled"})
    assert [law.id for law in CAREFUL.laws("US-VT", "access", date(2028, 6, 1), home)] == ["voluntary"]
    assert [law.id for law in enabled.laws("US-VT", "access", date(2028, 6, 1), home)] == ["us-vt-vdposa"]


@pytest.mark.parametrize(
    ("answers", "says"),
    [({"Q99-nothing": "yes"}, "Q99-nothing is no open question"), ({"Q03-day-one": "day_two"}, "day_zero, day_one")],
)
def test_an_answer_nobody_knows_is_refused(answers: dict[str, str], says: str) -> None:
    with pytest.raises(Contradictions, match=says):
        library.load(places.WORKFLOWS, answers)


def test_a_case_keeps_the_reading_it_was_counted_under() -> None:
    choices = CAREFUL.choices(CAREFUL.regime("us-ca-ccpa"), "access", Controller("IE", "Europe/Dublin"))
    assert Choices.of(choices.kept()) == choices
    assert Choices().kept() == {}
    with pytest.raises(ValueError, match="no choice is called hurry"):
        Choices.of({"hurry": True})
