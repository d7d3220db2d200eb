"""The desk's forms for a letter that came back, and for one that went by post instead."""

from privacy_center.casework import cases, letters
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Role
from tests import builders
from tests.trust import doors

EVIDENCE = "Registered letter RR 123"


async def the_denial(center: Center, reference: str) -> str:
    """Where the letter stands that ended a case."""
    async with center.reading(by=REQUESTER) as work:
        found = await letters.of_case(work, await cases.seen(work, reference))
    return f"/desk/letters/{next(letter.id for letter in found if letter.kind == 'denial')}"


async def test_a_letter_comes_back_is_listed_and_goes_by_post(center: Center) -> None:
    reference = await builders.a_case(center, "denied")
    await doors.mailed(center, reference)
    here, hana = await the_denial(center, reference), await doors.staff(center, Role.handler)
    assert "It came back" in (await hana.get(here)).text
    answer = await hana.post(f"{here}/returned", data={"reason": "full", "words": "552 5.2.2 over quota"})
    assert (answer.status_code, answer.headers["location"]) == (303, here)
    page = (await hana.get(here)).text
    assert "it came back: the mailbox is full" in page
    assert "Told by post instead" in page
    assert here in (await hana.get("/desk/letters")).text
    answer = await hana.post(f"{here}/posted", data={"evidence": EVIDENCE})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/letters")
    assert here not in (await hana.get("/desk/letters")).text
    assert "Sent by post" in (await hana.get(here)).text
    case = (await hana.get(f"/desk/cases/{reference}")).text
    for said in ("552 5.2.2 over quota", EVIDENCE, "Told by post instead", "Letter came back after"):
        assert said in case
    ada = await doors.requester(center, reference)
    story = (await ada.get(f"/requests/{reference}")).text
    assert "We sent you our letter by post" in story
    assert EVIDENCE not in story


async def test_a_mistake_answers_422_with_the_filled_form(center: Center) -> None:
    reference = await builders.a_case(center, "denied")
    await doors.mailed(center, reference)
    here, hana = await the_denial(center, reference), await doors.staff(center, Role.handler)
    page = await hana.post(f"{here}/returned", data={"reason": "", "words": "552 over quota"})
    assert page.status_code == 422
    assert 'href="#reason"' in page.text
    assert "552 over quota" in page.text
    await hana.post(f"{here}/returned", data={"reason": "full"})
    page = await hana.post(f"{here}/posted", data={"evidence": " "})
    assert page.status_code == 422
    assert 'href="#evidence"' in page.text


async def test_an_auditor_sees_no_such_form(center: Center) -> None:
    reference = await builders.a_case(center, "denied")
    await doors.mailed(center, reference)
    here, auditor = await the_denial(center, reference), await doors.staff(center, Role.auditor)
    assert "It came back" not in (await auditor.get(here)).text
    assert (await auditor.post(f"{here}/returned", data={"reason": "full"})).status_code == 409
