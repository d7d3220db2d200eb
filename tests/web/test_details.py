"""The fields of each right, on the page, at the desk and on the page of the request: kept whatever goes wrong."""

import re

import pytest

from privacy_center.center import Center
from privacy_center.law.terms import Role
from tests import builders
from tests.trust import doors
from tests.trust.test_injection import newest

FORM = "/requests/new"
FILING = {"right": ["correct", "access"], "place": "US-CA", "email": "ada@people.example"}
SAID = {
    "correct-wrong": "Ada Exampel",
    "correct-right": "Ada <b>Example</b>",
    "access-since": "2023-01-31",
    "restrict-ground": "claim",
    "object-use": "Not ticked, and kept all the same",
}


def shown(page: str, name: str) -> str:
    """What stands in a field of a page."""
    area = re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    line = re.search(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', page)
    chosen = re.search(rf'<select[^>]* name="{name}".*?<option value="([^"]*)" selected', page, re.DOTALL)
    found = area or line or chosen
    assert found, name
    return found[1]


async def test_every_right_that_is_offered_brings_its_fields(center: Center) -> None:
    page = (await doors.visitor(center).get(f"{FORM}?right=adm_human_appeal")).text
    assert re.search(r'value="adm_human_appeal" checked', page)
    for name in ("access-since", "delete-part", "portability-format", "object-situation", "adm_human_appeal-view"):
        assert f'name="{name}"' in page
    assert 'name="optout_sale' not in page


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "This day is before the first one."), ("es", "Este día es anterior al primero."), ("ar", "هذا اليوم يسبق")],
)
async def test_a_mistake_keeps_all_that_was_typed_of_every_right(center: Center, language: str, said: str) -> None:
    fields = FILING | SAID | {"access-until": "2022-12-31", "form": "one"}
    answer = await doors.visitor(center).post(f"{FORM}?lang={language}", data=fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'href="#access-until"' in answer.text
    assert {name: shown(answer.text, name) for name in SAID} == SAID | {
        "correct-right": "Ada &lt;b&gt;Example&lt;/b&gt;"
    }
    assert shown(answer.text, "access-until") == "2022-12-31"
    assert len(re.findall(r'name="right"[^>]* checked', answer.text)) == 2
    mended = await doors.visitor(center).post(FORM, data=fields | {"access-until": ""})
    assert mended.status_code == 303


async def test_the_longest_words_in_any_letters_are_told_so_and_never_lost(center: Center) -> None:
    asked = [workflow.details for workflow in center.house.library.workflows.values()]
    many = {f"{right}-{name}": "ﷺ" * 1000 for each in asked for right, names in each.items() for name in names}
    fields = FILING | many | {"note": "ﷺ" * 2001, "correct-right": "ﷺ" * 1001}
    answer = await doors.visitor(center).post(FORM, data=fields)
    assert answer.status_code == 422
    assert shown(answer.text, "correct-right") == "ﷺ" * 1001
    assert shown(answer.text, "adm_review-view") == "ﷺ" * 1000
    assert shown(answer.text, "note") == "ﷺ" * 2001


async def test_the_person_reads_it_back_once_the_mailbox_is_proved(center: Center) -> None:
    await doors.visitor(center).post(FORM, data=FILING | SAID | {"right": "correct"})
    reference = await newest(center)
    ada = await doors.requester(center, reference)
    assert "Exampel" not in (await ada.get(f"/requests/{reference}")).text
    await builders.prove(center, reference)
    page = (await ada.get(f"/requests/{reference}")).text
    panel = page.partition('id="asked"')[2].partition("</section>")[0]
    assert "What is wrong or incomplete?" in panel
    assert "Ada &lt;b&gt;Example&lt;/b&gt;" in panel
    assert "How can we see" not in panel, "what was left empty is not shown to the person"
    mallory = await doors.requester(center, await builders.file(center, email=builders.MALLORY))
    assert (await mallory.get(f"/requests/{reference}")).status_code == 404


async def test_the_desk_reads_it_as_labelled_lines_with_what_an_empty_one_means(center: Center) -> None:
    await doors.visitor(center).post(FORM, data=FILING | SAID | {"right": "access"})
    hana = await doors.staff(center, Role.handler)
    page = (await hana.get(f"/desk/cases/{await newest(center)}")).text
    panel = page.partition('id="asked"')[2].partition("</section>")[0]
    lines = dict(re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", panel))
    assert lines == {
        "From which day on?": '<time datetime="2023-01-31">31 January 2023</time>',
        "Until which day?": "Until the day of receipt",
        "Only about certain things?": "Everything",
    }
    assert "detail_since" not in page.partition('id="asked"')[2].partition('id="acts"')[0].replace(panel, "")


async def test_the_desk_s_own_form_takes_and_keeps_the_same(center: Center) -> None:
    hana = await doors.staff(center, Role.handler)
    here = "/desk/requests/new"
    fields = {"channel": "phone", "received": "2026-11-20", "place": "DE", "phone": "+353 1 555 0100"} | SAID
    failed = await hana.post(here, data=fields | {"right": "correct", "received": "2027-01-01"})
    assert failed.status_code == 422
    assert shown(failed.text, "correct-wrong") == "Ada Exampel"
    assert shown(failed.text, "restrict-ground") == "claim"
    entered = await hana.post(here, data=fields | {"right": ["correct", "adm_human_appeal"]})
    assert entered.status_code == 303
    first = entered.headers["location"].partition("done=")[2].partition("&")[0]
    assert "Ada Exampel" in (await hana.get(f"/desk/cases/{first}")).text


async def test_a_correction_asks_staff_what_recipients_shall_read(center: Center) -> None:
    reference = await builders.a_case(center, "matched", right="correct")
    hana = await doors.staff(center, Role.handler, "another@northwind.example")
    page = (await hana.get(f"/desk/cases/{reference}")).text
    assert re.search(r"What is right now, for [^<]*Parcel", page)
    step = f"/desk/cases/{reference}/steps/fulfil"
    fields = {"text": "It is put right.", "corrected": "x" * 1001, "content_downstream_notice": "Told."}
    failed = await hana.post(step, data=fields)
    assert failed.status_code == 422
    assert shown(failed.text, "corrected") == "x" * 1001
    assert (await hana.post(step, data=fields | {"corrected": "Ada Example"})).status_code == 303
    ada = await doors.requester(center, reference, fresh=True)
    answer = (await ada.get(f"/requests/{reference}/package")).text
    assert "What we told those who were given your data" in answer
    assert "Ada Example" in answer
