"""Places are codes of ISO 3166; anything else is a mistake, not a guess."""

from datetime import date

import pytest

from privacy_center.law.library import Controller, Library, UnknownPlace


@pytest.mark.parametrize(
    ("typed", "code"), [("DE", "DE"), (" us-ca ", "US-CA"), ("DE-BY", "DE-BY"), ("Other", "other")]
)
def test_it_reads_a_code(library: Library, typed: str, code: str) -> None:
    assert library.parse_place(typed) == code


@pytest.mark.parametrize("typed", ["", "EU", "ZZ", "DE-XX", "Germany", "US-", "U", "US-CA-LA", "D\x00E", "१२"])
def test_it_refuses_what_is_no_code(library: Library, typed: str) -> None:
    with pytest.raises(UnknownPlace):
        library.parse_place(typed)


@pytest.mark.parametrize(
    ("place", "regime"),
    [
        ("DE", "eu-gdpr"),
        ("DE-BY", "eu-gdpr"),
        ("NO", "eu-gdpr"),
        ("US-CA", "us-ca-ccpa"),
        ("US-OH", "voluntary"),
        ("AQ", "voluntary"),
        ("other", "voluntary"),
    ],
)
def test_a_place_leads_to_its_law(library: Library, place: str, regime: str) -> None:
    assert laws(library, place, "eu-gdpr", "us-ca-ccpa") == [regime]


def test_a_law_that_the_controller_does_not_answer_under_is_not_cited(library: Library) -> None:
    assert laws(library, "US-CA", "eu-gdpr") == ["voluntary"]


def test_a_law_protects_nobody_before_it_is_in_force(library: Library) -> None:
    assert laws(library, "DE", "eu-gdpr", day=date(2018, 5, 24)) == ["voluntary"]


def test_the_law_of_the_controller_protects_those_who_live_elsewhere(library: Library) -> None:
    assert laws(library, "US-CA", "eu-gdpr", "us-ca-ccpa", country="IE") == ["us-ca-ccpa", "eu-gdpr"]
    assert laws(library, "AQ", "eu-gdpr", "us-ca-ccpa", country="IE") == ["eu-gdpr"]
    assert laws(library, "DE", "eu-gdpr", "us-ca-ccpa", country="IE") == ["eu-gdpr"]


def laws(library: Library, place: str, *declared: str, country: str = "", day: date = date(2026, 11, 25)) -> list[str]:
    """The laws that give somebody in this place a copy of their data."""
    return [law.id for law in library.laws(place, "access", day, Controller(country, "UTC", declared))]
