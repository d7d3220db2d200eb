"""Restrictions at the desk and on the person's page, from the announcement to the lifting."""

from privacy_center.center import Center
from privacy_center.law.terms import Role
from tests import builders
from tests.builders import ADA, WORDS
from tests.casework.test_lifting import WHY, announced, restricted, taken
from tests.conftest import Clock
from tests.trust import doors
from tests.trust.rules import LIFTING_DAYS

WORD = {"text": "It is checked."}


async def test_the_desk_announces_waits_and_lifts(center: Center, clock: Clock) -> None:
    reference = await restricted(center)
    lea = await doors.staff(center, Role.lead)
    here = f"/desk/cases/{reference}"
    assert "Restricted since" in (await lea.get(here)).text
    assert (await lea.post(f"{here}/steps/announce_lifting", data={"text": ""})).status_code == 422
    assert (await lea.post(f"{here}/steps/announce_lifting", data=WORD)).status_code == 303
    assert "The letter has not arrived" in (await lea.get("/desk/restrictions")).text
    early = await lea.post(f"{here}/steps/lift_restriction", data=WORD)
    assert early.status_code == 409
    assert "must be told before" in early.text
    await taken(center, reference)
    assert "8 Dec 2026" in (await lea.get("/desk/restrictions")).text
    clock.forward(days=LIFTING_DAYS)
    lou = await doors.staff(center, Role.lead, "lou@northwind.example")  # Lea's session has ended meanwhile
    assert "May be lifted" in (await lou.get("/desk/restrictions")).text
    assert (await lou.post(f"{here}/steps/lift_restriction", data=WORD)).status_code == 303
    assert "No restriction stands." in (await lou.get("/desk/restrictions")).text


async def test_the_person_reads_that_it_stands_and_that_it_is_to_end(center: Center, clock: Clock) -> None:
    reference, lea = await announced(center)
    ada = await doors.requester(center, reference)
    page = (await ada.get(f"/requests/{reference}")).text
    assert "The restriction is to end" in page
    assert "8 December 2026" in page
    assert "/withdraw" not in page
    assert (await ada.post(f"/requests/{reference}/messages", data={"text": ""})).status_code == 422
    assert (await ada.post(f"/requests/{reference}/messages", data={"text": "It is still wrong."})).status_code == 303
    hana = await doors.staff(center, Role.handler)
    assert "Answer the person" in (await hana.get("/desk/restrictions")).text
    assert "One restriction is announced to end" in (await hana.get("/desk")).text
    await builders.take(center, reference, "keep_restricted", WORDS, by=lea)
    page = (await ada.get(f"/requests/{reference}")).text
    assert "We keep your data and do not use it. Before that ends, we write to you." in page
    assert "The restriction is to end" not in page


async def test_after_it_was_kept_nobody_writes_to_a_closed_request(center: Center) -> None:
    reference, lea = await announced(center)
    await builders.take(center, reference, "keep_restricted", WHY, by=lea)
    ada = await doors.requester(center, reference)
    answer = await ada.post(f"/requests/{reference}/messages", data={"text": "Thank you."})
    assert answer.status_code == 409


async def test_the_list_names_nobody_and_opening_it_writes_nothing(center: Center) -> None:
    reference, _ = await announced(center)
    hana = await doors.staff(center, Role.handler)
    before = await doors.rows(center)
    page = (await hana.get("/desk/restrictions")).text
    assert reference in page
    assert ADA not in page
    assert await doors.rows(center) == before
