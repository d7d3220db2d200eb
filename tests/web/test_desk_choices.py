"""The desk's page about somebody's choices: it looks, records and corrects, and names nobody in an address."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from httpx2 import AsyncClient, Response
from sqlmodel import col, select

from privacy_center.casework import fingerprints, preferences, recorded
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.preferences import Said
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.records.event import HouseEvent
from privacy_center.records.preference import Preference, Source
from tests import builders
from tests.builders import ADA, HANA, LEA
from tests.trust import doors
from tests.trust.doors import visitor

WHO = {"kind": "email", "value": ADA}
LETTER = {**WHO, "purpose": ["sale", "newsletter"], "channel": "letter", "received": "2026-11-20"}
NOBODY = "We know nobody by this"


async def pressed(center: Center, value: str = ADA, source: Source = Source.button) -> None:
    """Somebody says no to the sale of their data."""
    async with center.work(by=REQUESTER) as work:
        await preferences.say_no(work, Said(("sale",), source), identity=Identity("email", value))


async def history(center: Center) -> list[Preference]:
    """Every row there is."""
    async with center.reading(by=REQUESTER) as work:
        return list(await work.session.exec(select(Preference).order_by(col(Preference.number))))


async def looks(center: Center) -> list[HouseEvent]:
    """Every look into choices."""
    async with center.reading(by=REQUESTER) as work:
        return list(await work.session.exec(select(HouseEvent).where(col(HouseEvent.step) == recorded.LOOK)))


async def stated(client: AsyncClient, center: Center) -> str:
    """A doubt about the newest row; returns the address of its page."""
    number = str((await history(center))[-1].number)
    answer = await client.post("/desk/choices/doubts", data={**WHO, "number": number, "reason": "A <b>mistake</b>."})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def words(answer: Response) -> str:
    """What the page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text))


async def test_it_shows_what_stands_and_how_it_came_to_be(center: Center) -> None:
    await pressed(center)
    await pressed(center, source=Source.signal)
    hana = await doors.staff(center, Role.handler)
    page = await hana.post("/desk/choices", data={"kind": "email", "value": f" {ADA.upper()}"})
    assert page.status_code == 200
    for said in ("Opted out", "Nothing said", "Global Privacy Control", "Button on the public page", "2026-11-01"):
        assert said in words(page)
    assert 'href="/desk/choices" aria-current="page"' in page.text


async def test_a_look_is_recorded_whoever_is_found_and_never_by_name(center: Center) -> None:
    await pressed(center)
    audrey = await doors.staff(center, Role.auditor)
    assert NOBODY not in (await audrey.post("/desk/choices", data=WHO)).text
    unknown = await audrey.post("/desk/choices", data={"kind": "phone", "value": "+353 1 555 0100"})
    assert NOBODY in unknown.text
    assert "Record an opt-out" not in unknown.text
    found = await looks(center)
    assert [event.role for event in found] == ["auditor", "auditor"]
    assert [bool(event.facts["fingerprint"]) for event in found] == [True, False]
    assert ADA not in str([event.facts for event in found])


@pytest.mark.parametrize(
    ("kind", "value", "field"),
    [("email", "ada", "value"), ("phone", "555", "value"), ("customer", "", "value"), ("mood", ADA, "kind")],
)
async def test_a_garbled_name_is_a_mistake_and_no_look(center: Center, kind: str, value: str, field: str) -> None:
    hana = await doors.staff(center, Role.handler)
    for path in ("/desk/choices", "/desk/choices/opt-out", "/desk/choices/doubts"):
        page = await hana.post(path, data={"kind": kind, "value": value, "number": "1"})
        assert page.status_code == 422
        assert f'id="{field}-error"' in page.text
        assert f'value="{value}"' in page.text
    assert await looks(center) == []


async def test_an_opt_out_that_came_by_letter_is_in_effect_at_once(center: Center) -> None:
    hana = await doors.staff(center, Role.handler)
    page = await hana.post("/desk/choices/opt-out", data=LETTER, headers={"Sec-GPC": "1"})
    assert page.status_code == 200
    rows = await history(center)
    assert [(row.purpose, row.choice, row.source) for row in rows] == [
        ("sale", "out", "staff"),
        ("newsletter", "out", "staff"),
    ]
    assert "Opted out" in page.text
    assert "Opt-out request honored" not in page.text
    assert rows[0].press in page.text
    assert "checked" not in page.text
    assert "By letter, which came on 20 Nov 2026" in words(page)
    assert "handler@northwind.example" in page.text


async def test_the_signal_of_a_member_of_staff_says_nothing_of_anybody(center: Center) -> None:
    await pressed(center)
    hana = await doors.staff(center, Role.handler)
    hana.headers["Sec-GPC"] = "1"
    await hana.get("/desk/choices")
    await hana.post("/desk/choices", data=WHO)
    await stated(hana, center)
    assert len(await history(center)) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"purpose": []}, "purpose"),
        ({"purpose": ["salt"]}, "purpose"),
        ({"channel": "rumour"}, "channel"),
        ({"received": ""}, "received"),
        ({"received": "2026-11-25"}, "received"),
        ({"received": "20.11.2026"}, "received"),
    ],
)
async def test_a_mistake_keeps_what_was_typed(center: Center, change: dict[str, list[str]], field: str) -> None:
    hana = await doors.staff(center, Role.handler)
    page = await hana.post("/desk/choices/opt-out", data={**LETTER, **change})
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert f'value="{ADA}"' in page.text
    if field != "channel":
        assert '<option value="letter" selected>' in page.text
    if field != "purpose":
        assert 'value="newsletter" checked' in page.text
    assert await history(center) == []


async def test_two_people_put_a_wrong_row_right(center: Center) -> None:
    await pressed(center)
    hana, lea = await doors.staff(center, Role.handler, HANA), await doors.staff(center, Role.lead, LEA)
    where = await stated(hana, center)
    mine = await hana.get(where)
    assert "Not open to you: A lead decides" in words(mine)
    assert 'name="decision"' not in mine.text
    assert where in (await lea.get("/desk/choices")).text
    page = await lea.get(where)
    assert "A &lt;b&gt;mistake&lt;/b&gt;." in page.text
    assert "nothing stands any more" in words(page)
    assert ADA not in page.text
    assert (await lea.post(where, data={"decision": "agree"})).headers["location"] == where
    after = words(await lea.get(where))
    assert "Put right" in after
    assert "Decided by lea@northwind.example" in after
    assert "Nothing said" in after
    assert [(row.choice, row.source) for row in await history(center)] == [("out", "button"), ("undone", "correction")]
    assert where not in (await lea.get("/desk/choices")).text
    shown = words(await hana.post("/desk/choices", data=WHO))
    assert "Found wrong" in shown
    assert "Correction by two people" in shown


async def test_a_yes_that_stands_again_is_said_to_be_the_persons_own(center: Center) -> None:
    async with center.work(by=REQUESTER) as work:
        consent = preferences.Consent("2026-11-01", shown_at=work.now, given_at=work.now)
        who = Identity("email", ADA, proved=True)
        await preferences.say_yes(work, Said(("sale",), Source.button), consent, identity=who)
    await pressed(center)
    hana, lea = await doors.staff(center, Role.handler, HANA), await doors.staff(center, Role.lead, LEA)
    where = await stated(hana, center)
    assert "The yes that this person gave on 24 November 2026" in words(await lea.get(where))
    await lea.post(where, data={"decision": "agree"})
    page = words(await lea.post("/desk/choices", data=WHO))
    assert "Opted in" in page
    assert "row 1 stands again" in page


async def test_a_lead_may_leave_it_as_it_is_and_nobody_decides_twice(center: Center) -> None:
    await pressed(center)
    hana, lea = await doors.staff(center, Role.handler, HANA), await doors.staff(center, Role.lead, LEA)
    where = await stated(hana, center)
    assert (await lea.post(where, data={"decision": "perhaps"})).status_code == 404
    await lea.post(where, data={"decision": "leave"})
    assert "Left as it is" in (await lea.get(where)).text
    assert (await lea.post(where, data={"decision": "agree"})).status_code == 409
    assert len(await history(center)) == 1


async def test_a_doubt_without_words_is_a_mistake_and_one_about_nothing_is_not_found(center: Center) -> None:
    await pressed(center)
    hana = await doors.staff(center, Role.handler)
    page = await hana.post("/desk/choices/doubts", data={**WHO, "number": "1", "reason": " "})
    assert page.status_code == 422
    assert 'id="doubt-1-reason-error"' in page.text
    for number in ("", "-1", "1e3", "99", "9" * 18, "9" * 30):
        answer = await hana.post("/desk/choices/doubts", data={**WHO, "number": number, "reason": "Hm."})
        assert answer.status_code == 404
    stranger = {"kind": "email", "value": "nobody@people.example", "number": "1", "reason": "Hm."}
    assert (await hana.post("/desk/choices/doubts", data=stranger)).status_code == 404


async def test_nobody_sees_choices_of_their_own_mailbox(center: Center) -> None:
    await pressed(center, HANA)
    hana = await doors.staff(center, Role.handler, HANA)
    for path in ("/desk/choices", "/desk/choices/opt-out", "/desk/choices/doubts"):
        fields = {**LETTER, "value": HANA, "number": "1", "reason": "Hm."}
        answer = await hana.post(path, data=fields)
        assert answer.status_code == 409
        assert "your own choices" in answer.text
    assert len(await history(center)) == 1


async def test_an_auditor_reads_and_an_admin_does_not(center: Center) -> None:
    await pressed(center)
    hana = await doors.staff(center, Role.handler, HANA)
    where = await stated(hana, center)
    audrey, adam = await doors.staff(center, Role.auditor), await doors.staff(center, Role.admin)
    assert "Is a row wrong?" not in (await audrey.post("/desk/choices", data=WHO)).text
    assert (await audrey.get(where)).status_code == 200
    before = await history(center)
    for path, fields in (
        ("/desk/choices/opt-out", LETTER),
        ("/desk/choices/doubts", {**WHO, "number": "1", "reason": "Hm."}),
        (where, {"decision": "agree"}),
    ):
        assert (await audrey.post(path, data=fields)).status_code == 409
        assert (await adam.post(path, data=fields)).status_code == 409
    assert (await adam.post("/desk/choices", data=WHO)).status_code == 409
    assert (await adam.get(where)).status_code == 409
    assert await history(center) == before
    assert "/desk/choices" not in (await adam.get("/desk")).text


async def test_it_shows_mallory_nothing(center: Center) -> None:
    await pressed(center)
    hana = await doors.staff(center, Role.handler, HANA)
    where = await stated(hana, center)
    mallory = await doors.requester(center, await builders.file(center, email=builders.MALLORY))
    before = await doors.rows(center)
    for stranger in (visitor(center), mallory):
        for path in (where, f"/desk/choices/doubts/{uuid4()}", "/desk/choices"):
            for method in ("GET", "POST"):
                answer = await stranger.request(method, path, data={**WHO, "decision": "agree"})
                assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in")
        for path in ("/desk/choices/opt-out", "/desk/choices/doubts"):
            assert (await stranger.post(path, data=LETTER)).headers["location"] == "/desk/sign-in"
    assert await doors.rows(center) == before


async def test_opening_the_bare_page_writes_nothing_and_a_doubts_page_its_look_alone(center: Center) -> None:
    await pressed(center)
    hana = await doors.staff(center, Role.handler, HANA)
    where = await stated(hana, center)
    before = await doors.rows(center)
    assert ADA not in (await hana.get("/desk/choices")).text
    assert await doors.rows(center) == before
    await hana.get(where)
    (look,) = await looks(center)
    async with center.reading(by=REQUESTER) as work:
        digest = Identity("email", ADA).digest
        assert look.facts["fingerprint"] == str((await fingerprints.find(work, [digest]))[digest])


async def test_a_long_history_is_cut_and_what_stands_is_not(center: Center) -> None:
    await pressed(center)
    async with center.work(by=REQUESTER) as work:
        for _ in range(201):
            await preferences.say_no(work, Said(("newsletter",), Source.api), identity=Identity("email", ADA))
    hana = await doors.staff(center, Role.handler)
    page = words(await hana.post("/desk/choices", data=WHO))
    assert "These are the newest 200 rows" in page
    assert page.count("Opted out") == 2


async def test_a_day_is_that_of_the_controller(center: Center) -> None:
    hana = await doors.staff(center, Role.handler)
    page = await hana.post("/desk/choices", data=WHO)
    assert 'value="2026-11-24"' in page.text
    async with center.reading(by=REQUESTER) as work:
        tomorrow = work.today + timedelta(days=1)
    assert (await hana.post("/desk/choices/opt-out", data={**LETTER, "received": str(tomorrow)})).status_code == 422
