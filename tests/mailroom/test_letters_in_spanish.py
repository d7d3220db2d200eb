"""The letters in Spanish: each can be written, says no English, and carries what the law demands of it."""

import re

import pytest

from privacy_center.casework import challenges, deadlines, digests, letters, vault, wording
from privacy_center.casework.facts import Facts, Upload
from privacy_center.casework.intake import Filing, open_cases
from privacy_center.casework.work import CLOCK, REQUESTER, Work
from privacy_center.center import HOUSE_LETTERS, Center
from privacy_center.law.terms import Disposition
from privacy_center.links import Purpose
from privacy_center.mailroom import stationery
from privacy_center.mailroom.postman import Postman
from privacy_center.records.case import Case
from privacy_center.records.letter import Letter
from tests.agents import act, agents_cases
from tests.errands import TYPED, ask, write_to_agent
from tests.mailbox import CODE, ONLY_ADDRESS
from tests.mailroom.test_letters import ALWAYS, CARRIED, OF_A_CASE, OFFER_A_CODE, SIGNED, STATES, written

ENGLISH = re.compile(r"\b(?:the|your|you|with|and|of|days|hours|request|we|law)\b")
"""Words of English that are no words of Spanish; names of laws and of authorities are written with capitals."""

NAMES = re.compile(r"Office of the [\w ]+|[A-Z][\w’'-]+(?:,? (?:of|and|the|with|on|for|in|[A-Z][\w’'()/-]+))+")


FACTS = Facts(
    text="Lo que escribió el personal.",
    contents={"downstream_notice": "Avisamos a nuestros socios de entrega."},
    files=(Upload("data.json", b"{}"),),
)


def postman(center: Center) -> Postman:
    """The house's postman, who knows the languages of the pages."""
    given, pages = center.settings, center.house.installation.page_languages
    house = center.house
    return Postman(keys=house.keys, links=house.links, base_url=given.base_url, mail_from=given.mail_from, pages=pages)


def judge(letter: Letter, center: Center) -> str:
    """What holds of every letter, and that it speaks one language."""
    text = str(postman(center).mail(letter, now=center.now()).get_content())
    assert len(ONLY_ADDRESS.findall(text)) == 1, text
    assert bool(CODE.search(text)) == (letter.kind in OFFER_A_CODE), text
    assert not re.search(r"\[\[|\{\{|None|Undefined|\n\n\n", text), text
    prose = "\n".join(line for line in text.splitlines() if not line.startswith(("http", "  ", "Receipt:", "Proof:")))
    assert not ENGLISH.findall(NAMES.sub("", prose)), text
    return text


@pytest.mark.parametrize("place", ["ES", "US-CA"])
@pytest.mark.parametrize("right", ["access", "appeal", "optout_sale_sharing"])
async def test_every_letter_of_a_case_is_in_spanish(center: Center, right: str, place: str) -> None:
    async with center.work(by=REQUESTER) as work:
        (case,) = await open_cases(work, Filing((right,), place, "ada@home.example", language="es"))
        case.extended_at = work.now
        for kind in sorted(center.house.library.letter_names | OF_A_CASE):
            case.disposition, case.ground = STATES.get(kind, (None, None))
            letter = await written(work, case, kind, facts=FACTS)
            assert letter.language == "es"
            text = judge(letter, center)
            assert case.reference in text
            assert "24 de noviembre de 2026" in text or "Qué se pidió" not in text


async def test_every_letter_of_the_house_that_a_person_gets_is_in_spanish(center: Center) -> None:
    async with center.work(by=CLOCK) as work:
        (case,) = await open_cases(work, Filing(("access",), "ES", "ada@home.example", language="es"))
        for kind, purpose in (
            ("sign_in", Purpose.sign_in),
            ("digest", Purpose.sign_in),
            ("recipient", Purpose.recipient),
        ):
            asked = challenges.new(work, purpose, "x")
            told = await digests.context(work, await letters.of_case(work, case))
            told |= {"recipient": "Parcel Post Limited", "number": 3}
            letter = await letters.write_to_mailbox(work, kind, "ada@home.example", asked, language="es", context=told)
            text = judge(letter, center)
            assert "?lang=es" in text


@pytest.mark.parametrize("kind", sorted(CARRIED))
async def test_a_letter_in_spanish_says_what_it_carries(center: Center, kind: str) -> None:
    async with center.work(by=REQUESTER) as work:
        (case,) = await open_cases(work, Filing(("access",), "US-CA", "ada@home.example", language="es"))
        case.extended_at = work.now
        case.disposition, case.ground = STATES.get(kind, (None, None))
        silent = await said(work, case, kind, [])
        for code in sorted(CARRIED[kind] - ALWAYS[kind]):
            assert await said(work, case, kind, [code]) != silent, code


async def said(work: Work, case: Case, kind: str, codes: list[str]) -> str:
    """A letter as it would be if the law demanded these contents and no others."""
    clock, mailbox = await deadlines.clock(work, case), await vault.mailbox(work, case)
    context = await wording.of_case(work, case, kind, clock=clock, mailbox=mailbox, facts=FACTS)
    statements = [pair for code in codes for pair in wording.STATEMENTS.get(code, ())]
    context |= {
        "receipt": SIGNED,
        "law": context["law"] | {"court": ""},
        "law_contents": codes,
        "contents": [],
        "statements": [{"title": title, "lines": ["uno"]} for title, _ in statements] if kind == "fulfilment" else [],
        "disposition": Disposition.partly_fulfilled if kind == "fulfilment" else case.disposition,
    }
    return work.house.stationery.write(kind, language="es", context=context).body


def test_every_letter_is_there_in_each_language(center: Center) -> None:
    names = center.house.library.letter_names | HOUSE_LETTERS
    paper = center.house.stationery
    assert {"en", "es"} <= set(paper.languages)
    assert stationery.check(paper, names, paper.languages) == []


MAILBOX = re.compile(r"su buzón|esta dirección de correo|esta página y pulse|inicie sesión")
SAID_BY_THE_PERSON = {"disputed", "verification_again", "withdrawal", "resumed", "code"}
"""Letters that follow from what only the owner of a mailbox can do."""


@pytest.mark.parametrize("right", ["access", "appeal", "optout_sale_sharing"])
async def test_no_letter_on_paper_in_spanish_speaks_of_a_mailbox(center: Center, right: str) -> None:
    async with center.work(by=REQUESTER) as work:
        (first,) = await open_cases(work, Filing(("access",), "ES", "ada@home.example", language="es"))
        filing = Filing((right,), "ES", post="Ada Example, Calle Larga 1", language="es", earlier=first.id)
        (case,) = await open_cases(work, filing)
        case.extended_at = work.now
        steps = center.house.library.workflow_for(right).steps.values()
        names = {name for step in steps for name in step.mails} | {"place", "receipt_moved"}
        for kind in sorted(names - SAID_BY_THE_PERSON):
            case.disposition, case.ground = STATES.get(kind, (None, None))
            letter = await written(work, case, kind, facts=FACTS)
            said = "\n".join(letters.words(work, letter))
            assert not letter.challenges, kind
            assert not MAILBOX.search(said), said
            prose = "\n".join(line for line in said.splitlines() if not line.startswith(("http", "Receipt:", "Proof:")))
            assert not ENGLISH.findall(NAMES.sub("", prose)), said
            assert (first.reference in said) is (kind in {"acknowledgement", "verified", "denial", "fulfilment"}), said


async def test_what_an_agent_did_is_told_to_both_in_spanish(center: Center) -> None:
    await act(center, language="es")
    async with center.work(by=CLOCK) as work:
        (case,) = await agents_cases(center)
        clock, mailbox = await deadlines.clock(work, case), await vault.mailbox(work, case)
        told = {letter.kind: letter for letter in await letters.of_case(work, case)}
        more = {"purposes": ["Venta de mis datos"]}
        for kind in ("applied", "agent_ended"):
            case.disposition = Disposition.fulfilled
            told[kind] = await letters.write(work, case, kind, clock=clock, mailbox=mailbox, facts=FACTS, more=more)
        case.disposition, case.ground = Disposition.denied, "agent_not_authorised"
        told["refused"] = await letters.write(
            work, case, "agent_ended", clock=clock, mailbox=mailbox, facts=FACTS, more=more
        )
    assert set(told) == {"receipt", "agent_told", "applied", "agent_ended", "refused"}
    for letter in told.values():
        assert letter.language == "es"
        assert "- " in judge(letter, center)


async def test_what_an_agent_asked_for_is_told_to_both_in_spanish(center: Center) -> None:
    (case,) = await ask(center, language="es")
    async with center.work(by=CLOCK) as work:
        clock, mailbox = await deadlines.clock(work, case), await vault.mailbox(work, case)
        told = await letters.of_case(work, case)
        for kind in ("verification_again", "unverified", "verified"):
            case.disposition, case.ground = STATES.get(kind, (None, None))
            told.append(await letters.write(work, case, kind, clock=clock, mailbox=mailbox, facts=FACTS))
        case.disposition = case.ground = None
        told += await write_to_agent(work, case)
        held = await digests.context(work, told)
        asked = challenges.new(work, Purpose.sign_in, "x")
        told.append(
            await letters.write_to_mailbox(work, "digest", "ada@home.example", asked, language="es", context=held)
        )
    for letter in told:
        assert letter.language == "es"
        text = judge(letter, center)
        assert not [typed for typed in TYPED if typed in text]
