"""The receipt: earlier freely, later only with a second person, never in the future, always in the trail."""

from datetime import datetime, timedelta

import pytest

from privacy_center.casework import cases, letters, proof, receipt, trail, vault
from privacy_center.casework.receipt import Proposal
from privacy_center.casework.refusals import Invalid, Refused
from privacy_center.casework.work import OPERATOR, REQUESTER, Actor
from privacy_center.center import Center
from privacy_center.law.terms import Role
from tests import builders
from tests.builders import Cast
from tests.conftest import A_TUESDAY, Clock

EARLIER = A_TUESDAY - timedelta(days=6)
SECOND = "lou@northwind.example"


async def move(
    center: Center,
    reference: str,
    to: datetime,
    by: Actor,
    *,
    reason: str = "It came by post first.",
    evidence: str = "Stamp of the mail room.",
) -> Proposal | None:
    """Move the receipt of a case."""
    async with center.work(by=by) as work:
        return await receipt.move(work, await cases.locked(work, reference), to, reason=reason, evidence=evidence)


async def confirm(center: Center, reference: str, by: Actor) -> None:
    """A lead agrees to a later receipt."""
    async with center.work(by=by) as work:
        await receipt.confirm(work, await cases.locked(work, reference), words="The stamp was misread.")


async def refuse(center: Center, reference: str, by: Actor) -> None:
    """A lead does not."""
    async with center.work(by=by) as work:
        await receipt.refuse(work, await cases.locked(work, reference), words="The stamp is clear.")


async def story(center: Center, reference: str) -> list[str]:
    """What the trail tells of a case; it is whole."""
    async with center.reading(by=REQUESTER) as work:
        assert [fault async for _, fault in proof.verify(work, reference)] == [None]
        return [event.step for event in await trail.events(work, await cases.seen(work, reference))]


async def kinds(center: Center, reference: str) -> list[str]:
    """The letters of a case, newest first."""
    async with center.reading(by=REQUESTER) as work:
        return [letter.kind for letter in await letters.of_case(work, await cases.seen(work, reference))]


async def moved(center: Center) -> tuple[str, Cast]:
    """A proved case whose receipt Hana has moved six days back."""
    reference = await builders.a_case(center, "reviewing")
    staff = await builders.cast(center)
    assert await move(center, reference, EARLIER, staff.hana) is None
    return reference, staff


async def test_a_handler_moves_a_receipt_earlier_and_every_date_follows(center: Center) -> None:
    reference = await builders.a_case(center, "reviewing")
    before = await builders.seen(center, reference)
    staff = await builders.cast(center)
    await move(center, reference, EARLIER, staff.hana)
    case = await builders.seen(center, reference)
    assert case.received_at == EARLIER
    assert case.answer_due < before.answer_due
    assert case.target_due < before.target_due
    assert case.laws == before.laws
    assert (await story(center, reference))[-1] == "receipt"
    assert "receipt_moved" not in await kinds(center, reference)


async def test_its_reason_and_its_evidence_are_in_the_vault_and_not_in_the_trail(center: Center) -> None:
    reference, _ = await moved(center)
    async with center.reading(by=REQUESTER) as work:
        case = await cases.seen(work, reference)
        kept = {text.kind: vault.words(work, text) for text in await vault.texts(work, case)}
        last = (await trail.events(work, case))[-1]
    assert kept == {"receipt_reason": "It came by post first.", "receipt_evidence": "Stamp of the mail room."}
    assert last.facts["from"] == A_TUESDAY.isoformat()
    assert last.facts["received_at"] == EARLIER.isoformat()
    assert "Stamp" not in str(last.facts)


async def test_a_receipt_never_lies_in_the_future_nor_after_the_case_was_opened(center: Center, clock: Clock) -> None:
    reference, staff = await moved(center)
    clock.forward(days=3)
    for to in (clock.now + timedelta(seconds=1), A_TUESDAY + timedelta(seconds=1), EARLIER):
        with pytest.raises(Invalid) as caught:
            await move(center, reference, to, staff.lea)
        assert set(caught.value.errors) == {"to"}


async def test_it_takes_a_reason_and_evidence(center: Center) -> None:
    reference = await builders.a_case(center, "reviewing")
    staff = await builders.cast(center)
    with pytest.raises(Invalid) as caught:
        await move(center, reference, EARLIER, staff.hana, reason=" ", evidence="")
    assert set(caught.value.errors) == {"reason", "evidence"}


async def test_later_takes_two_leads_and_a_letter(center: Center) -> None:
    reference, staff = await moved(center)
    to = EARLIER + timedelta(days=2)
    with pytest.raises(Refused, match="Only a lead"):
        await move(center, reference, to, staff.hana)
    assert await move(center, reference, to, staff.lea) is not None
    early = await builders.seen(center, reference)
    assert early.received_at == EARLIER
    for by, why in ((staff.lea, "Somebody else"), (staff.hana, "Only a lead")):
        with pytest.raises(Refused, match=why):
            await confirm(center, reference, by)
    await confirm(center, reference, await builders.member(center, SECOND, Role.lead))
    case = await builders.seen(center, reference)
    assert case.received_at == to
    assert case.answer_due > early.answer_due
    assert (await story(center, reference))[-3:] == ["receipt", "receipt_proposed", "receipt"]
    assert (await kinds(center, reference))[0] == "receipt_moved"


async def test_nobody_is_told_at_a_mailbox_that_is_not_proved(center: Center) -> None:
    reference = await builders.file(center)
    staff = await builders.cast(center)
    await move(center, reference, EARLIER, staff.hana)
    await move(center, reference, A_TUESDAY, staff.lea)
    await confirm(center, reference, await builders.member(center, SECOND, Role.lead))
    assert (await builders.seen(center, reference)).received_at == A_TUESDAY
    assert await kinds(center, reference) == ["acknowledgement"]


async def test_a_second_lead_may_refuse_and_then_nothing_waits(center: Center) -> None:
    reference, staff = await moved(center)
    await move(center, reference, A_TUESDAY, staff.lea)
    second = await builders.member(center, SECOND, Role.lead)
    await refuse(center, reference, second)
    with pytest.raises(Refused, match="Nobody has proposed"):
        await confirm(center, reference, second)
    assert (await builders.seen(center, reference)).received_at == EARLIER
    assert (await story(center, reference))[-1] == "receipt_refused"


async def test_neither_requesters_nor_admins_nor_closed_cases(center: Center) -> None:
    reference = await builders.a_case(center, "denied")
    staff = await builders.cast(center)
    with pytest.raises(Refused, match="closed"):
        await move(center, reference, EARLIER, staff.lea)
    other = await builders.file(center)
    for by in (REQUESTER, OPERATOR):
        with pytest.raises(Refused, match="Only a handler"):
            await move(center, other, EARLIER, by)


async def test_a_receipt_changed_behind_the_trail_s_back_is_found(center: Center) -> None:
    reference, _ = await moved(center)
    async with center.work(by=REQUESTER) as work:
        (await cases.locked(work, reference)).received_at = A_TUESDAY
    async with center.reading(by=REQUESTER) as work:
        (found,) = [fault async for _, fault in proof.verify(work, reference)]
    assert found is not None
    assert "receipt" in found.why
