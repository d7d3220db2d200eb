"""Letters that end a case: what the law demands of an answer stands in them, and nothing personal."""

from privacy_center.casework.facts import Facts
from privacy_center.casework.intake import Filing, open_cases
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Disposition
from tests.mailroom.test_letters import postman, written


async def test_a_californian_whom_we_cannot_verify_gets_the_categories_all_the_same(center: Center) -> None:
    for place, expected in (("US-CA", True), ("DE", False)):
        async with center.work(by=REQUESTER) as work:
            (case,) = await open_cases(work, Filing(("access",), place, f"ada@{place.lower()}.example"))
            case.disposition, case.ground = Disposition.denied, "identity_not_verified"
            text = str(postman(center).mail(await written(work, case, "unverified"), now=work.now).get_content())
        assert ("- name and contact details\n" in text) is expected
        assert ("Sold or shared:\n- none\n" in text) is expected


async def test_an_answer_says_what_the_law_demands_and_nothing_personal(center: Center) -> None:
    facts = Facts(text="Your number is 4711.", contents={"restricted_identifier_notice": "We hold your passport."})
    async with center.work(by=REQUESTER) as work:
        (case,) = await open_cases(work, Filing(("access",), "US-CA", "ada@home.example"))
        case.disposition = Disposition.fulfilled
        text = str(postman(center).mail(await written(work, case, "fulfilment", facts), now=work.now).get_content())
    assert "4711" not in text
    assert "passport" not in text
    assert "Disclosed for a business purpose:" in text
    assert "other programs" in text
