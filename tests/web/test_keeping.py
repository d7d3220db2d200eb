"""The desk's forms for a receipt and a legal hold, and the pages of a case that has been forgotten."""

import pytest

from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.worker.upkeep import Upkeep
from tests import builders
from tests.conftest import Clock
from tests.trust import doors

GIVEN = {"reason": "It came by post first.", "evidence": "Stamp of the mail room."}


async def test_a_receipt_is_moved_earlier_at_the_desk_in_the_zone_of_the_case(center: Center) -> None:
    reference = await builders.a_case(center, "reviewing")
    hana = await doors.staff(center, Role.handler)
    page = await hana.get(f"/desk/cases/{reference}")
    assert "Correct the receipt" in page.text
    assert "legal hold" not in page.text
    done = await hana.post(f"/desk/cases/{reference}/receipt", data={"to": "2026-11-20 09:30", **GIVEN})
    assert done.status_code == 303
    case = await builders.seen(center, reference)
    assert case.received_at.isoformat() == "2026-11-20T09:30:00+00:00"


@pytest.mark.parametrize("to", ["yesterday", "", "2999-01-01 09:00"])
async def test_a_moment_that_cannot_be_answers_422_with_the_filled_form(center: Center, to: str) -> None:
    reference = await builders.a_case(center, "reviewing")
    hana = await doors.staff(center, Role.handler)
    page = await hana.post(f"/desk/cases/{reference}/receipt", data={"to": to, **GIVEN})
    assert page.status_code == 422
    assert "Stamp of the mail room." in page.text
    assert 'href="#receipt-to"' in page.text


async def test_a_later_receipt_waits_for_another_lead_at_the_desk(center: Center) -> None:
    reference = await builders.a_case(center, "reviewing")
    lea, lou = await doors.staff(center, Role.lead), await doors.staff(center, Role.lead, "lou@northwind.example")
    await lea.post(f"/desk/cases/{reference}/receipt", data={"to": "2026-11-20 09:30", **GIVEN})
    await lea.post(f"/desk/cases/{reference}/receipt", data={"to": "2026-11-21 09:30", **GIVEN})
    assert "Decide about" not in (await lea.get(f"/desk/cases/{reference}")).text
    assert "Decide about" in (await lou.get(f"/desk/cases/{reference}")).text
    word = {"reason": "Misread.", "decision": "confirm"}
    assert (await lea.post(f"/desk/cases/{reference}/receipt-decision", data=word)).status_code == 409
    assert (await lou.post(f"/desk/cases/{reference}/receipt-decision", data=word)).status_code == 303
    assert (await builders.seen(center, reference)).received_at.day == 21


async def test_a_lead_puts_a_legal_hold_and_lifts_it(center: Center) -> None:
    reference = await builders.a_case(center, "denied")
    lea, hana = await doors.staff(center, Role.lead), await doors.staff(center, Role.handler)
    path, reason = f"/desk/cases/{reference}/legal-hold", {"reason": "A court has asked."}
    assert (await hana.post(path, data=reason)).status_code == 409
    assert (await lea.post(path, data={"reason": " "})).status_code == 422
    assert (await lea.post(path, data=reason)).status_code == 303
    assert "Legal hold since" in (await lea.get(f"/desk/cases/{reference}")).text
    assert (await lea.post(path, data={**reason, "hold": "lift"})).status_code == 303
    assert (await builders.seen(center, reference)).legal_hold_at is None


async def test_a_forgotten_case_is_shown_as_such_at_the_desk_and_to_nobody_else(center: Center, clock: Clock) -> None:
    reference = await builders.a_case(center, "fulfilled")
    await Upkeep(center).once()
    clock.forward(days=4000)
    await Upkeep(center).once()
    lea, ada = await doors.staff(center, Role.lead), await doors.requester(center, reference)
    page = await lea.get(f"/desk/cases/{reference}")
    assert page.status_code == 200
    assert "are destroyed" in page.text
    assert "Forgotten: the person" in page.text
    assert builders.ADA not in page.text
    assert "Correct the receipt" not in page.text
    for path in ("", "/package", "/withdraw"):
        assert (await ada.get(f"/requests/{reference}{path}")).status_code == 404
    again = await ada.post("/verify/resend", data={"reference": reference, "email": builders.ADA})
    assert again.status_code < 500
