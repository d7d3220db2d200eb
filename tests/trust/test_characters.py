"""Characters that mislead: what anybody types is cleaned at the door, and turns nothing around where it is shown."""

import re
from email import message_from_bytes, policy

import pytest
from httpx2 import Response
from sqlmodel import select

from privacy_center.casework import letters, packages, vault, wording
from privacy_center.casework.facts import clean
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.mailroom.postman import Postman
from privacy_center.records.case import Case
from privacy_center.records.letter import Letter
from privacy_center.records.package import PackageFile
from privacy_center.records.people import Text
from tests import builders
from tests.conftest import Clock
from tests.trust import doors

WICKED = "paid\u202e.exe\u202c \u2066in\u2069 \u2028two\x85lines\x1b[31m\x00\x7f\ufeff\u206e\r\nend"
CLEAN = "paid.exe in \ntwo\nlines[31m\nend"
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u206a-\u206f\ufeff]")
LAW = "\u05d7\u05d5\u05e7 \u05d4\u05d2\u05e0\u05ea \u05d4\u05e4\u05e8\u05d8\u05d9\u05d5\u05ea"
"""The name of a law in Hebrew letters."""

ISOLATES = re.compile("[\u2066-\u2069]")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (WICKED, CLEAN),
        ("a\r\nb\rc\nd\te", "a\nb\nc\nd\te"),
        ("\ud83d half", " half"),
        ("👩🏽‍💻 ẞ İ ﷽ Ω̶ 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩🏽‍💻 ẞ İ ﷽ Ω̶ 🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
        (
            "\u05e9\u05dc\u05d5\u05dd \u200f(\u05e2\u05d5\u05dc\u05dd)\u200e",
            "\u05e9\u05dc\u05d5\u05dd \u200f(\u05e2\u05d5\u05dc\u05dd)\u200e",
        ),
    ],
)
def test_what_misleads_goes_and_every_script_stays(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Section 147", "Section 147"),
        ("\u05e1\u05e2\u05d9\u05e3 13", "\u2068\u05e1\u05e2\u05d9\u05e3 13\u2069"),
        ("\u0645\u0627\u062f\u0629 \u0665", "\u2068\u0645\u0627\u062f\u0629 \u0665\u2069"),
    ],
)
def test_words_from_right_to_left_are_isolated_inside_a_line(words: str, said: str) -> None:
    assert wording.isolated(words) == said


async def everything_is_clean(center: Center) -> set[str]:
    """Judge every text, letter and file name that is kept; returns the kinds of the texts."""
    async with center.reading(by=REQUESTER) as work:
        texts = list(await work.session.exec(select(Text)))
        said = [vault.words(work, text) for text in texts]
        names = [packages.name(work, row) for row in await work.session.exec(select(PackageFile))]
        written = list(await work.session.exec(select(Letter)))
        mailed = ["\n".join(letters.words(work, letter)) for letter in written]
    for words in (*said, *names, *mailed):
        assert not FORBIDDEN.search(words), words
        assert not ISOLATES.search(words), words
    return {text.kind for text in texts}


def went_well(answer: Response) -> None:
    """A form that was taken."""
    assert answer.status_code == 303, answer.text


async def test_every_free_text_of_a_requester_and_of_staff_is_cleaned_at_the_door(center: Center, clock: Clock) -> None:
    fields = {"right": "access", "place": "DE", "email": builders.ADA, "name": WICKED, "note": WICKED}
    went_well(await doors.visitor(center).post("/requests/new", data=fields))
    reference = await newest(center)
    await builders.prove(center, reference)
    ada = await doors.requester(center, reference)
    hana, lea = await doors.staff(center, Role.handler), await doors.staff(center, Role.lead)
    lou = await doors.staff(center, Role.lead, "lou@northwind.example")
    here = f"/desk/cases/{reference}"
    words = {"text": WICKED, "reason": WICKED, "evidence": WICKED, "found_in": WICKED, "data_points": "3"}
    went_well(await ada.post(f"/requests/{reference}/messages", data={"text": WICKED + "?"}))
    for step in ("ask", "extend"):
        went_well(await hana.post(f"{here}/steps/{step}", data=words))
    went_well(await ada.post(f"/requests/{reference}/messages", data={"text": WICKED + "!"}))
    for step in ("inform", "doubt", "match"):
        went_well(await hana.post(f"{here}/steps/{step}", data=words))
    went_well(await hana.post(f"{here}/receipt", data={**words, "to": "2026-11-20 09:30"}))
    for decision in ("refuse", "confirm"):
        went_well(await lea.post(f"{here}/receipt", data={**words, "to": "2026-11-21 09:30"}))
        went_well(await lou.post(f"{here}/receipt-decision", data={**words, "decision": decision}))
    for hold in ("put", "lift"):
        went_well(await lea.post(f"{here}/legal-hold", data={**words, "hold": hold}))
    contents = {f"content_{code}": WICKED for code in center.house.library.contents}
    refusal = {**words, **contents, "ground": "other_law", "citation": WICKED}
    went_well(await lea.post(f"{here}/steps/fulfil_partly", data=refusal, files=[("files", (WICKED[:9], b"x"))]))
    await doors.mailed(center, reference)
    letter = await ending(center, reference)
    returned = {"reason": "other", "words": WICKED, "evidence": WICKED}
    for act in ("returned", "posted"):
        went_well(await hana.post(f"/desk/letters/{letter}/{act}", data=returned))
    assert await everything_is_clean(center) >= {
        *("name", "note", "write", "reply", "ask", "extend", "inform", "doubt", "match", "fulfil_partly"),
        *("receipt_reason", "receipt_evidence", "receipt_refused", "receipt_confirmed", "legal_hold"),
        *("legal_hold_lifted", "letter_returned", "told_by_post"),
    }
    page = await hana.get(here)
    assert not FORBIDDEN.search(page.text.replace("\n", ""))
    assert '<p class="words" dir="auto">' in page.text


async def newest(center: Center) -> str:
    """The reference of the only request."""
    async with center.reading(by=REQUESTER) as work:
        return (await work.session.exec(select(Case.reference))).one()


async def ending(center: Center, reference: str) -> str:
    """The id of the letter that answers."""
    async with center.reading(by=REQUESTER) as work:
        found = await letters.of_case(work, await builders.seen(center, reference))
    return str(next(letter.id for letter in found if letter.kind == "fulfilment"))


async def test_a_provision_that_runs_from_right_to_left_turns_no_line_of_the_mail_around(center: Center) -> None:
    reference = await builders.a_case(center)
    lea = await doors.staff(center, Role.lead)
    refusal = {"text": "We must keep it.", "ground": "other_law", "citation": LAW}
    went_well(await lea.post(f"/desk/cases/{reference}/steps/deny", data=refusal))
    async with center.reading(by=REQUESTER) as work:
        found = await letters.of_case(work, await builders.seen(center, reference))
    letter = next(letter for letter in found if letter.kind == "denial")
    given = center.settings
    postman = Postman(
        keys=center.house.keys, links=center.house.links, base_url=given.base_url, mail_from=given.mail_from
    )
    mail = message_from_bytes(bytes(postman.mail(letter, now=center.now())), policy=policy.default)
    assert f"\u2068{LAW}\u2069" in mail.get_content()
