"""Each kind of request walks to its end: what changes something waits for a match, what protects waits for nothing."""

import pytest
from sqlmodel import col, select

from privacy_center.casework import letters, verification
from privacy_center.casework.facts import Facts
from privacy_center.casework.refusals import Invalid, Refused
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Disposition
from privacy_center.records.challenge import Challenge
from tests import builders
from tests.builders import ADA, MATCH, WORDS, cast, file, prove, seen, take

ANSWER = Facts(
    text="It is done.",
    contents=dict.fromkeys(("downstream_notice", "adm_explanation", "appeal_written_reasons"), "As the law asks."),
)
CHANGING = ("deindex", "correct", "restrict", "object", "adm_review", "nominate")
HEARD = ("appeal", "complaint", "grievance")


async def kinds(center: Center, reference: str) -> list[str]:
    """What was written to the requester, in order."""
    async with center.reading(by=REQUESTER) as work:
        return [letter.kind for letter in reversed(await letters.of_case(work, await seen(center, reference)))]


@pytest.mark.parametrize("right", CHANGING)
async def test_what_changes_something_needs_a_match(center: Center, right: str) -> None:
    reference = await file(center, right=right)
    await prove(center, reference)
    staff = await cast(center)
    with pytest.raises(Refused, match="on file"):
        await take(center, reference, "fulfil", ANSWER, by=staff.lea)
    await take(center, reference, "match", MATCH, by=staff.hana)
    case = await take(center, reference, "fulfil", ANSWER, by=staff.lea)
    assert case.disposition == Disposition.fulfilled
    assert await kinds(center, reference) == ["acknowledgement", "verified", "fulfilment"]


@pytest.mark.parametrize("right", HEARD)
async def test_what_opens_nothing_needs_a_mailbox_and_no_match(center: Center, right: str) -> None:
    reference = await file(center, right=right)
    staff = await cast(center)
    with pytest.raises(Refused):
        await take(center, reference, "fulfil", ANSWER, by=staff.lea)
    await prove(center, reference)
    case = await take(center, reference, "fulfil", ANSWER, by=staff.lea)
    assert case.disposition == Disposition.fulfilled


async def test_a_handler_does_not_decide_an_appeal(center: Center) -> None:
    reference = await file(center, right="appeal")
    await prove(center, reference)
    staff = await cast(center)
    with pytest.raises(Refused, match="another role"):
        await take(center, reference, "fulfil", ANSWER, by=staff.hana)


async def test_saying_no_is_applied_without_a_single_proof(center: Center) -> None:
    reference = await file(center, regime="us-ca-ccpa", right="optout_sale_sharing")
    staff = await cast(center)
    await take(center, reference, "ask", Facts(text="Which of the two shops?"), by=staff.hana)
    await take(center, reference, "reply", WORDS, by=REQUESTER)
    case = await take(center, reference, "apply", ANSWER, by=staff.hana)
    assert case.disposition == Disposition.fulfilled
    assert not await builders.mailbox_proved(center, reference)
    assert await kinds(center, reference) == ["receipt", "question", "applied"]


async def test_saying_no_is_refused_as_fraud_by_a_lead_and_for_nothing_else(center: Center) -> None:
    reference = await file(center, regime="us-ca-ccpa", right="optout_sale_sharing")
    staff = await cast(center)
    fraud = Facts(text="Forty thousand came from one script.", ground="suspected_fraud")
    with pytest.raises(Refused, match="another role"):
        await take(center, reference, "refuse", fraud, by=staff.hana)
    with pytest.raises(Invalid, match="fraud"):
        await take(center, reference, "refuse", Facts(text="No.", ground="no_data_held"), by=staff.lea)
    with pytest.raises(Invalid):
        await take(center, reference, "refuse", Facts(ground="suspected_fraud"), by=staff.lea)
    with pytest.raises(Invalid, match="two people"):
        await take(center, reference, "refuse", fraud, by=staff.lea)
    await take(center, reference, "doubt", Facts(text="One script."), by=staff.hana)
    case = await take(center, reference, "refuse", fraud, by=staff.lea)
    assert case.disposition == Disposition.denied
    assert await kinds(center, reference) == ["receipt", "denial"]


async def test_nobody_can_withdraw_or_dispute_what_protects(center: Center) -> None:
    reference = await file(center, regime="us-ca-ccpa", right="optout_sale_sharing")
    for name in ("withdraw", "dispute", "verify", "lapse"):
        with pytest.raises(Refused, match="no such step"):
            await take(center, reference, name, by=await builders.fresh(center, reference))


async def test_no_verification_is_ever_mailed_for_what_protects(center: Center) -> None:
    reference = await file(center, regime="us-ca-ccpa", right="optout_sale_sharing")
    async with center.work(by=REQUESTER) as work:
        await verification.send_again(work, reference, ADA)
    async with center.reading(by=REQUESTER) as work:
        case_id = (await seen(center, reference)).id
        assert not list(await work.session.exec(select(Challenge).where(col(Challenge.case_id) == case_id)))
    assert await kinds(center, reference) == ["receipt"]
