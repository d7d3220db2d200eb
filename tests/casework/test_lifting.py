"""A restriction stands until it is lifted: a letter before, days to answer it, an answer back, and everybody told."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from privacy_center import settings as settings_module
from privacy_center.casework import (
    appeals,
    cases,
    letters,
    lifting,
    mailed,
    proof,
    retention,
    returns,
    story,
    telling,
    trail,
)
from privacy_center.casework.facts import Facts
from privacy_center.casework.refusals import Refused
from privacy_center.casework.work import CLOCK, REQUESTER, Actor
from privacy_center.center import Center
from privacy_center.law.terms import Disposition, Role
from privacy_center.records.case import Case
from privacy_center.records.letter import Letter
from privacy_center.settings import SettingsError
from privacy_center.worker.upkeep import Upkeep
from tests import builders
from tests.appealing import BRITAIN, DECISION, virginian
from tests.builders import ANSWER, MATCH, WORDS, seen, take
from tests.conftest import NORTHWIND, Clock
from tests.trust.rules import LIFTING_DAYS

__all__ = ["virginian"]
WHY = Facts(text="We have checked the data: they are right.")


async def restricted(center: Center, *, regime: str = "eu-gdpr") -> str:
    """A request that was granted."""
    return await builders.a_case(center, "fulfilled", regime=regime, right="restrict")


async def lea(center: Center) -> Actor:
    """The lead."""
    return (await builders.cast(center)).lea


async def announced(center: Center) -> tuple[str, Actor]:
    """A restriction whose lifting Lea has announced, and Lea."""
    reference, by = await restricted(center), await lea(center)
    await take(center, reference, "announce_lifting", WHY, by=by)
    return reference, by


async def taken(center: Center, reference: str, kind: str = lifting.LETTER) -> Letter:
    """The mail server takes the newest letter of this kind."""
    async with center.work(by=CLOCK) as work:
        case = await cases.locked(work, reference)
        letter = next(each for each in await letters.of_case(work, case) if each.kind == kind)
        await mailed.note_accepted(work, letter)
    return letter


async def kinds(center: Center, reference: str) -> list[str]:
    """What was written to the requester, in order."""
    async with center.reading(by=REQUESTER) as work:
        return [each.kind for each in await letters.of_case(work, await cases.seen(work, reference))][::-1]


async def lift(center: Center, reference: str, by: Actor) -> Case:
    """Lea lifts it."""
    return await take(center, reference, "lift_restriction", WHY, by=by)


@pytest.mark.parametrize("regime", ["eu-gdpr", "GB", "voluntary"])
async def test_it_is_lifted_after_its_letter_and_its_days(center: Center, clock: Clock, regime: str) -> None:
    reference, by = await restricted(center, regime=regime), await lea(center)
    case = await seen(center, reference)
    assert (case.state, case.disposition, case.restricted_at) == ("restricted", Disposition.fulfilled, clock.now)
    await take(center, reference, "announce_lifting", WHY, by=by)
    with pytest.raises(Refused, match="has not reached the person"):
        await lift(center, reference, by)
    await taken(center, reference)
    clock.forward(days=LIFTING_DAYS - 1)
    with pytest.raises(Refused, match="Not before 2026-12-08"):
        await lift(center, reference, by)
    clock.forward(days=1)
    after = await lift(center, reference, by)
    assert (after.state, after.disposition, after.closed_at) == ("closed", Disposition.fulfilled, case.closed_at)
    assert (after.restricted_at, after.lifted_at) == (None, clock.now)
    assert (await kinds(center, reference))[-3:] == ["fulfilment", "lifting", "lifted"]
    async with center.reading(by=REQUESTER) as work:
        assert [fault async for _, fault in proof.verify(work, reference)] == [None]


async def test_the_letter_says_why_from_when_and_how_to_answer(center: Center) -> None:
    reference, _ = await announced(center)
    async with center.reading(by=REQUESTER) as work:
        newest = (await letters.of_case(work, await cases.seen(work, reference)))[0]
        text = letters.words(work, newest)[1]
    assert "nothing will before 8 December 2026" in text
    assert "We have checked the data: they are right." in text
    assert "Tell us before that day" in text
    assert "right to complain to the data protection authority" in text
    async with center.reading(by=REQUESTER) as work:
        answer = (await letters.of_case(work, await cases.seen(work, reference)))[1]
        assert "Before we do, we write to you" in letters.words(work, answer)[1]


async def test_the_days_count_from_when_the_mail_server_took_it(center: Center, clock: Clock) -> None:
    reference, by = await announced(center)
    clock.forward(days=10)
    await taken(center, reference)
    clock.forward(days=LIFTING_DAYS - 1)
    with pytest.raises(Refused, match="Not before 2026-12-18"):
        await lift(center, reference, by)
    clock.forward(days=1)
    await lift(center, reference, by)


async def test_a_letter_that_came_back_counts_only_once_it_went_by_post(center: Center, clock: Clock) -> None:
    reference, by = await announced(center)
    letter = await taken(center, reference)
    clock.forward(days=LIFTING_DAYS + 1)
    async with center.work(by=by) as work:
        await returns.come_back(work, letter.id, reason="full", words="")
        alarms = select(Letter).where(col(Letter.kind) == returns.ALARM)
        assert list(await work.session.exec(alarms)), "staff hear of a letter that a restriction hangs on"
    with pytest.raises(Refused, match="came back"):
        await lift(center, reference, by)
    async with center.work(by=by) as work:
        await returns.tell_by_post(work, letter.id, evidence="Registered letter RR 123")
    clock.forward(days=LIFTING_DAYS - 1)
    with pytest.raises(Refused, match="Not before"):
        await lift(center, reference, by)
    clock.forward(days=1)
    await lift(center, reference, by)


async def test_whoever_answers_is_answered_first(center: Center, clock: Clock) -> None:
    reference, by = await announced(center)
    await taken(center, reference)
    clock.forward(days=LIFTING_DAYS)
    await take(center, reference, "write", Facts(text="The shoe size is still wrong."), by=REQUESTER)
    with pytest.raises(Refused, match="send them a message first"):
        await lift(center, reference, by)
    await take(center, reference, "inform", Facts(text="It was 42 in the shop, too."), by=by)
    await lift(center, reference, by)


async def test_an_announcement_is_taken_back_and_begins_anew(center: Center, clock: Clock) -> None:
    reference, by = await announced(center)
    await taken(center, reference)
    await take(center, reference, "write", WORDS, by=REQUESTER)
    kept = await take(center, reference, "keep_restricted", Facts(text="You are right."), by=by)
    assert (kept.state, kept.restricted_at is not None) == ("restricted", True)
    clock.forward(days=LIFTING_DAYS)
    with pytest.raises(Refused, match="at “Restricted”"):
        await lift(center, reference, by)
    await take(center, reference, "announce_lifting", WHY, by=by)
    with pytest.raises(Refused, match="has not reached the person"):
        await lift(center, reference, by)
    assert (await kinds(center, reference))[-3:] == ["lifting", "still_restricted", "lifting"]


async def test_only_a_lead_ends_a_restriction(center: Center, clock: Clock) -> None:
    reference = await restricted(center)
    staff = await builders.cast(center)
    with pytest.raises(Refused, match="another role"):
        await take(center, reference, "announce_lifting", WHY, by=staff.hana)
    await take(center, reference, "announce_lifting", WHY, by=staff.lea)
    await taken(center, reference)
    clock.forward(days=LIFTING_DAYS)
    for by in (staff.hana, CLOCK, REQUESTER):
        with pytest.raises(Refused, match="another role"):
            await lift(center, reference, by)


async def actions(center: Center, reference: str) -> list[tuple[str, str]]:
    """Who was told what of a case."""
    async with center.reading(by=REQUESTER) as work:
        told = await telling.about(work, await cases.seen(work, reference))
    return [(each.recipient, each.what["action"]) for each in told]


async def test_whoever_was_asked_to_restrict_hears_that_it_is_over(center: Center, clock: Clock) -> None:
    reference, by = await announced(center)
    await taken(center, reference)
    clock.forward(days=LIFTING_DAYS)
    assert await actions(center, reference) == [("parcelpost", "restriction")]
    await lift(center, reference, by)
    assert await actions(center, reference) == [("parcelpost", "restriction"), ("parcelpost", "lifting")]


async def test_retention_never_destroys_a_case_whose_restriction_stands(center: Center, clock: Clock) -> None:
    reference = await restricted(center)
    await Upkeep(center).once()
    assert (await seen(center, reference)).forget_at is None
    clock.forward(days=20 * 366)
    await Upkeep(center).once()
    async with center.work(by=CLOCK) as work:
        assert await retention.forget(work, await cases.locked(work, reference)) is None
    assert (await seen(center, reference)).salt is not None
    by = await lea(center)
    await take(center, reference, "announce_lifting", WHY, by=by)
    await taken(center, reference)
    clock.forward(days=LIFTING_DAYS)
    await lift(center, reference, by)
    await Upkeep(center).once()
    case = await seen(center, reference)
    assert case.review_at is not None
    assert case.forgotten_at is None
    assert case.review_at > clock.now + timedelta(days=2 * 365), "its period begins when the restriction is lifted"
    clock.now = case.review_at + retention.REVIEW
    await Upkeep(center).once()
    assert (await seen(center, reference)).forgotten_at == clock.now


async def test_no_refusal_and_no_withdrawal_ends_it(virginian: Center) -> None:
    reference, by = await restricted(virginian, regime=BRITAIN), await lea(virginian)
    async with virginian.work(by=REQUESTER) as work:
        case = await cases.locked(work, reference)
        second = (await appeals.complain(work, case, "Only half of it is restricted.")).reference
    other = await builders.member(virginian, "olga@northwind.example", Role.lead)
    await take(virginian, second, "fulfil", DECISION, by=other)
    case = await take(virginian, reference, "reconsider", by=by)
    assert (case.state, case.restricted_at is not None) == ("reviewing", True)
    refusal = Facts(text="No.", ground="no_data_held")
    for name, who in (("deny", by), ("withdraw", await builders.fresh(virginian, reference))):
        with pytest.raises(Refused, match="only after a letter"):
            await take(virginian, reference, name, refusal, by=who)
    again = await take(virginian, reference, "fulfil", ANSWER, by=by)
    assert (again.state, again.restricted_at) == ("restricted", case.restricted_at)


async def test_the_period_is_the_installation_s(environ: dict[str, str], clock: Clock, tmp_path: Path) -> None:
    given = NORTHWIND.read_text(encoding="utf-8").replace("lifting_days = 14", "lifting_days = 30")
    (path := tmp_path / "patient.toml").write_text(given, encoding="utf-8")
    house = await Center.open(settings_module.read({**environ, "PRIVACY_CENTER_INSTALLATION": str(path)}), now=clock)
    try:
        async with house.reading(by=REQUESTER) as work:
            assert lifting.earliest(work) == date(2026, 12, 24)
    finally:
        await house.close()
    path.write_text(given.replace("lifting_days = 30", "lifting_days = 0"), encoding="utf-8")
    with pytest.raises(SettingsError, match="lifting_days must be at least 1"):
        await Center.open(settings_module.read({**environ, "PRIVACY_CENTER_INSTALLATION": str(path)}), now=clock)


async def test_the_desk_lists_what_stands_and_first_what_is_to_end(center: Center, clock: Clock) -> None:
    first, by = await announced(center)
    clock.forward(days=-1)
    second = await builders.file(center, right="restrict", email="grace@people.example")
    await builders.prove(center, second)
    await take(center, second, "match", MATCH, by=by)
    await take(center, second, "fulfil", ANSWER, by=by)
    async with center.reading(by=by) as work:
        assert [case.reference for case in await lifting.standing(work)] == [first, second]
        assert await lifting.under_way(work) == 1
        own = work.house.keys.index("email", "grace@people.example")
        assert [case.reference for case in await lifting.standing(work, but=own)] == [first]


async def test_the_person_reads_it_in_their_story(center: Center, clock: Clock) -> None:
    reference, by = await announced(center)
    await taken(center, reference)
    clock.forward(days=LIFTING_DAYS)
    await lift(center, reference, by)
    async with center.reading(by=REQUESTER) as work:
        case = await cases.seen(work, reference)
        workflow = work.house.library.workflow_for("restrict")
        told = story.told(work, workflow, await trail.events(work, case), [])
    titles = [chapter.title for chapter in told]
    assert titles[:2] == ["The restriction was lifted", "We wrote to you that the restriction is to end"]
