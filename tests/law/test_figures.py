"""The figures of the laws, written out once more as their acts give them."""

from datetime import date

import pytest

from privacy_center.law.library import Library
from privacy_center.law.periods import Period
from privacy_center.law.terms import Unit
from tests.law.every import laws, pairs

D = Unit.calendar_days

# Answer, extension, appeal, its extension, free answers in twelve months: all in days, as the acts give them.
STATES: dict[str, tuple[int, int, int | None, int | None, int]] = {
    "us-va-vcdpa": (45, 45, 60, None, 2),
    "us-co-cpa": (45, 45, 45, 60, 1),
    "us-ct-ctdpa": (45, 45, 60, None, 1),
    "us-ut-ucpa": (45, 45, None, None, 1),
    "us-tx-tdpsa": (45, 45, 60, None, 2),
    "us-or-ocpa": (45, 45, 45, None, 1),
    "us-mt-mtcdpa": (45, 45, 60, None, 1),
    "us-ia-icdpa": (90, 45, 60, None, 2),
    "us-de-dpdpa": (45, 45, 60, None, 1),
    "us-nh-nhpa": (45, 45, 60, None, 1),
    "us-nj-njdpa": (45, 45, 45, None, 1),
    "us-ne-ndpa": (45, 45, 60, None, 2),
    "us-tn-tipa": (45, 45, 60, None, 2),
    "us-mn-mcdpa": (45, 45, 45, 60, 2),
    "us-md-modpa": (45, 45, 60, None, 1),
    "us-in-incdpa": (45, 45, 60, None, 1),
    "us-ky-kcdpa": (45, 45, 60, None, 2),
    "us-ri-ridtppa": (45, 45, 60, None, 1),
    "us-fl-fdbr": (45, 15, 60, None, 2),
    "us-ok-ocdpa": (45, 45, 60, None, 2),
    "us-la-ldpa": (45, 45, 60, None, 2),
    "us-al-apdpa": (45, 45, None, None, 1),
    "us-vt-vdposa": (45, 45, 60, None, 1),
}

# Since when a preference signal must be honoured; no other law demands it.
SIGNALS = {
    "us-ca-ccpa": date(2020, 8, 14),
    "us-co-cpa": date(2024, 7, 1),
    "us-ct-ctdpa": date(2025, 1, 1),
    "us-tx-tdpsa": date(2025, 1, 1),
    "us-or-ocpa": date(2026, 1, 1),
    "us-mt-mtcdpa": date(2025, 1, 1),
    "us-de-dpdpa": date(2026, 1, 1),
    "us-nh-nhpa": date(2025, 1, 1),
    "us-nj-njdpa": date(2025, 7, 15),
    "us-ne-ndpa": date(2025, 1, 1),
    "us-mn-mcdpa": date(2025, 7, 31),
    "us-md-modpa": date(2025, 10, 1),
    "us-vt-vdposa": date(2028, 1, 1),
}

# Within how many days processing ends once consent is taken back.
REVOCATION = {
    "us-ct-ctdpa": 15,
    "us-or-ocpa": 15,
    "us-mt-mtcdpa": 45,
    "us-de-dpdpa": 15,
    "us-nh-nhpa": 15,
    "us-nj-njdpa": 15,
    "us-md-modpa": 30,
    "us-ri-ridtppa": 15,
}

# Some rules of the rest of the world: answer and further time; None is a law without a length for it.
WORLD = [
    ("eu-gdpr", "access", "1 calendar_months", "2 calendar_months"),
    ("uk-gdpr", "delete", "1 calendar_months", "2 calendar_months"),
    ("ch-fadp", "access", "30 calendar_days", None),
    ("us-ca-ccpa", "delete", "45 calendar_days", "45 calendar_days"),
    ("us-ca-ccpa", "optout_sale_sharing", "15 business_days", None),
    ("us-ca-ccpa", "limit_sensitive", "15 business_days", None),
    ("us-ca-drop", "delete_drop", "45 calendar_days", None),
    ("us-nv-603a", "optout_sale", "60 calendar_days", "30 calendar_days"),
    ("us-nv-chd", "access", "45 calendar_days", "45 calendar_days"),
    ("us-nv-chd", "delete", "30 calendar_days", None),
    ("us-wa-mhmda", "withdraw_consent", "45 calendar_days", "45 calendar_days"),
    ("br-lgpd", "access", "15 calendar_days", None),
    ("br-lgpd", "confirm_processing", "0 calendar_days", None),
    ("ca-pipeda", "access", "30 calendar_days", "30 calendar_days"),
    ("ca-qc-law25", "deindex", "30 calendar_days", None),
    ("au-privacy", "correct", "30 calendar_days", None),
    ("nz-privacy", "access", "20 business_days", None),
    ("jp-appi", "object", "14 calendar_days", None),
    ("kr-pipa", "access", "10 calendar_days", None),
    ("kr-pipa", "adm_review", "30 calendar_days", "60 calendar_days"),
    ("in-dpdp", "grievance", "90 calendar_days", None),
    ("za-popia", "access", "30 calendar_days", "30 calendar_days"),
    ("za-popia", "correct", "30 calendar_days", None),
    ("cn-pipl", "delete", "15 business_days", None),
    ("sg-pdpa", "access", "30 calendar_days", None),
    ("sg-pdpa", "withdraw_consent", "10 business_days", None),
]


def days(count: int | None) -> Period | None:
    """So many calendar days."""
    return Period(count, D) if count is not None else None


def written(period: Period | None) -> str | None:
    """A period as its file writes it."""
    return f"{period.count} {period.unit}" if period is not None else None


@pytest.mark.parametrize(("regime", "figures"), STATES.items(), ids=STATES)
def test_the_figures_of_a_state(
    library: Library, regime: str, figures: tuple[int, int, int | None, int | None, int]
) -> None:
    answer, further, appeal, appeal_further, free = figures
    rules = {right: rule for right, rule in library.regimes[regime].rules.items() if right != "appeal"}
    for rule in rules.values():
        assert rule.answer.period == days(answer)
        assert rule.extension is not None
        assert rule.extension.period == days(further)
        assert rule.extension.reasons
        assert (rule.appeal.answer if rule.appeal else None) == days(appeal)
        assert (rule.appeal.extension if rule.appeal else None) == days(appeal_further)
        assert rule.fee.times == free


@pytest.mark.parametrize(("regime", "right", "answer", "further"), WORLD)
def test_the_figures_of_the_world(library: Library, regime: str, right: str, answer: str, further: str | None) -> None:
    rule = library.regimes[regime].rules[right]
    assert written(rule.answer.period) == answer
    assert written(rule.extension.period if rule.extension else None) == further


def test_the_appeal_that_a_refusal_promises_is_the_one_that_the_clock_counts(library: Library) -> None:
    for law in laws(library):
        for rule in law.rules.values():
            if rule.appeal is not None:
                counted = law.rules["appeal"]
                assert rule.appeal.answer == counted.answer.period, law.id
                assert rule.appeal.extension == (counted.extension.period if counted.extension else None), law.id
                assert rule.appeal.names_regulator, law.id
                assert "regulator_contact" in counted.contents, law.id


def test_only_california_and_british_complaints_have_a_number_for_the_acknowledgement(library: Library) -> None:
    found = {(law.id, rule.right): written(rule.acknowledge.period) for law, rule in pairs(library) if rule.acknowledge}
    know = ("access", "access_categories", "delete", "correct", "adm_access", "adm_human_appeal")
    assert found == {("us-ca-ccpa", right): "10 business_days" for right in know} | {
        ("uk-gdpr", "complaint"): "30 calendar_days"
    }


def test_a_british_complaint_has_no_number_for_its_answer_but_our_aim(library: Library) -> None:
    answer = library.regimes["uk-gdpr"].rules["complaint"].answer
    assert answer.period is None
    assert answer.aim == Period(3, Unit.calendar_months)


def test_signals_and_revocations(library: Library) -> None:
    assert {law.id: law.signals.since for law in laws(library) if law.signals.required} == SIGNALS
    revoked = {law.id: law.revocation.period for law in laws(library) if law.revocation}
    assert revoked == {name: days(count) for name, count in REVOCATION.items()}


def test_where_records_are_kept_for_a_number_of_months(library: Library) -> None:
    kept = {law.id: law.retention.months for law in laws(library) if law.retention}
    assert kept == {"us-ca-ccpa": 24, "us-ca-drop": 24, "us-co-cpa": 24, "us-mn-mcdpa": 24, "in-dpdp": 12}
