"""The walk of a request from the form to its closing letter, without a browser."""

import pytest

from privacy_center.casework import (
    alarms,
    cases,
    letters,
    packages,
    proof,
    sessions,
    sign_in,
    trail,
    vault,
    verification,
)
from privacy_center.casework.facts import Facts
from privacy_center.casework.refusals import Invalid, LinkExpired, Refused
from privacy_center.casework.work import CLOCK, REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Disposition
from privacy_center.links import Purpose
from tests import builders
from tests.builders import ANSWER, MATCH, WORDS
from tests.conftest import Clock


async def kinds(center: Center, reference: str) -> list[str]:
    """The letters of a case, first to last."""
    async with center.reading(by=REQUESTER) as work:
        return [letter.kind for letter in await letters.of_case(work, await cases.seen(work, reference))][::-1]


async def whole(center: Center, reference: str) -> bool:
    """Whether the chain of a case holds."""
    async with center.reading(by=REQUESTER) as work:
        return [fault async for _, fault in proof.verify(work, reference)] == [None]


@pytest.mark.parametrize("regime", ["eu-gdpr", "us-ca-ccpa", "voluntary"])
@pytest.mark.parametrize("right", ["access", "delete"])
async def test_a_request_walks_to_its_closing_letter(american: Center, regime: str, right: str) -> None:
    reference = await builders.a_case(american, "fulfilled", regime=regime, right=right)
    case = await builders.seen(american, reference)
    assert (case.state, case.disposition, case.regime) == ("closed", Disposition.fulfilled, regime)
    assert await kinds(american, reference) == ["acknowledgement", "verified", "fulfilment"]
    assert await whole(american, reference)


async def test_nothing_is_disclosed_before_the_mailbox_is_proved(center: Center) -> None:
    reference = await builders.a_case(center, "unverified")
    staff = await builders.cast(center)
    with pytest.raises(Refused, match="Waiting for confirmation"):
        await builders.take(center, reference, "fulfil", ANSWER, by=staff.hana)


async def test_nothing_is_disclosed_before_the_person_is_found_on_file(center: Center) -> None:
    reference = await builders.a_case(center, "reviewing")
    staff = await builders.cast(center)
    with pytest.raises(Refused, match="on file before the request"):
        await builders.take(center, reference, "fulfil", ANSWER, by=staff.hana)


async def test_california_wants_three_points_and_a_declaration_for_specific_pieces(center: Center) -> None:
    reference = await builders.a_case(center, "reviewing", regime="us-ca-ccpa")
    staff = await builders.cast(center)
    with pytest.raises(Invalid) as caught:
        await builders.take(center, reference, "match", Facts(found_in="Shop", data_points=2), by=staff.hana)
    assert set(caught.value.errors) == {"data_points", "declaration"}


async def test_an_answer_lacks_nothing_that_the_law_demands(center: Center) -> None:
    reference = await builders.a_case(center, "matched", right="delete")
    staff = await builders.cast(center)
    with pytest.raises(Invalid) as caught:
        await builders.take(center, reference, "fulfil", WORDS, by=staff.hana)
    assert set(caught.value.errors) == {"content_downstream_notice", "content_retained_record_notice"}
    assert (await builders.seen(center, reference)).state == "reviewing"


async def test_a_refusal_needs_a_ground_of_this_law_a_text_and_a_lead(center: Center) -> None:
    reference = await builders.a_case(center, "reviewing")
    staff = await builders.cast(center)
    with pytest.raises(Refused, match="another role"):
        await builders.take(center, reference, "deny", Facts(text="No.", ground="no_data_held"), by=staff.hana)
    with pytest.raises(Invalid) as caught:
        await builders.take(center, reference, "deny", Facts(ground="debugging"), by=staff.lea)
    assert set(caught.value.errors) == {"text", "ground"}
    await builders.take(center, reference, "deny", Facts(text="We looked.", ground="no_data_held"), by=staff.lea)
    case = await builders.seen(center, reference)
    assert (case.disposition, case.ground) == (Disposition.denied, "no_data_held")


async def test_an_extension_comes_once_and_in_time(center: Center, clock: Clock) -> None:
    reference = await builders.a_case(center, "reviewing")
    staff = await builders.cast(center)
    first = (await builders.seen(center, reference)).answer_due
    await builders.take(center, reference, "extend", WORDS, by=staff.hana)
    assert (await builders.seen(center, reference)).answer_due > first
    with pytest.raises(Refused, match="has been used"):
        await builders.take(center, reference, "extend", WORDS, by=staff.hana)
    late = await builders.a_case(center, "reviewing")
    clock.forward(days=40)
    with pytest.raises(Refused, match="had to be announced before"):
        await builders.take(center, late, "extend", WORDS, by=staff.hana)


async def test_a_question_waits_for_its_answer(center: Center) -> None:
    reference = await builders.a_case(center, "clarifying")
    await builders.take(center, reference, "reply", Facts(text="The account of 2021."), by=REQUESTER)
    assert (await builders.seen(center, reference)).state == "reviewing"
    async with center.reading(by=REQUESTER) as work:
        texts = await vault.texts(work, await cases.seen(work, reference))
        assert [vault.words(work, text) for text in texts] == ["A few words.", "The account of 2021."]


async def test_a_request_nobody_confirms_is_refused_on_its_target_date_with_a_letter(
    center: Center, clock: Clock
) -> None:
    reference = await builders.a_case(center, "unverified")
    target = (await builders.seen(center, reference)).target_due
    clock.forward(days=(target - clock.now.date()).days - 1)
    async with center.work(by=CLOCK) as work:
        assert await alarms.due(work) == []
        await alarms.catch_up(work, await cases.locked(work, reference))
    assert (await builders.seen(center, reference)).state == "unverified"
    clock.forward(days=1)
    async with center.reading(by=CLOCK) as work:
        assert await alarms.due(work) == [], "the day is still the person's"
    clock.forward(hours=4)
    async with center.work(by=CLOCK) as work:
        assert await alarms.due(work) == [reference]
        await alarms.catch_up(work, await cases.locked(work, reference))
    case = await builders.seen(center, reference)
    assert (case.disposition, case.ground) == (Disposition.denied, "identity_not_verified")
    assert await kinds(center, reference) == ["acknowledgement", "unverified"]


async def test_late_proof_reopens_with_the_first_receipt(center: Center, clock: Clock) -> None:
    reference = await builders.a_case(center, "unverified")
    before = await builders.seen(center, reference)
    clock.forward(days=31)
    async with center.work(by=CLOCK) as work:
        await alarms.catch_up(work, await cases.locked(work, reference))
    async with center.work(by=REQUESTER) as work:
        await verification.send_again(work, reference, builders.ADA)  # the first link has expired by now
    async with center.work(by=REQUESTER) as work:
        token = work.house.links.sign(Purpose.verify, str((await builders.challenge(work, reference)).id))
        await verification.confirm_link(work, token)
    case = await builders.seen(center, reference)
    assert (case.state, case.disposition, case.closed_at) == ("reviewing", None, None)
    assert (case.received_at, case.answer_due) == (before.received_at, before.answer_due)
    assert (await kinds(center, reference))[-1] == "reopened"


async def test_a_withdrawal_takes_fresh_proof_and_one_click_undoes_it(center: Center) -> None:
    reference = await builders.a_case(center, "reviewing")
    received = (await builders.seen(center, reference)).received_at
    with pytest.raises(Refused, match="fresh code"):
        await builders.take(center, reference, "withdraw", by=REQUESTER)
    await builders.take(center, reference, "withdraw", by=await builders.fresh(center, reference))
    assert (await builders.seen(center, reference)).disposition == Disposition.withdrawn
    async with center.work(by=REQUESTER) as work:
        token = work.house.links.sign(Purpose.undo, str((await builders.challenge(work, reference, Purpose.undo)).id))
        await verification.undo(work, token)
    case = await builders.seen(center, reference)
    assert (case.state, case.received_at) == ("reviewing", received)
    assert await kinds(center, reference) == ["acknowledgement", "verified", "withdrawal", "resumed"]


async def test_this_was_not_me_holds_the_answer_until_a_lead_has_looked(center: Center) -> None:
    reference = await builders.a_case(center, "matched")
    staff = await builders.cast(center)
    async with center.work(by=REQUESTER) as work:
        asked = await builders.challenge(work, reference)
        asked.mailed = True
        token = work.house.links.sign(Purpose.not_me, str(asked.id))
        assert await verification.dispute(work, token, work.house.links.code(str(asked.id), asked.attempt))
    with pytest.raises(Refused, match="did not ask for this"):
        await builders.take(center, reference, "fulfil", ANSWER, by=staff.lea)
    with pytest.raises(Refused, match="another role"):
        await builders.take(center, reference, "dismiss", by=staff.hana)
    await builders.take(center, reference, "dismiss", by=staff.lea)
    await builders.take(center, reference, "fulfil", ANSWER, by=staff.lea)
    assert await kinds(center, reference) == ["acknowledgement", "verified", "disputed", "dismissed", "fulfilment"]


async def test_every_look_is_in_the_trail(center: Center) -> None:
    from privacy_center.casework import desk

    reference = await builders.a_case(center, "reviewing")
    staff = await builders.cast(center)
    async with center.work(by=staff.hana) as work:
        await desk.look(work, reference)
    async with center.reading(by=REQUESTER) as work:
        last = (await trail.events(work, await cases.seen(work, reference)))[-1]
    assert (last.step, last.role, last.actor) == ("look", "handler", str(staff.hana.staff_id))


async def test_nobody_on_the_staff_handles_their_own_request(center: Center) -> None:
    from privacy_center.casework import desk

    staff = await builders.cast(center)
    reference = await builders.file(center, email=builders.HANA)
    await builders.prove(center, reference)
    with pytest.raises(Refused, match="your own request"):
        await builders.take(center, reference, "match", MATCH, by=staff.hana)
    with pytest.raises(Refused, match="your own request"):
        async with center.work(by=staff.hana) as work:
            await desk.look(work, reference)


async def test_a_link_confirms_once_and_expires_on_reading(center: Center, clock: Clock) -> None:
    reference = await builders.a_case(center, "unverified")
    async with center.work(by=REQUESTER) as work:
        token = work.house.links.sign(Purpose.verify, str((await builders.challenge(work, reference)).id))
    clock.forward(days=15)
    with pytest.raises(LinkExpired):
        async with center.work(by=REQUESTER) as work:
            await verification.confirm_link(work, token)
    clock.forward(days=-15)
    async with center.work(by=REQUESTER) as work:
        await verification.confirm_link(work, token)
    with pytest.raises(LinkExpired):
        async with center.work(by=REQUESTER) as work:
            await verification.confirm_link(work, token)


async def test_a_code_counts_only_once_it_was_mailed_and_dies_after_five_wrong_tries(center: Center) -> None:
    reference = await builders.a_case(center, "unverified")

    async def tried(code: str) -> bool:
        async with center.work(by=REQUESTER) as work:
            return await verification.confirm_code(work, reference, code) is not None

    async with center.work(by=REQUESTER) as work:
        asked = await builders.challenge(work, reference)
        right = work.house.links.code(str(asked.id), asked.attempt)
    assert not await tried(right), "never mailed"
    async with center.work(by=REQUESTER) as work:
        (await builders.challenge(work, reference)).mailed = True
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(4):
        assert not await tried(wrong)
    assert not await tried(right), "dead"
    assert (await builders.seen(center, reference)).state == "unverified"


async def test_the_answer_opens_only_after_a_fresh_code_and_expires_on_reading(center: Center, clock: Clock) -> None:
    reference = await builders.a_case(center, "fulfilled")
    async with center.work(by=REQUESTER) as work:
        case = await cases.locked(work, reference)
        cookie = sessions.open_requester(work, case=case)
    async with center.work(by=REQUESTER) as work:
        visitor = await sessions.visitor(work, cookie)
        assert visitor is not None
        case = await cases.locked(work, reference)
        assert not sessions.is_fresh(work, visitor, case)
        await sign_in.send_fresh(work, case)
    async with center.work(by=REQUESTER) as work:
        asked = await builders.challenge(work, reference, Purpose.fresh)
        asked.mailed = True
        code = work.house.links.code(str(asked.id), asked.attempt)
        assert await sign_in.answer_fresh(work, visitor, await cases.locked(work, reference), code)
    async with center.work(by=REQUESTER) as work:
        visitor = await sessions.visitor(work, cookie)
        assert visitor is not None
        case = await cases.locked(work, reference)
        assert sessions.is_fresh(work, visitor, case)
        (row,) = await packages.files(work, case)
        assert (await packages.fetch(work, case, row.id)).content == b"order,day\n1,2026-01-02\n"
    clock.forward(days=31)
    async with center.reading(by=REQUESTER) as work:
        assert await packages.files(work, await cases.seen(work, reference)) == []
