"""Letters: each can be written under each law, says who and how, and has one main act."""

import re
from collections.abc import Mapping

import pytest
from sqlmodel import col, select

from privacy_center.casework import challenges, deadlines, letters, vault
from privacy_center.casework.facts import Facts, Upload
from privacy_center.casework.intake import Filing, open_cases
from privacy_center.casework.work import CLOCK, REQUESTER, Work
from privacy_center.center import HOUSE_LETTERS, Center
from privacy_center.law.terms import Disposition
from privacy_center.links import Purpose
from privacy_center.mailroom.postman import Postman
from privacy_center.records.case import Case
from privacy_center.records.letter import Letter
from privacy_center.records.rows import new_id
from privacy_center.records.staff import Staff
from tests.mailbox import CODE, ONLY_ADDRESS

RIGHTS = ("access", "delete")
PLACES = ("DE", "US-CA", "BR")
FACTS = Facts(
    text="What staff wrote.",
    contents={"downstream_notice": "We told our delivery partners."},
    files=(Upload("data.json", b"{}"),),
)
STATES: Mapping[str, tuple[Disposition, str | None]] = {
    "fulfilment": (Disposition.fulfilled, None),
    "denial": (Disposition.denied, "no_data_held"),
    "unverified": (Disposition.denied, "identity_not_verified"),
}
OFFER_A_CODE = {"acknowledgement", "verification_again", "sign_in", "code"}


def postman(center: Center) -> Postman:
    """The house's postman."""
    given = center.settings
    return Postman(
        keys=center.house.keys, links=center.house.links, base_url=given.base_url, mail_from=given.mail_from
    )


async def written(work: Work, case: Case, kind: str, facts: Facts = FACTS) -> Letter:
    """One letter of a case."""
    mailbox, clock = await vault.mailbox(work, case), await deadlines.clock(work, case)
    asked = challenges.new(work, Purpose.fresh, mailbox.index, case=case) if kind == "code" else None
    return await letters.write(work, case, kind, clock=clock, mailbox=mailbox, facts=facts, challenge=asked)


def judge(text: str, kind: str, center: Center) -> None:
    """What holds of every letter."""
    controller = center.house.installation.controller
    assert len(ONLY_ADDRESS.findall(text)) == 1, text
    assert bool(CODE.search(text)) == (kind in OFFER_A_CODE), text
    assert controller.name in text
    assert controller.contact_email in text
    assert "\n\n\n" not in text
    assert not re.search(r"\[\[|\{\{|None|Undefined", text), text


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("right", RIGHTS)
async def test_every_letter_of_a_case_can_be_written(center: Center, right: str, place: str) -> None:
    async with center.work(by=REQUESTER) as work:
        (case,) = await open_cases(work, Filing((right,), place, "ada@home.example", name="Ada L", note="Please!"))
        case.extended_at = work.now
        for kind in sorted(center.house.library.letter_names | {"code", "verification_again"}):
            case.disposition, case.ground = STATES.get(kind, (None, None))
            letter = await written(work, case, kind)
            mail = postman(center).mail(letter, now=work.now)
            text = str(mail.get_content())
            judge(text, kind, center)
            assert case.reference in text
            assert "Ada" not in text
            assert "Please!" not in text
            assert "ada@" not in str(mail["Subject"])
            assert not re.search(r"\d{6}", str(mail["Subject"]))


@pytest.mark.parametrize("overdue", [False, True])
async def test_every_letter_of_the_house_can_be_written(center: Center, overdue: bool) -> None:
    async with center.work(by=CLOCK) as work:
        (case,) = await open_cases(work, Filing(("access",), "DE", "ada@home.example"))
        if overdue:
            case.answer_due = case.target_due = case.received_at.date().replace(year=2020)
        keys, member_id = work.house.keys, new_id()
        member = Staff(
            id=member_id, email=keys.seal("hana@northwind.example", place=f"staff.email:{member_id}"),
            email_index="x", role="handler", created_at=work.now,
        )
        work.session.add(member)
        await work.session.flush()
        await letters.write_to_staff(work, "staff_reminder", member, case=case)
        for purpose in (Purpose.staff_sign_in, Purpose.staff_invitation):
            asked = challenges.new(work, purpose, "x", staff_id=member_id)
            await letters.write_to_staff(work, purpose.value, member, challenge=asked)
        asked = challenges.new(work, Purpose.sign_in, "x")
        await letters.write_to_mailbox(work, "sign_in", "ada@home.example", asked, language="en", delay=0)
        posted = list(await work.session.exec(select(Letter).where(col(Letter.kind).in_(HOUSE_LETTERS))))
    for letter in posted:
        judge(str(postman(center).mail(letter, now=center.now()).get_content()), letter.kind, center)
    assert {letter.kind for letter in posted} | {"code", "verification_again"} == HOUSE_LETTERS


async def test_the_first_letter_is_receipt_acknowledgement_and_verification_in_one(center: Center) -> None:
    async with center.work(by=REQUESTER) as work:
        (case,) = await open_cases(work, Filing(("access",), "US-CA", "ada@home.example"))
        text = str(postman(center).mail(await written(work, case, "acknowledgement"), now=work.now).get_content())
    plain = " ".join(text.split())
    assert "When it arrived: 24 November 2026, 08:01 PST" in plain
    assert "Civ. Code 1798.110" in plain
    assert "11 CCR 7021(b)" in plain
    assert "/not-me/" in plain
    assert "at http://localhost:8000/verify on any device" in plain
    assert "If nobody confirms by" in plain
    assert "signed declaration" in plain
    assert "never ask for this code" in plain
    assert "California Privacy Protection Agency" in plain


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
