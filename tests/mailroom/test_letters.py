"""Letters: each can be written under each law, says who and how, and has one main act."""

import re
from collections.abc import Mapping

import pytest
from sqlmodel import col, select

from privacy_center import places
from privacy_center.casework import challenges, deadlines, digests, letters, vault, wording
from privacy_center.casework.facts import Facts, Upload
from privacy_center.casework.intake import Filing, open_cases
from privacy_center.casework.work import CLOCK, REQUESTER, Work
from privacy_center.center import HOUSE_LETTERS, Center
from privacy_center.law import library
from privacy_center.law.terms import Disposition
from privacy_center.links import Purpose
from privacy_center.mailroom import stationery
from privacy_center.mailroom.postman import Postman
from privacy_center.mailroom.stationery import Stationery
from privacy_center.records.case import Case
from privacy_center.records.letter import Letter
from privacy_center.records.rows import new_id
from privacy_center.records.staff import Staff
from tests.errands import write_to_agent
from tests.mailbox import CODE, ONLY_ADDRESS

RIGHTS = (
    "access",
    "delete",
    "correct",
    "restrict",
    "object",
    "adm_review",
    "appeal",
    "complaint",
    "nominate",
    "optout_sale_sharing",
)
"""One right of each workflow."""
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
APPEALABLE = {
    "window": "within a reasonable time",
    "answer": "60 days",
    "further": "",
    "names_regulator": True,
    "citation": "Va. Code 59.1-577",
}
SAYS: Mapping[str, str] = {
    "outcome": r"We have done a part|We have looked into this|we will not do what it asks|have to refuse it|is applied",
    "reasons": r"OUR REASONS|AND WHY",
    "partial_compliance": r"Everything that is not refused we have done",
    "regulator_contact": r"You have the right to complain to the .* Authority.*https://dpa\.example",
    "judicial_remedy": r"bring the matter before a court",
    "controller_complaint": r"right to complain to us",
    "appeal_instructions": r"HOW TO APPEAL.*say “appeal”.*Until when: within a reasonable time.*within: 60 days",
    "appeal_written_reasons": r"decision on your appeal, with its reasons|decided on your appeal, and for what reasons",
    "statement_of_disagreement": r"written statement of why you think the data are wrong",
    "extension_notice": r"The law lets us extend.*THE REASONS What staff wrote",
    "date_of_late_reply": r"We now aim to answer by \d+ \w+ \d{4}",
    "next_steps_timeline": r"WHAT HAPPENS NEXT.*We aim to (answer|be done) by \d+ \w+ \d{4}",
    "fee_estimate": r"estimate",
    "art15_information": r"What it is used for:.*Who receives it:.*How long it is kept:.*to have wrong data corrected",
    "know_categories": r"Categories of personal data:.*Sold or shared:.*Disclosed for a business purpose:",
    "third_party_list": r"answer lists to whom.*Who receives it:",
    "adm_explanation": r"what it was for, how it works, what came out, and what part people had",
    "portable_copy": r"common format that other programs",
    "restricted_identifier_notice": r"Some things we never send to anybody",
    "downstream_notice": r"whom not and why, stands|about those to whom we had passed the data on",
    "retained_record_notice": r"We keep a record of this request",
    "lifting_notice": r"Before we do, we write to you|The law wants you to hear of it before",
    "optout_status": r"Where it stands: in effect",
}
"""How one knows that a letter really says what it carries: the words that stand there, its lines joined."""

SIGNED = {"address": "http://localhost:8000/receipts/PCR1", "proof": "ABCD"}
"""In place of the signed receipt, which is another one each time."""

PAPER = Stationery(places.TEMPLATES / "letters", ("en",))
CARRIED = {
    path.stem: PAPER.carries(path.stem, "en")
    for path in (places.TEMPLATES / "letters" / "en").glob("*.txt")
    if PAPER.carries(path.stem, "en")
}
ALWAYS: Mapping[str, frozenset[str]] = {
    "acknowledgement": frozenset({"next_steps_timeline"}),
    "applied": frozenset({"outcome", "regulator_contact"}),
    "denial": frozenset({"outcome", "reasons", "regulator_contact"}),
    "extension": frozenset({"extension_notice", "date_of_late_reply", "regulator_contact"}),
    "fulfilment": frozenset({"outcome", "reasons", "partial_compliance", "regulator_contact"}),
    "lifting": frozenset(),
    "receipt": frozenset({"next_steps_timeline", "regulator_contact"}),
    "unverified": frozenset({"outcome", "reasons", "regulator_contact"}),
}
"""What a letter says whether or not the law demands it; everything else stands there only where it does."""

OF_A_CASE = {"code", "verification_again", "place", "receipt_moved"}
"""Letters of a case that no step of its workflow sends."""

OFFER_A_CODE = {"recipient_code", "digest", "acknowledgement", "verification_again", "sign_in", "code"}


def postman(center: Center) -> Postman:
    """The house's postman."""
    given = center.settings
    return Postman(keys=center.house.keys, links=center.house.links, base_url=given.base_url, mail_from=given.mail_from)


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
        for kind in sorted(center.house.library.letter_names | OF_A_CASE):
            case.disposition, case.ground = STATES.get(kind, (None, None))
            letter = await written(work, case, kind)
            mail = postman(center).mail(letter, now=work.now)
            text = str(mail.get_content())
            judge(text, kind, center)
            assert case.reference in text
            assert not re.search(r"(?<!\S)Ada\b", text), "a receipt may spell it by chance, nothing else may say it"
            assert "Please!" not in text
            assert "ada@" not in str(mail["Subject"])
            assert not re.search(r"\d{6}", str(mail["Subject"]))


async def to_staff(work: Work, case: Case) -> None:
    """Every letter that a member of staff may get."""
    keys, member_id = work.house.keys, new_id()
    member = Staff(
        id=member_id,
        email=keys.seal("hana@northwind.example", place=f"staff.email:{member_id}"),
        email_index="x",
        role="handler",
        created_at=work.now,
    )
    work.session.add(member)
    await work.session.flush()
    await letters.write_to_staff(work, "staff_reminder", member, case=case)
    await letters.write_to_staff(work, "staff_returned", member, case=case)
    turned = {"failing": ["The site shop.northwind.example: it answered 500."], "recovered": ["The look-up"]}
    await letters.write_to_staff(work, "staff_probe", member, context=turned)
    for purpose in (Purpose.staff_sign_in, Purpose.staff_invitation):
        asked = challenges.new(work, purpose, "x", staff_id=member_id)
        await letters.write_to_staff(work, purpose.value, member, challenge=asked)


@pytest.mark.parametrize("overdue", [False, True])
async def test_every_letter_of_the_house_can_be_written(center: Center, overdue: bool) -> None:
    async with center.work(by=CLOCK) as work:
        (case,) = await open_cases(work, Filing(("access",), "DE", "ada@home.example"))
        if overdue:
            case.answer_due = case.target_due = case.received_at.date().replace(year=2020)
        await to_staff(work, case)
        asked = challenges.new(work, Purpose.sign_in, "x")
        await letters.write_to_mailbox(work, "sign_in", "ada@home.example", asked, language="en")
        asked = challenges.new(work, Purpose.recipient, "x")
        many, post = {"recipient": "Parcel Post Limited", "number": 3}, "privacy@parcelpost.example"
        await letters.write_to_mailbox(work, "recipient", post, asked, language="en", context=many)
        asked = challenges.new(work, Purpose.recipient_code, "x")
        await letters.write_to_mailbox(work, "recipient_code", post, asked, language="en")
        told = await digests.context(work, await letters.of_case(work, case))
        await letters.write_to_mailbox(work, "digest", "ada@home.example", asked, language="en", context=told)
        clock, mailbox = await deadlines.clock(work, case), await vault.mailbox(work, case)
        more = {"purposes": ["Selling my data"], "since": "24 November 2026", "receipt": SIGNED}
        for kind, case.disposition in (("agent_told", None), ("agent_ended", "fulfilled"), ("agent_ended", "denied")):
            await letters.write(work, case, kind, clock=clock, mailbox=mailbox, facts=FACTS, more=more)
        await write_to_agent(work, case)
        anchor = {"number": 1, "day": "24 November 2026", "chains": 3, "digest": "0" * 64, "lines": ["babab babab"]}
        await letters.write_to_house(work, "anchor", "notary@northwind.example", anchor)
        posted = list(await work.session.exec(select(Letter).where(col(Letter.kind).in_(HOUSE_LETTERS))))
    for letter in posted:
        judge(str(postman(center).mail(letter, now=center.now()).get_content()), letter.kind, center)
    assert {letter.kind for letter in posted} | OF_A_CASE == HOUSE_LETTERS


async def said(work: Work, case: Case, kind: str, codes: list[str]) -> str:
    """A letter as it would be if the law demanded these contents and no others."""
    clock, mailbox = await deadlines.clock(work, case), await vault.mailbox(work, case)
    context = await wording.of_case(work, case, kind, clock=clock, mailbox=mailbox, facts=FACTS)
    statements = [pair for code in codes for pair in wording.STATEMENTS.get(code, ())]
    law = {
        "voluntary": False,
        "regulator_name": "the Data Protection Authority",
        "court": "",
        "regulator_url": "https://dpa.example/complain",
        "appeal": APPEALABLE,
    }
    context |= {
        "receipt": SIGNED,
        "law": context["law"] | law,
        "law_contents": codes,
        "contents": [],
        "statements": [{"title": title, "lines": ["one"]} for title, _ in statements] if kind == "fulfilment" else [],
        "disposition": Disposition.partly_fulfilled if kind == "fulfilment" else case.disposition,
    }
    written = work.house.stationery.write(kind, language="en", context=context)
    return " ".join(written.body.split())


@pytest.mark.parametrize("kind", sorted(CARRIED))
async def test_a_letter_says_what_it_carries(center: Center, kind: str) -> None:
    async with center.work(by=REQUESTER) as work:
        (case,) = await open_cases(work, Filing(("access",), "US-CA", "ada@home.example"))
        case.extended_at = work.now
        case.disposition, case.ground = STATES.get(kind, (None, None))
        silent = await said(work, case, kind, [])
        for code in sorted(CARRIED[kind]):
            text = await said(work, case, kind, [code])
            assert re.search(SAYS[code], text), f"{code}: {text}"
            assert (text == silent) is (code in ALWAYS[kind]), f"{code}: {text}"


def test_every_content_that_a_law_demands_is_in_its_letters() -> None:
    contents = {code: content.letters for code, content in library.load(places.WORKFLOWS).contents.items()}
    assert stationery.check_contents(PAPER, contents, ("en",)) == []


def test_every_content_has_words_that_prove_it() -> None:
    assert set(SAYS) == set(library.load(places.WORKFLOWS).contents)


async def test_no_letter_to_somebody_unproved_tells_whom_we_told(center: Center) -> None:
    facts = Facts(text="It is done.", contents={"downstream_notice": "Fabrikam Ads was told."})
    async with center.work(by=REQUESTER) as work:
        (case,) = await open_cases(work, Filing(("optout_sale_sharing",), "US-CA", "ada@home.example"))
        letter = await written(work, case, "applied", facts)
        assert "Fabrikam" not in letters.words(work, letter)[1]
        (await vault.mailbox(work, case)).proved_at = work.now
        letter = await written(work, case, "applied", facts)
        assert "Fabrikam" in letters.words(work, letter)[1]


async def test_saying_no_opens_with_a_receipt_that_asks_for_nothing(center: Center) -> None:
    async with center.work(by=REQUESTER) as work:
        (case,) = await open_cases(work, Filing(("optout_sale_sharing",), "US-CA", "ada@home.example"))
        (receipt,) = await letters.of_case(work, case)
        text = letters.words(work, receipt)[1]
    assert receipt.kind == "receipt"
    assert not receipt.challenges
    assert case.state == "applying"
    assert "You need not confirm anything" in text
    assert "/verify" not in text


async def test_the_first_letter_is_receipt_acknowledgement_and_verification_in_one(center: Center) -> None:
    async with center.work(by=REQUESTER) as work:
        (case,) = await open_cases(work, Filing(("access",), "US-CA", "ada@home.example"))
        text = str(postman(center).mail(await written(work, case, "acknowledgement"), now=work.now).get_content())
    plain = " ".join(text.split())
    assert "When it arrived: 24 November 2026, 08:01 PST" in plain
    assert "Civ. Code 1798.110" in plain
    assert "11 CCR 7021" in plain
    assert "the law's limit (GDPR Art. 12(3))" in plain  # an Irish controller: the earlier of two laws
    assert "/not-me/" in plain
    assert "at http://localhost:8000/verify on any device" in plain
    assert "If nobody confirms by" in plain
    assert "signed declaration" in plain
    assert "never ask for this code" in plain
    assert "California Privacy Protection Agency" in plain
