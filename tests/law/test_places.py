"""Places are codes of ISO 3166; anything else is a mistake, not a guess."""

import pytest

from privacy_center.law.library import Library, UnknownPlace


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
    assert library.regime_at(place, ["eu-gdpr", "us-ca-ccpa"]).id == regime


def test_a_law_that_the_controller_does_not_answer_under_is_not_cited(library: Library) -> None:
    assert library.regime_at("US-CA", ["eu-gdpr"]).id == "voluntary"
