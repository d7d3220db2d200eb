"""What a case's page says to staff who see it for the first time."""

import re

from privacy_center.center import Center
from privacy_center.law.terms import Role
from tests import builders
from tests.agents import act, agents_cases
from tests.builders import HANA, MATCH, WORDS
from tests.conftest import Clock
from tests.trust import doors
from tests.web.test_probes import words

PAPER = "This person gave no e-mail address"


async def test_a_case_is_taken_with_one_press_and_then_found_as_ones_own(center: Center) -> None:
    reference = await builders.file(center)
    hana = await doors.staff(center, Role.handler, HANA)
    page = await hana.get(f"/desk/cases/{reference}")
    assert "Take it yourself" in page.text
    (me,) = re.findall(r'type="hidden" name="owner" value="([^"]+)"', page.text)
    assert (await hana.post(f"/desk/cases/{reference}/owner", data={"owner": me})).status_code == 303
    assert "Take it yourself" not in (await hana.get(f"/desk/cases/{reference}")).text
    assert 'href="/desk?owner=me"' in (await hana.get("/desk")).text
    assert reference in (await hana.get("/desk?owner=me")).text


async def test_an_agent_s_case_goes_by_mail_and_nobody_looks_for_the_agent_on_file(center: Center) -> None:
    await act(center)
    (case,) = await agents_cases(center)
    lea = await doors.staff(center, Role.lead)
    page = words(await lea.get(f"/desk/cases/{case.reference}"))
    assert "Mailbox of the agent" in page
    assert PAPER not in page
    assert "Not matched" not in page


async def test_no_day_for_an_extension_is_named_that_has_passed(center: Center, clock: Clock) -> None:
    reference = await builders.a_case(center)
    lea = await doors.staff(center, Role.lead)
    assert "An extension can be told until" in (await lea.get(f"/desk/cases/{reference}")).text
    clock.forward(days=32)
    assert "An extension can be told until" not in (await lea.get(f"/desk/cases/{reference}")).text


async def test_only_what_this_law_asks_for_is_asked(center: Center) -> None:
    hana = await doors.staff(center, Role.handler)
    for regime, asked in (("eu-gdpr", False), ("us-ca-ccpa", True)):
        reference = await builders.a_case(center, regime=regime)
        assert ("penalty of perjury" in (await hana.get(f"/desk/cases/{reference}")).text) == asked


async def test_files_are_missed_only_where_some_could_be_lost(center: Center) -> None:
    reference = await builders.a_case(center, "matched")
    hana = await doors.staff(center, Role.handler)
    for step, lost in (("ask", False), ("fulfil", True)):
        page = words(await hana.post(f"/desk/cases/{reference}/steps/{step}", data={}))
        assert "What you typed is still there" in page
        assert ("apart from files" in page) == lost


async def test_what_was_said_of_a_lifting_has_a_name(center: Center) -> None:
    reference = await builders.a_case(center, "fulfilled", right="restrict")
    lea = await builders.cast(center)
    await builders.take(center, reference, "announce_lifting", WORDS, by=lea.lea)
    page = words(await (await doors.staff(center, Role.lead)).get(f"/desk/cases/{reference}"))
    assert "Why the restriction is to end" in page
    assert "announce_lifting" not in page


async def test_the_record_names_an_auditor_and_the_page_has_no_empty_panel_for_one(center: Center) -> None:
    reference = await builders.a_case(center)
    await builders.take(center, reference, "match", MATCH, by=(await builders.cast(center)).hana)
    audrey = await doors.staff(center, Role.auditor, "audrey@northwind.example")
    page = words(await audrey.get(f"/desk/cases/{reference}"))
    assert page.count("audrey@northwind.example") == 2
    assert "Receipt and keeping" not in page
