"""Details: what a right's form asks beside the note is kept as all words are, and what is corrected is told on."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from privacy_center.casework import announcements, by_mail, cases, details, entered, intake, retention, telling, vault
from privacy_center.casework import trail as trails
from privacy_center.casework.entered import Entry
from privacy_center.casework.intake import Filing
from privacy_center.casework.refusals import Invalid
from privacy_center.casework.work import CLOCK, REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.records.case import Case
from tests import builders
from tests.builders import ADA, ANSWER, HANA, MATCH, WORDS, cast, prove, take
from tests.casework.test_retention import LONG, left
from tests.casework.test_telling import gathered
from tests.conftest import Clock

WRONG = {"correct-wrong": "Ada Exampel", "correct-right": " Ada Example ", "correct-evidence": ""}


async def filed(center: Center, *rights: str, **given: str) -> list[Case]:
    """What Ada files, with details by the names of their fields (`correct_right`)."""
    named = {name.replace("__", "-"): words for name, words in given.items()}
    async with center.work(by=REQUESTER) as work:
        return await intake.open_cases(work, Filing(rights, "DE", ADA, details=named))


async def lines(center: Center, reference: str) -> dict[str, object]:
    """What stands in the case, by the names of the details; None where nothing was said."""
    async with center.reading(by=REQUESTER) as work:
        case = await cases.seen(work, reference)
        return {
            each.detail.name: each.said or None for each in details.lines(work, case, await vault.texts(work, case))
        }


async def test_each_case_gets_what_was_said_of_its_right_and_nothing_else(center: Center) -> None:
    said = {"correct__right": "Ada Example", "access__since": "2024-02-29", "delete__part": "Orders"}
    correct, access = await filed(center, "correct", "access", **said)
    assert await lines(center, correct.reference) == {"wrong": None, "right": "Ada Example", "evidence": None}
    assert await lines(center, access.reference) == {"since": date(2024, 2, 29), "until": None, "topics": None}


async def test_a_choice_is_kept_by_its_name_and_shown_by_its_title(center: Center) -> None:
    (case,) = await filed(center, "restrict", restrict__ground="unlawful")
    assert await lines(center, case.reference) == {"ground": "The use is unlawful, but keep the data", "which": None}
    async with center.reading(by=REQUESTER) as work:
        (text,) = await vault.texts(work, case)
        assert (text.kind, vault.words(work, text)) == ("detail_ground", "unlawful")


async def test_a_right_without_details_opens_as_before(center: Center) -> None:
    (case,) = await filed(center, "confirm_processing", access__since="2024-01-01")
    assert await lines(center, case.reference) == {}


@pytest.mark.parametrize(
    ("right", "given", "field"),
    [
        ("access", {"access-since": "yesterday"}, "access-since"),
        ("access", {"access-since": "2024-02-30"}, "access-since"),
        ("access", {"access-until": "2026-11-26"}, "access-until"),
        ("access", {"access-since": "2025-01-02", "access-until": "2025-01-01"}, "access-until"),
        ("correct", {"correct-right": "x" * 1001}, "correct-right"),
        ("portability", {"portability-destination": "x" * 201}, "portability-destination"),
        ("portability", {"portability-format": "pdf"}, "portability-format"),
    ],
)
async def test_what_cannot_be_is_told_beside_its_field(
    center: Center, right: str, given: Mapping[str, str], field: str
) -> None:
    async with center.work(by=REQUESTER) as work:
        with pytest.raises(Invalid) as invalid:
            await intake.open_cases(work, Filing((right,), "DE", ADA, details=given))
        assert list(invalid.value.errors) == [field]
        opened = await intake.open_cases(work, Filing(("delete",), "DE", ADA, details=given))
        assert [case.right for case in opened] == ["delete"], "what was not asked for stops nobody"


async def test_somebody_who_is_ahead_of_our_day_may_name_theirs(center: Center) -> None:
    tomorrow = center.now().date() + timedelta(days=1)
    (case,) = await filed(center, "access", access__until=tomorrow.isoformat())
    assert (await lines(center, case.reference))["until"] == tomorrow


async def test_the_trail_proves_the_words_without_holding_them_and_forgetting_destroys_them(
    center: Center, clock: Clock
) -> None:
    (case,) = await filed(center, "correct", **{"correct__right": "Ada Example"})
    async with center.reading(by=REQUESTER) as work:
        opened = (await trails.events(work, case))[0]
        assert opened.facts["detail_right"] == trails.commit_to(work, case, "Ada Example")
        assert "Ada Example" not in str(opened.facts)
    await prove(center, case.reference)
    await take(center, case.reference, "deny", replace(WORDS, ground="no_data_held"), by=(await cast(center)).lea)
    assert (await left(center, case.reference))["pc_text"] == 2
    clock.forward(days=LONG)
    async with center.work(by=CLOCK) as work:
        await retention.forget(work, await cases.locked(work, case.reference))
    assert (await left(center, case.reference))["pc_text"] == 0


async def test_staff_write_down_the_same_and_it_is_checked_the_same(center: Center) -> None:
    hana = await builders.member(center, HANA, Role.handler)
    entry = Entry("phone", date(2026, 11, 20), Filing(("correct",), "DE", ADA, details=WRONG))
    async with center.work(by=hana) as work:
        made = await entered.enter(work, entry)
        late = replace(entry, filing=replace(entry.filing, details={"correct-right": "x" * 1001}))
        with pytest.raises(Invalid) as invalid:
            await entered.enter(work, late)
        assert list(invalid.value.errors) == ["correct-right"]
    (case,) = made.cases
    assert await lines(center, case.reference) == {"wrong": "Ada Exampel", "right": "Ada Example", "evidence": None}


async def corrected(center: Center, words: str) -> Case:
    """A correction that was granted, with these words for the recipients."""
    (case,) = await filed(center, "correct", correct__right="Ada Example, born in Cork")
    await prove(center, case.reference)
    staff = await cast(center)
    await take(center, case.reference, "match", MATCH, by=staff.hana)
    return await take(center, case.reference, "fulfil", replace(ANSWER, corrected=words), by=staff.hana)


@pytest.mark.parametrize("words", ["Ada Example", ""])
async def test_recipients_read_what_staff_wrote_and_never_the_requester_s_words(center: Center, words: str) -> None:
    case = await corrected(center, words)
    (delivery,) = await gathered(center)
    async with center.reading(by=CLOCK) as work:
        each = telling.recipient(work.house, "parcelpost")
        assert each is not None
        rows = await telling.about(work, case)
        named = await by_mail.named(work, each, rows)
        (change,) = json.loads(await announcements.body(work, each, delivery))["data"]["changes"]
    assert named == [{"who": ADA, "action": "rectification", "corrected": words}]
    assert change.get("corrected", "") == words
    assert "Cork" not in str(change) + str(named)


async def test_only_a_correction_tells_what_is_right_and_only_briefly(center: Center) -> None:
    reference = await builders.a_case(center, "matched", right="delete")
    hana = (await cast(center)).hana
    await take(center, reference, "fulfil", replace(ANSWER, corrected="Not asked for."), by=hana)
    async with center.reading(by=REQUESTER) as work:
        texts = await vault.texts(work, await cases.seen(work, reference))
        assert announcements.CORRECTED not in {text.kind for text in texts}
    with pytest.raises(Invalid, match="1,000"):
        await corrected(center, "x" * 1001)
