"""The page of the choices: one press, nothing asked, the same page says what it did; a yes takes two."""

import re

import pytest
from sqlmodel import col, select

from privacy_center.casework import fingerprints, preferences, receipts
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.preferences import Standing
from privacy_center.casework.receipts import FREE
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.records.preference import Preference
from tests import builders
from tests.builders import ADA, MALLORY
from tests.conftest import Clock
from tests.trust import doors
from tests.trust.doors import visitor
from tests.web.forms import Forms

OUT = {"purpose": "sale", "choice": "out"}
IN = {"purpose": "sale", "choice": "in"}
ALL = ("sale", "sharing", "profiling", "sensitive", "training", "newsletter")
PRESS = re.compile(r"PC(?:-[0-9A-Z]{4}){3}")
NONCE = re.compile(
    r'PC(?:-[0-9A-Z]{4}){3}|PCR1[.0-9A-Z]+|Proof:</strong> <bdi>\w+|name="proof" value="\w+|privacy_choice=[^"]+'
)


async def rows(center: Center) -> list[Preference]:
    """The whole history, oldest first."""
    async with center.reading(by=REQUESTER) as work:
        return list(await work.session.exec(select(Preference).order_by(col(Preference.number))))


async def standing(center: Center, email: str = ADA) -> dict[str, Standing]:
    """What somebody has said everywhere."""
    async with center.reading(by=REQUESTER) as work:
        return await preferences.said_by(work, Identity("email", email))


async def test_one_press_says_no_to_everything_and_the_same_page_says_what_it_did(center: Center) -> None:
    ada = visitor(center)
    page = await ada.get("/choices")
    assert "Opted out" not in page.text
    first = Forms(page.text).found[0]
    assert first == {"action": ["/choices"], "purpose": list(ALL), "choice": ["out"]}
    answer = await ada.post("/choices", data={"purpose": first["purpose"], "choice": "out"})
    assert answer.status_code == 200
    assert "<span>Opted out</span></h1>" in answer.text
    assert "24 November 2026, 16:01\N{NO-BREAK SPACE}GMT" in answer.text
    assert "<dd>This browser</dd>" in answer.text
    written = await rows(center)
    assert [(row.purpose, row.choice, row.source, row.fingerprint_id) for row in written] == [
        (name, "out", "button", None) for name in ALL
    ]
    assert written[0].press in answer.text
    assert {row.notice_version for row in written} == {"2026-11-01"}
    assert "Opt-out request honored" not in answer.text


async def test_each_press_gets_a_signed_receipt_that_names_nobody(center: Center) -> None:
    ada = visitor(center)
    answer = await ada.post("/choices", data={**OUT, "email": ADA})
    compact, _ = receipts.found(answer.text)
    proof = answer.text.split('name="proof" value="')[1].split('"')[0]
    saved = await ada.post(f"/receipts/{compact}/text", data={"proof": proof})
    for said in ("Selling my data", "24 November 2026, 16:01:00 UTC", "2026-11-01", "a button on our page", FREE):
        assert said in saved.text
    assert PRESS.findall(saved.text)[0] == (await rows(center))[0].press
    assert ADA not in saved.text
    theirs = await ada.post("/receipts", data={"receipt": saved.text, "email": ADA})
    assert "It was given to this address" in theirs.text


async def test_no_form_that_says_no_demands_a_field_and_none_shows_more_than_one(center: Center) -> None:
    ada = visitor(center)
    for answer in (await ada.get("/choices"), await ada.post("/choices", data=OUT), await ada.get("/")):
        forms = Forms(answer.text)
        assert not forms.demanded
        no = [seen for form, seen in zip(forms.found, forms.seen, strict=True) if form.get("choice") == ["out"]]
        assert no
        assert all(seen in ([], ["email"]) for seen in no)


async def test_an_address_that_is_given_makes_it_count_everywhere_at_once_and_nobody_is_written_to(
    center: Center,
) -> None:
    ada = visitor(center)
    answer = await ada.post(
        "/choices", data={**OUT, "email": f" {ADA.upper().replace('PEOPLE.EXAMPLE', 'people.EXAMPLE')} "}
    )
    assert answer.status_code == 200
    async with center.reading(by=REQUESTER) as work:
        assert len(await fingerprints.find(work, [Identity("email", ADA).digest])) == 1
    kept = await doors.rows(center)
    assert not kept["pc_letter"]
    assert not kept["pc_case"]
    assert not any(ADA.casefold() in row.casefold() for table in kept.values() for row in table)


async def test_a_wrong_address_is_told_and_the_no_of_the_browser_stands(center: Center) -> None:
    for typed in ("nonsense", "a@", "x" * 400 + "@people.example", "<script>@x.example"):
        ada = visitor(center)
        answer = await ada.post("/choices", data={**OUT, "email": typed})
        assert answer.status_code == 422
        assert "<title>Error: Opted out" in answer.text
        assert "Your opt-out in this browser stands." in answer.text
        assert "<script>" not in answer.text
        assert "sale:out:" in ada.cookies["choice"]
    assert len(await rows(center)) == 4


async def test_whoever_is_in_session_need_not_type_their_address(center: Center) -> None:
    ada = await doors.requester(center, await builders.a_case(center))
    answer = await ada.post("/choices", data=OUT)
    assert f"{ADA}, on every device" in answer.text
    assert (await standing(center))["sale"].source == "button"
    page = (await ada.get("/choices")).text
    assert "On all your devices: no, since" in page
    assert 'name="email"' not in page


async def test_a_page_for_an_address_is_the_same_whether_it_is_known_or_not(center: Center, clock: Clock) -> None:
    """D15: only what this press did, never what else there is."""
    await builders.a_case(center)
    await visitor(center).post("/choices", data={"purpose": ["sale", "training"], "choice": "out", "email": ADA})
    pages = []
    for email in (ADA, MALLORY):
        answer = await visitor(center).post("/choices", data={**OUT, "email": email})
        pages.append(
            (answer.status_code, NONCE.sub("", answer.text).replace(email, "").replace(email.replace("@", "%40"), ""))
        )
    assert pages[0] == pages[1]


WRONG: list[tuple[dict[str, str | list[str]], int]] = [
    ({}, 422),
    ({"choice": "out"}, 422),
    ({"purpose": "sale"}, 422),
    ({"purpose": "sale", "choice": "maybe"}, 422),
    ({"purpose": "salt", "choice": "out"}, 422),
    ({"purpose": "sale\x00", "choice": "outside"}, 422),
    ({"purpose": "x" * 5000, "choice": "in", "confirm": "yes"}, 422),
    ({"purpose": ["sale"] * 200, "choice": "out"}, 400),
]


@pytest.mark.parametrize(("fields", "status"), WRONG)
async def test_what_cannot_be_understood_changes_nothing_and_says_so(
    center: Center, fields: dict[str, str | list[str]], status: int
) -> None:
    ada = visitor(center)
    answer = await ada.post("/choices", data=fields)
    assert answer.status_code == status
    if status == 422:
        assert "so nothing was changed" in answer.text
        assert "Opt out of all of these" in answer.text
    assert not await rows(center)
    assert not ada.cookies


async def test_a_purpose_that_is_gone_does_not_spoil_the_others(center: Center) -> None:
    ada = visitor(center)
    answer = await ada.post("/choices", data={"purpose": ["sale", "gone", "sale"], "choice": "out"})
    assert answer.status_code == 422
    assert "Your no to the others stands." in answer.text
    assert [row.purpose for row in await rows(center)] == ["sale"]
    assert "sale:out:" in ada.cookies["choice"]


async def test_where_both_were_said_the_no_counts(center: Center) -> None:
    answer = await visitor(center).post("/choices", data={"purpose": "sale", "choice": ["in", "out"], "confirm": "yes"})
    assert "<span>Opted out</span>" in answer.text


async def test_another_site_cannot_press(center: Center) -> None:
    ada = visitor(center)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://mallory.example"}):
        assert (await ada.post("/choices", data=OUT, headers=headers)).status_code == 403
    assert not ada.cookies
    assert not await rows(center)


async def test_opening_the_page_changes_nothing(center: Center) -> None:
    before = await doors.rows(center)
    ada = visitor(center)
    for method in ("GET", "HEAD"):
        assert (await ada.request(method, "/choices?purpose=sale&choice=out&confirm=yes")).status_code == 200
    assert not ada.cookies
    assert await doors.rows(center) == before


async def test_however_many_press_from_one_network_nobody_is_told_to_wait(center: Center) -> None:
    mallory = visitor(center)
    answers = {(await mallory.post("/choices", data=OUT)).status_code for _ in range(450)}
    assert answers == {200}
    assert len(await rows(center)) == 450
    assert not (await doors.rows(center, but=()))["pc_counter"]


async def test_a_database_that_is_away_leaves_the_browser_s_no_standing_and_the_page_says_what_does_not(
    center: Center,
) -> None:
    await center.database.dispose()
    center.database = type(center.database)("sqlite:////nowhere/at/all.db")
    ada = visitor(center)
    answer = await ada.post("/choices", data={**OUT, "email": ADA})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert "sale:out:" in ada.cookies["choice"]
    for said in ("Opted out in this browser", "What stands:", "What does not:", "What to do:", f'value="{ADA}"'):
        assert said in answer.text
    assert not PRESS.search(answer.text)
    page = await ada.get("/choices")
    assert (page.status_code, "In this browser: no, since" in page.text) == (200, True)
