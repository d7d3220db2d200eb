"""What a lawyer would want proved of the laws, whatever else changes: clocks, sources, and what is never asked."""

from collections import Counter
from datetime import date

from privacy_center.law.library import VOLUNTARY, Library
from privacy_center.law.rules import Duty
from privacy_center.law.terms import Known, Needed, Roll, Start, Tolls
from tests.law.every import laws, pairs

PROTECTIVE = ("optout_", "limit_", "adm_optout", "object_direct_marketing", "withdraw_consent")

# The states whose acts let nobody ask who opts out.
OPEN = ("co", "ct", "or", "mt", "de", "nh", "nj", "mn", "md", "ri", "al", "vt")

# ---- completeness ----


def test_there_are_forty_two_laws_with_278_rules(library: Library) -> None:
    assert len(laws(library)) == 42
    assert len(pairs(library)) == 278


def test_our_own_promise_covers_every_right_that_any_law_gives(library: Library) -> None:
    given = {rule.right for _, rule in pairs(library)}
    assert given <= set(library.regimes[VOLUNTARY].rules)


def test_no_place_has_two_laws_for_the_same_right(library: Library) -> None:
    claims = Counter((place, right) for law in laws(library) for place in law.places for right in law.rules)
    assert [claim for claim, count in claims.items() if count > 1] == []


def test_every_place_is_one_that_people_can_choose(library: Library) -> None:
    assert {place for law in laws(library) for place in law.places} <= set(library.places())


def test_laws_that_nobody_has_read_protect_nobody(library: Library) -> None:
    unread = {law.id for law in laws(library) if not law.enabled}
    assert unread == {"us-al-apdpa", "us-la-ldpa", "us-ok-ocdpa", "us-vt-vdposa"}


# ---- when a clock starts, stands and rolls ----


def test_clocks_that_do_not_start_with_receipt(library: Library) -> None:
    starts = {(law.id, rule.right): rule.start for law, rule in pairs(library) if rule.start is not Start.receipt}
    british = {("uk-gdpr", right) for right in library.regimes["uk-gdpr"].rules} - {("uk-gdpr", "complaint")}
    assert starts == dict.fromkeys(british, Start.latest_of_receipt_identity_fee) | {
        ("ch-fadp", "access"): Start.receipt_or_fee_reflection_expiry,
        ("us-nv-chd", "access"): Start.authentication,
        ("us-nv-chd", "delete"): Start.authentication,
        ("us-ca-drop", "delete_drop"): Start.drop_retrieval,
    }


def test_only_british_access_stops_the_clock_by_statute(library: Library) -> None:
    by = {(law.id, rule.right): rule.tolling.by for law, rule in pairs(library)}
    assert [pair for pair, how in by.items() if how is Tolls.statute] == [("uk-gdpr", "access")]
    assert {law for (law, _), how in by.items() if how is Tolls.guidance} == {"eu-gdpr"}


def test_only_three_laws_move_an_end_off_a_day_off_by_themselves(library: Library) -> None:
    rolling = {law.id for law, rule in pairs(library) if rule.answer.roll is Roll.next_working_day}
    assert rolling == {"eu-gdpr", "uk-gdpr", "za-popia"}


def test_where_saturdays_count_no_end_moves_off_one(library: Library) -> None:
    sundays = {"ca-pipeda", "ca-qc-law25", "sg-pdpa", "us-ia-icdpa"}
    weekends = library.calendars.definitions
    general = {
        law.id: weekends[law.statutory_roll.roll_calendar].weekend for law in laws(library) if law.statutory_roll
    }
    assert {name for name, weekend in general.items() if weekend == {6}} == sundays
    assert weekends[library.regimes["za-popia"].rules["access"].answer.roll_calendar].weekend == {6}


def test_rights_that_began_later_than_their_law(library: Library) -> None:
    later = {(law.id, rule.right): rule.in_force for law, rule in pairs(library) if rule.in_force != law.in_force}
    assert later == {
        ("uk-gdpr", "complaint"): date(2026, 6, 19),
        ("us-ca-ccpa", "adm_access"): date(2027, 1, 1),
        ("us-ca-ccpa", "adm_human_appeal"): date(2027, 1, 1),
        ("us-ca-ccpa", "adm_optout"): date(2027, 1, 1),
        ("us-ct-ctdpa", "third_party_list"): date(2026, 7, 1),
        ("us-ct-ctdpa", "profiling_review"): date(2026, 7, 1),
        ("us-ut-ucpa", "correct"): date(2026, 7, 1),
    }


# ---- sources ----


def test_every_figure_has_a_citation(library: Library) -> None:
    for law, rule in pairs(library):
        parts = (
            rule,
            rule.answer,
            rule.acknowledge,
            rule.extension,
            rule.verification,
            rule.agent,
            rule.fee,
            rule.appeal,
        )
        assert all(part.citation for part in parts if part is not None), (law.id, rule.right)
        assert all(rule.grounds.values()), (law.id, rule.right)
        assert rule.tolling.citation or rule.tolling.by is Tolls.never, (law.id, rule.right)
        duties: list[Duty | None] = [rule.answer, rule.acknowledge]
        assert all(duty.roll_citation for duty in duties if duty and duty.roll is not Roll.none), (law.id, rule.right)


def test_how_many_answers_rest_on_a_text_that_was_read(library: Library) -> None:
    known = Counter(rule.answer.known for _, rule in pairs(library) if rule.answer.period is not None)
    assert known == {Known.verified: 167, Known.high: 67, Known.medium: 43}


def test_numbers_that_no_statute_gives_are_marked(library: Library) -> None:
    soft = {law.id for law, rule in pairs(library) if not rule.answer.binding}
    assert soft == {
        "uk-gdpr",
        "ch-fadp",
        "br-lgpd",
        "au-privacy",
        "jp-appi",
        "in-dpdp",
        "za-popia",
        "cn-pipl",
        "sg-pdpa",
    }


# ---- people ----


def test_no_opt_out_asks_who_it_is_where_the_law_forbids_that(library: Library) -> None:
    forbidding = [law for law in laws(library) if law.id == "us-ca-ccpa" or law.id.split("-")[1] in OPEN]
    choices = [rule for law in forbidding for rule in law.rules.values() if rule.right.startswith(PROTECTIVE)]
    assert len(choices) == 3 + 3 * len(OPEN)
    for rule in choices:
        assert rule.verification.needed is Needed.never
        assert "identity_not_verified" not in rule.grounds


def test_a_forged_choice_can_always_be_refused(library: Library) -> None:
    for law in library.regimes.values():
        for rule in law.rules.values():
            if rule.right.startswith(PROTECTIVE):
                assert "suspected_fraud" in rule.grounds, (law.id, rule.right)


def test_everything_else_can_end_unverified(library: Library) -> None:
    """D2: what nobody proved ends as `identity_not_verified`, so that every law must know that ground."""
    for law in library.regimes.values():
        for rule in law.rules.values():
            if not rule.right.startswith((*PROTECTIVE, "delete_drop")):
                assert "identity_not_verified" in rule.grounds, (law.id, rule.right)


def test_no_law_asks_more_data_points_than_california_for_specific_pieces(library: Library) -> None:
    asked = {(law.id, rule.right): rule.verification.data_points for law, rule in pairs(library)}
    assert {pair for pair, points in asked.items() if points > 2} == {("us-ca-ccpa", "access")}
    declared = {(law.id, rule.right) for law, rule in pairs(library) if rule.verification.declaration}
    assert declared == {("us-ca-ccpa", "access")}


def test_agents_may_opt_out_where_the_act_names_them(library: Library) -> None:
    allowed = {
        law.id for law in laws(library) if "optout_targeted_ads" in law.rules and law.rules["optout_sale"].agent.allowed
    }
    assert allowed == {
        f"us-{name}" for name in ("co-cpa", "ct-ctdpa", "tx-tdpsa", "or-ocpa", "mt-mtcdpa", "de-dpdpa", "nh-nhpa")
    } | {f"us-{name}" for name in ("nj-njdpa", "ne-ndpa", "mn-mcdpa", "md-modpa", "ri-ridtppa", "la-ldpa", "vt-vdposa")}


def test_a_refusal_under_an_act_with_an_appeal_says_how_to_appeal(library: Library) -> None:
    for law, rule in pairs(library):
        if rule.appeal is not None:
            assert "appeal_instructions" in rule.contents, (law.id, rule.right)
