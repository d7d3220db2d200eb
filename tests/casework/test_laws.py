"""Which laws govern a case, and what happens when the place turns out to be another."""

from datetime import date

import pytest

from privacy_center.casework import cases, deadlines, editions, letters, proof, residence
from privacy_center.casework.facts import Facts
from privacy_center.casework.refusals import Invalid, Refused
from privacy_center.casework.work import REQUESTER, Actor
from privacy_center.center import Center
from privacy_center.law import combining
from privacy_center.law.terms import Role
from tests import builders


async def governing(center: Center, reference: str) -> list[tuple[str, str]]:
    return [(law["regime"], law["for"]) for law in (await builders.seen(center, reference)).laws]


async def correct(
    center: Center, reference: str, place: str, *, by: Actor = REQUESTER, drop_dates: bool = False
) -> None:
    async with center.work(by=by) as work:
        await residence.correct(work, await cases.locked(work, reference), place, drop_dates=drop_dates)


async def test_a_californian_is_protected_by_both_laws_of_a_controller_in_ireland(center: Center) -> None:
    reference = await builders.a_case(center, "reviewing", regime="us-ca-ccpa", right="delete")
    assert await governing(center, reference) == [("us-ca-ccpa", "answer"), ("eu-gdpr", "answer")]
    case = await builders.seen(center, reference)
    assert case.answer_due == date(2026, 12, 24), "the month of the GDPR, not the 45 days of California"
    assert case.acknowledge_due is not None, "and California's acknowledgement, which the GDPR does not ask for"
    async with center.reading(by=REQUESTER) as work:
        rule = await editions.rule(work, case)
        clock = await deadlines.clock(work, case)
    assert "no_data_held" in rule.grounds
    assert "complete_transaction" not in rule.grounds, "the GDPR knows no such ground"
    assert rule.verification.data_points == 2, "the strictest assurance"
    assert clock.reasons[-2].text == combining.TOGETHER


async def test_a_refusal_needs_a_ground_that_every_law_knows(center: Center) -> None:
    reference = await builders.a_case(center, "reviewing", regime="us-ca-ccpa", right="delete")
    staff = await builders.cast(center)
    with pytest.raises(Invalid):
        await builders.take(center, reference, "deny", Facts(text="No.", ground="complete_transaction"), by=staff.lea)


async def test_a_controller_in_california_answers_a_californian_under_its_own_law_alone(american: Center) -> None:
    reference = await builders.file(american, regime="us-ca-ccpa")
    assert await governing(american, reference) == [("us-ca-ccpa", "answer")]
    assert (await builders.seen(american, reference)).answer_due == date(2027, 1, 8)


async def test_a_place_without_a_law_is_answered_voluntarily(american: Center) -> None:
    reference = await builders.file(american, regime="voluntary")
    assert await governing(american, reference) == [("voluntary", "answer")]


async def test_a_place_unknown_runs_at_the_shortest_period_of_all_declared_laws(american: Center) -> None:
    reference = await builders.file(american, regime="other")
    assert await governing(american, reference) == [
        ("voluntary", "answer"),
        ("eu-gdpr", "dates"),
        ("us-ca-ccpa", "dates"),
    ]
    case = await builders.seen(american, reference)
    assert case.answer_due == date(2026, 12, 24)
    async with american.reading(by=REQUESTER) as work:
        assert (await deadlines.clock(work, case)).reasons[-2].text == combining.SHORTEST


async def test_a_corrected_place_never_makes_a_date_later(american: Center) -> None:
    reference = await builders.file(american, regime="eu-gdpr")
    await builders.prove(american, reference)
    before = await builders.seen(american, reference)
    await correct(american, reference, "US-CA")
    case = await builders.seen(american, reference)
    assert (case.place, case.regime) == ("US-CA", "us-ca-ccpa")
    assert (case.answer_due, case.target_due) == (before.answer_due, before.target_due)
    assert await governing(american, reference) == [("us-ca-ccpa", "answer"), ("eu-gdpr", "dates")]
    async with american.reading(by=REQUESTER) as work:
        kinds = [letter.kind for letter in await letters.of_case(work, case)]
        assert [fault async for _, fault in proof.verify(work, reference)] == [None]
    assert kinds[0] == "place"


async def test_only_a_lead_lets_go_of_the_old_dates(american: Center) -> None:
    reference = await builders.file(american, regime="eu-gdpr")
    await builders.prove(american, reference)
    staff = await builders.cast(american)
    await correct(american, reference, "US-CA")
    with pytest.raises(Refused, match="Only a lead"):
        await correct(american, reference, "US-CA", by=staff.hana, drop_dates=True)
    await correct(american, reference, "US-CA", by=staff.lea, drop_dates=True)
    assert (await builders.seen(american, reference)).answer_due == date(2027, 1, 8)


@pytest.mark.parametrize("place", ["", "Germany", "ZZ", "US-CA-X"])
async def test_a_place_nobody_knows_changes_nothing(center: Center, place: str) -> None:
    reference = await builders.file(center)
    with pytest.raises(Invalid):
        await correct(center, reference, place)
    assert (await builders.seen(center, reference)).place == "DE"


async def test_a_closed_case_keeps_its_law(center: Center) -> None:
    reference = await builders.a_case(center, "denied")
    with pytest.raises(Refused, match="closed"):
        await correct(center, reference, "FR", by=Actor(Role.requester))


async def test_the_edition_of_the_day_of_receipt_governs_for_good(center: Center) -> None:
    reference = await builders.file(center)
    case = await builders.seen(center, reference)
    async with center.reading(by=REQUESTER) as work:
        current = work.house.library.regimes["eu-gdpr"]
        work.house.library.regimes.pop("eu-gdpr")  # type: ignore[attr-defined]  # the next release has no such law
        try:
            assert (await editions.regime(work, case)).digest == current.digest
        finally:
            work.house.library.regimes["eu-gdpr"] = current  # type: ignore[index]


@pytest.mark.parametrize("drop_dates", [False, True])
async def test_a_corrected_place_lowers_no_assurance(american: Center, drop_dates: bool) -> None:
    reference = await builders.file(american, regime="us-ca-ccpa")
    await builders.prove(american, reference)
    staff = await builders.cast(american)
    await correct(american, reference, "DE", by=staff.lea, drop_dates=drop_dates)
    with pytest.raises(Invalid):
        await builders.take(american, reference, "match", Facts(found_in="Shop", data_points=1), by=staff.hana)


async def test_a_match_that_was_enough_elsewhere_is_not_enough_here(american: Center) -> None:
    reference = await builders.file(american, regime="eu-gdpr")
    await builders.prove(american, reference)
    staff = await builders.cast(american)
    await builders.take(american, reference, "match", Facts(found_in="Shop", data_points=1), by=staff.hana)
    await correct(american, reference, "US-CA")
    with pytest.raises(Refused, match="stronger evidence"):
        await builders.take(american, reference, "fulfil", builders.ANSWER, by=staff.hana)


async def test_a_place_unknown_asks_for_the_strongest_proof(american: Center) -> None:
    reference = await builders.file(american, regime="other")
    async with american.reading(by=REQUESTER) as work:
        rule = await editions.rule(work, await builders.seen(american, reference))
    assert (rule.verification.data_points, rule.verification.declaration) == (3, True)


async def test_what_an_old_place_promised_is_kept_and_not_cited(american: Center) -> None:
    reference = await builders.file(american, regime="eu-gdpr")
    await builders.prove(american, reference)
    await correct(american, reference, "US-CA")
    async with american.reading(by=REQUESTER) as work:
        case = await cases.seen(work, reference)
        (letter, *_) = await letters.of_case(work, case)
        _, body = letters.words(work, letter)
        clock = await deadlines.clock(work, case)
    assert clock.current.promised
    assert "GDPR" not in body
    assert "California Consumer Privacy Act" in body


async def test_an_extension_under_two_laws_counts_and_cites_both(center: Center) -> None:
    reference = await builders.a_case(center, "reviewing", regime="us-ca-ccpa", right="delete")
    staff = await builders.cast(center)
    await builders.take(center, reference, "extend", Facts(text="We have to search an archive."), by=staff.hana)
    case = await builders.seen(center, reference)
    assert case.answer_due == date(2027, 2, 22), "California's 90 days, which end before the GDPR's three months"
    async with center.reading(by=REQUESTER) as work:
        clock = await deadlines.clock(work, case)
        (letter, *_) = await letters.of_case(work, case)
        _, body = letters.words(work, letter)
    assert clock.is_extended
    assert "11 CCR 7021(b)" in body
    assert "GDPR Art. 12(3)" in body
