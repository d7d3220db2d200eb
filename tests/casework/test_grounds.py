"""Nobody is refused for lack of proof who has given it, or who may still give it (D2, D8)."""

from collections.abc import Mapping

import pytest

from privacy_center.casework import cases, deadlines, residence, verification
from privacy_center.casework.facts import Facts
from privacy_center.casework.refusals import Refused
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Disposition, Role
from privacy_center.links import Purpose
from tests import builders
from tests.conftest import Clock
from tests.trust import doors

NOT_VERIFIED = Facts(text="We could not tell.", ground="identity_not_verified")
FORM: Mapping[str, str] = {"text": NOT_VERIFIED.text, "ground": NOT_VERIFIED.ground}


async def disputed(center: Center) -> str:
    """A case whose mailbox was never proved and says “this was not me”: staff may decide on it."""
    reference = await builders.file(center)
    await doors.mailed(center, reference)
    async with center.work(by=REQUESTER) as work:
        asked = await builders.challenge(work, reference)
        token = work.house.links.sign(Purpose.not_me, str(asked.id))
        code = work.house.links.code(str(asked.id), asked.attempt)
        assert await verification.dispute(work, token, code)
    return reference


async def test_a_person_who_was_verified_is_not_refused_as_unverified(center: Center) -> None:
    reference = await builders.a_case(center, "matched")
    staff = await builders.cast(center)
    for name in ("deny", "fulfil_partly"):
        with pytest.raises(Refused, match="has been verified"):
            await builders.take(center, reference, name, NOT_VERIFIED, by=staff.lea)
    assert (await builders.seen(center, reference)).closed_at is None


async def test_a_mailbox_that_is_proved_but_not_found_on_file_may_be(center: Center) -> None:
    reference = await builders.a_case(center, "reviewing")
    staff = await builders.cast(center)
    case = await builders.take(center, reference, "deny", NOT_VERIFIED, by=staff.lea)
    assert case.disposition == Disposition.denied


async def test_where_nothing_is_disclosed_a_proved_mailbox_is_enough(center: Center) -> None:
    reference = await builders.file(center, right="complaint")
    await builders.prove(center, reference)
    staff = await builders.cast(center)
    with pytest.raises(Refused, match="has been verified"):
        await builders.take(center, reference, "deny", NOT_VERIFIED, by=staff.lea)


async def test_evidence_that_no_longer_suffices_does_not_stop_the_refusal(american: Center) -> None:
    reference = await builders.file(american, regime="US-VA")
    await builders.prove(american, reference)
    staff = await builders.cast(american)
    await builders.take(american, reference, "match", Facts(found_in="Shop", data_points=1), by=staff.hana)
    async with american.work(by=staff.lea) as work:
        await residence.correct(work, await cases.locked(work, reference), "US-CA")
    case = await builders.take(american, reference, "deny", NOT_VERIFIED, by=staff.lea)
    assert case.disposition == Disposition.denied


async def test_who_can_still_confirm_is_not_refused_before_the_last_day(center: Center, clock: Clock) -> None:
    reference = await disputed(center)
    staff = await builders.cast(center)
    with pytest.raises(Refused, match="can still confirm until 24 December 2026"):
        await builders.take(center, reference, "deny", NOT_VERIFIED, by=staff.lea)
    async with center.reading(by=REQUESTER) as work:
        case = await cases.seen(work, reference)
        _, last = await deadlines.to_confirm(work, case)
    clock.forward(days=(last - clock.now.date()).days - 1)
    with pytest.raises(Refused, match="can still confirm"):
        await builders.take(center, reference, "deny", NOT_VERIFIED, by=staff.lea)
    clock.forward(days=1)
    case = await builders.take(center, reference, "deny", NOT_VERIFIED, by=staff.lea)
    assert case.disposition == Disposition.denied


async def test_the_desk_greys_the_ground_out_and_answers_409(center: Center) -> None:
    reference = await builders.a_case(center, "matched")
    lea = await doors.staff(center, Role.lead)
    page = (await lea.get(f"/desk/cases/{reference}")).text
    assert '<option value="identity_not_verified" disabled>' in page
    assert "This person has been verified" in page
    assert '<option value="no_data_held">' in page
    answer = await lea.post(f"/desk/cases/{reference}/steps/deny", data=dict(FORM))
    assert answer.status_code == 409
    assert "This person has been verified" in answer.text
    other = await builders.a_case(center, "reviewing")
    assert "disabled>" not in (await lea.get(f"/desk/cases/{other}")).text
    assert (await lea.post(f"/desk/cases/{other}/steps/deny", data=dict(FORM))).status_code == 303


async def test_a_step_that_asks_for_no_ground_takes_none(center: Center) -> None:
    reference = await builders.a_case(center)
    hana = await doors.staff(center, Role.handler)
    here = f"/desk/cases/{reference}/steps/inform"
    for ground in ("no_such_ground", "suspected_fraud"):
        assert (await hana.post(here, data={"text": "News.", "ground": ground})).status_code == 303
    assert (await builders.seen(center, reference)).ground is None
