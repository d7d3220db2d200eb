"""Wording: what a letter is told about a case, its law and its house before it is written."""

import unicodedata
from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

from privacy_center.casework import deadlines, editions, lifting, mandates, packages, receipts, second_looks, vault
from privacy_center.casework.facts import Facts
from privacy_center.casework.receipts import Receipt
from privacy_center.casework.work import Work
from privacy_center.installation import Disclosures
from privacy_center.law.clock import Clock, local_day
from privacy_center.law.library import VOLUNTARY
from privacy_center.law.places import OTHER
from privacy_center.law.regimes import Regime
from privacy_center.law.rules import Appeal, Rule
from privacy_center.links import LIFETIMES, Purpose
from privacy_center.phrases import Phrase, counted, together
from privacy_center.records.case import Case
from privacy_center.records.people import Identifier
from privacy_center.records.sealed import identity_digest

CATEGORIES = (
    (Phrase("Categories of personal data"), "categories"),
    (Phrase("Where it comes from"), "sources"),
    (Phrase("What it is used for"), "purposes"),
    (Phrase("Sold or shared"), "sold_or_shared"),
    (Phrase("Disclosed for a business purpose"), "disclosed"),
    (Phrase("Who receives it"), "recipients"),
)
PROCESSING = (
    (Phrase("What it is used for"), "purposes"),
    (Phrase("Categories of personal data"), "categories"),
    (Phrase("Who receives it"), "recipients"),
    (Phrase("How long it is kept"), "retention"),
    (Phrase("Where it comes from"), "sources"),
    (Phrase("Transfers to other countries"), "transfers"),
    (Phrase("Automated decisions"), "automated"),
)
STATEMENTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "art15_information": PROCESSING,  # GDPR Art. 15(1)(a)-(h), (2)
    "know_categories": CATEGORIES,  # Civ. Code 1798.110(c), 1798.115(c): two separate lists
    "third_party_list": ((Phrase("Who receives it"), "recipients"), (Phrase("Sold or shared"), "sold_or_shared")),
}
"""What the installation itself states where a law demands it in an answer."""

ENDINGS = ("denial", "unverified")
"""Letters that refuse."""

ON_THE_PAGE = ("restricted_identifier_notice", "third_party_list", "adm_explanation")
"""What staff write into an answer that no mail carries: it tells what we hold and have done with it (U19)."""

FIRST = frozenset({"acknowledgement", "receipt"})
"""The first letter of a case, which carries its signed receipt."""

RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
"""Classes of characters that run from right to left (UAX #9)."""


def plain(work: Work) -> dict[str, Any]:
    """What every letter knows."""
    return {
        "controller": work.house.installation.controller,
        "base_url": work.house.base_url,
        "lifetime": "",
    }


def lifetime(purpose: Purpose) -> str:
    """How long a link or code lives, in words."""
    seconds = int(LIFETIMES[purpose].total_seconds())
    if seconds % 86400 == 0:
        return counted("{number} day", "{number} days", seconds // 86400)
    if seconds % 3600 == 0:
        return counted("{number} hour", "{number} hours", seconds // 3600)
    return counted("{number} minute", "{number} minutes", seconds // 60)


def reminder(case: Case, *, today: date, language: str) -> dict[str, Any]:
    """What staff are told of a case by mail: nothing personal (U39)."""
    return {
        "reference": case.reference,
        "aim_for": day(case.target_due, language),
        "answer_by": day(case.answer_due, language),
        "review_by": day(case.review_by, language) if case.review_by else "",
        "days_left": (case.target_due - today).days,
        "overdue": today > case.answer_due,
    }


async def of_case(
    work: Work, case: Case, kind: str, *, clock: Clock, mailbox: Identifier, facts: Facts
) -> dict[str, Any]:
    """Everything a letter of this case may say. Nothing the filer typed is in it (D12)."""
    regime = await editions.regime(work, case)
    rule = regime.rules[case.right]
    workflow = await editions.workflow(work, case)
    unverified = (facts.ground or case.ground) == "identity_not_verified"
    paper = mailbox.kind not in vault.MAILBOXES
    return plain(work) | {
        "case": _case(case, workflow.infos[case.right].title, clock.timezone),
        "earlier": first.reference if (first := await second_looks.earlier(work, case)) else "",
        "law": _law(case, regime, rule) | {"each": await _each(work, case)},
        "clock": _clock(work, clock, rule, case.language),
        "confirm_by": day(deadlines.last_day(case, clock, opened=work.now), case.language) if kind in FIRST else "",
        "receipt": _receipt(work, case, clock, mailbox, workflow.protective) if kind in FIRST else None,
        "proved": mailbox.proved_at is not None and case.channel != mandates.CHANNEL,  # an agent's proves no person
        "purposes": await mandates.titles(work, case),
        "paper": paper,
        "text": facts.text,
        "ground": _ground(work, case, rule, facts),
        "contents": _written(work, facts, ()) if paper else _written(work, facts),
        "statements": _statements(work, rule, kind, unverified=unverified),
        "law_contents": [code for code in rule.contents if kind in work.house.library.contents[code].letters],
        "files": len(facts.files),
        "package_until": day((work.now + packages.LIFETIME).date(), case.language),
        "lift_from": day(lifting.earliest(work), case.language),
        "sells": bool(work.house.installation.disclosures.sold_or_shared),
        "disposition": case.disposition,
        "discloses": workflow.discloses,
        "verification": rule.verification,
        "unverified_next": rule.unverified_next if unverified else "",
        "asks_declaration": rule.verification.declaration,
        "link_lifetime": lifetime(Purpose.verify),
        "undo_lifetime": lifetime(Purpose.undo),
        "code_lifetime": lifetime(Purpose.fresh if kind == "code" else Purpose.verify),
    }


def _receipt(work: Work, case: Case, clock: Clock, mailbox: Identifier, protective: bool) -> Receipt:
    digest = identity_digest(mailbox.kind, vault.address(work, mailbox))
    return receipts.of_case(work, case, clock, digest=digest, protective=protective)


def _case(case: Case, title: str, zone: str) -> dict[str, str]:
    local = case.received_at.astimezone(ZoneInfo(zone))
    return {
        "reference": case.reference,
        "right_title": title,
        "received": day(local.date(), case.language),
        "review_by": day(case.review_by, case.language) if case.review_by else "",
        "channel": case.channel,
        "received_time": f"{local:%H:%M %Z}",  # CLDR swaps the names of Dublin's summer and winter
    }


def _law(case: Case, regime: Regime, rule: Rule) -> dict[str, Any]:
    return {
        "name": regime.name,
        "short": regime.short,
        "citation": rule.citation,
        "regulator_name": regime.regulator_name,
        "regulator_url": regime.regulator_url,
        "court": regime.court,
        "voluntary": regime.id == VOLUNTARY,
        "place_unknown": case.place == OTHER,
        "appeal": _appeal(rule.appeal) if rule.appeal else None,
    }


async def _each(work: Work, case: Case) -> list[str]:
    """Every law that protects the person, with what it says of this right; none where it is our own promise."""
    laws = await editions.governing(work, case)
    return [together(", ", (law.name, law.rules[case.right].citation)) for law in laws if law.id != VOLUNTARY]


def _appeal(appeal: Appeal) -> dict[str, Any]:
    """A second look, as a letter announces it: until when to ask, and how long the answer may take."""
    return {
        "window": appeal.window,
        "answer": appeal.answer.plain,
        "further": appeal.extension.plain if appeal.extension else "",
        "names_regulator": appeal.names_regulator,
        "citation": appeal.citation,
    }


def _clock(work: Work, clock: Clock, rule: Rule, language: str) -> dict[str, Any]:
    return {
        "late": lateness(local_day(work.now, timezone=clock.timezone), clock.current.target, clock.current.legal),
        "aim_for": day(clock.current.target, language),
        "answer_by": day(clock.current.legal, language),
        "acknowledge_by": day(clock.acknowledge.target, language) if clock.acknowledge else None,
        "first_answer_by": day(clock.answer.legal, language),
        "citation": clock.current.citation,
        "extension_citation": clock.extended.citation if clock.extended else "",
        "extended": clock.is_extended,
        "promised": clock.current.promised,
    }


def lateness(today: date, target: date, legal: date) -> str:
    """Which of the two dates has passed: a letter promises no day that is over."""
    return "limit" if today > legal else "aim" if today > target else ""


def _ground(work: Work, case: Case, rule: Rule, facts: Facts) -> dict[str, str] | None:
    code = facts.ground or case.ground
    if not code:
        return None
    ground = work.house.library.grounds[code]
    return {
        "title": ground.title,
        "citation": "; ".join(filter(None, (rule.grounds.get(code, ""), isolated(facts.citation.strip())))),
        "letter_text": ground.letter_text,
    }


def _written(work: Work, facts: Facts, but: Collection[str] = ON_THE_PAGE) -> list[dict[str, str]]:
    known = work.house.library.contents
    return [
        {"title": known[code].title, "text": text}
        for code, text in facts.contents.items()
        if code in known and code not in but
    ]


def _statements(work: Work, rule: Rule, kind: str, *, unverified: bool) -> list[dict[str, Any]]:
    """What the house says of its processing as a whole: in an answer, and instead of one where that is the law."""
    codes = rule.contents if kind == "fulfilment" else ()
    if unverified and kind in ENDINGS and "know_categories" in rule.contents:
        codes = ("know_categories",)  # 11 CCR 7024(a), (b): the unverified get the categories all the same
    disclosed = work.house.installation.disclosures
    wanted = [pair for code in codes for pair in STATEMENTS.get(code, ())]
    return [{"title": title, "lines": _lines(disclosed, name)} for title, name in dict.fromkeys(wanted)]


def _lines(disclosed: Disclosures, name: str) -> list[str]:
    value: str | tuple[str, ...] = getattr(disclosed, name)
    return [value] if isinstance(value, str) and value else list(value)


@lru_cache(maxsize=4096)
def day(value: date | datetime, language: str) -> str:
    """A date in words, as people of this language write it."""
    return format_date(value, "long", locale="en_GB" if language == "en" else language)


def isolated(words: str) -> str:
    """Words set inside a line of plain text: what runs from right to left turns nothing around it (UAX #9)."""
    turns = any(unicodedata.bidirectional(character) in RIGHT_TO_LEFT for character in words)
    return f"\N{FIRST STRONG ISOLATE}{words}\N{POP DIRECTIONAL ISOLATE}" if turns else words
