"""Corrections: two people put a wrong row right, and no yes comes of it that the person did not give."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from privacy_center.casework import corrections, fingerprints, lookups, preferences, recorded
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.preferences import Consent, Said
from privacy_center.casework.recorded import Came
from privacy_center.casework.refusals import Invalid, NotFound, Refused
from privacy_center.casework.work import OPERATOR, REQUESTER, Actor, Work
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.records.event import HouseEvent
from privacy_center.records.preference import Choice, Preference, Source
from privacy_center.records.telling import Telling
from tests import builders
from tests.builders import ADA, HANA, LEA
from tests.conftest import Clock

WHO = Identity("email", ADA)
PROVED = Identity("email", ADA, proved=True)
SALE = ("sale",)
LETTER = Came(SALE, "letter", None)
WHY = "The letter was Ada Smith's, not hers."


async def no(center: Center, identity: Identity = WHO, source: Source = Source.button) -> None:
    """Somebody says no to the sale of their data."""
    async with center.work(by=REQUESTER) as work:
        await preferences.say_no(work, Said(SALE, source), identity=identity)


async def yes(center: Center, **more: bool | str) -> None:
    """Ada says yes, with proof."""
    async with center.work(by=REQUESTER) as work:
        consent = replace(Consent("2026-11-01", shown_at=work.now, given_at=work.now), **more)  # type: ignore[arg-type]
        await preferences.say_yes(work, Said(SALE, Source.button), consent, identity=PROVED)


async def person(work: Work, identity: Identity = WHO) -> UUID:
    """The fingerprint of somebody we know."""
    return (await fingerprints.find(work, [identity.digest]))[identity.digest]


async def rows(center: Center) -> list[Preference]:
    """Ada's history, the newest first."""
    async with center.reading(by=REQUESTER) as work:
        return await preferences.history(work, await person(work))


async def doubt(center: Center, by: Actor, number: int | None = None, why: str = WHY) -> UUID:
    """A doubt about a row, the newest where none is named."""
    newest = (await rows(center))[0].number
    async with center.work(by=by) as work:
        return (await corrections.doubt(work, number or newest or 0, why, person=await person(work))).id


async def decide(center: Center, by: Actor, correction: UUID, *, agree: bool = True) -> None:
    """A decision on a doubt."""
    async with center.work(by=by) as work:
        await corrections.decide(work, correction, agree=agree)


async def house_events(center: Center, *steps: str) -> list[HouseEvent]:
    """The house's trail, as far as these steps go."""
    async with center.reading(by=REQUESTER) as work:
        query = select(HouseEvent).where(col(HouseEvent.step).in_(steps)).order_by(col(HouseEvent.number))
        return list(await work.session.exec(query))


async def test_a_wrong_no_gives_way_to_what_stood_before(center: Center) -> None:
    staff = await builders.cast(center)
    await yes(center, signal=True, young="own")
    await no(center)
    wrong, given = await rows(center)
    await decide(center, staff.lea, await doubt(center, staff.hana))
    again = (await rows(center))[0]
    assert (again.choice, again.source) == (Choice.in_, Source.correction)
    assert again.facts["of"] == wrong.number
    assert again.facts["again"] == given.number
    for kept in ("notice", "given_at", "signal", "young"):
        assert again.facts[kept] == given.facts[kept]


async def test_where_nothing_stood_before_nothing_stands(center: Center) -> None:
    staff = await builders.cast(center)
    await no(center)
    await decide(center, staff.lea, await doubt(center, staff.hana))
    again, wrong = await rows(center)
    assert (again.choice, again.facts["of"]) == (Choice.undone, wrong.number)
    async with center.reading(by=REQUESTER) as work:
        (known, unknown) = await lookups.answers(work, [await person(work), None], SALE, place="DE")
    assert known["sale"].reason == unknown["sale"].reason == "consent_needed"


async def test_whoever_was_told_of_the_wrong_row_is_told_of_the_right_one(center: Center) -> None:
    staff = await builders.cast(center)
    await yes(center)
    await no(center)
    await decide(center, staff.lea, await doubt(center, staff.hana))
    async with center.reading(by=REQUESTER) as work:
        told = await work.session.exec(select(Telling).order_by(col(Telling.id)))
        said: dict[str, list[str]] = {}
        for telling in told:
            said.setdefault(telling.recipient, []).append(telling.what["sale"])
    assert said
    assert all(words == ["in", "out", "in"] for words in said.values())


async def test_a_no_never_becomes_a_yes_that_nobody_gave(center: Center) -> None:
    staff = await builders.cast(center)
    await yes(center)
    await no(center)
    await no(center, source=Source.api)
    await decide(center, staff.lea, await doubt(center, staff.hana))
    assert (await rows(center))[0].choice == Choice.out
    await decide(center, staff.lea, await doubt(center, staff.hana))
    assert (await rows(center))[0].choice == Choice.out


async def test_a_wrong_yes_gives_way_to_the_no_before_it(center: Center) -> None:
    staff = await builders.cast(center)
    await no(center)
    await yes(center)
    await decide(center, staff.lea, await doubt(center, staff.hana))
    again = (await rows(center))[0]
    assert again.choice == Choice.out
    assert "notice" not in again.facts


async def test_a_decision_to_leave_it_changes_nothing(center: Center) -> None:
    staff = await builders.cast(center)
    await no(center)
    correction = await doubt(center, staff.hana)
    await decide(center, staff.lea, correction, agree=False)
    assert len(await rows(center)) == 1
    with pytest.raises(Refused, match="decided already"):
        await decide(center, staff.lea, correction)
    assert [event.facts["agreed"] for event in await house_events(center, corrections.DECIDED)] == [False]
    await decide(center, staff.lea, await doubt(center, staff.hana))
    assert (await rows(center))[0].choice == Choice.undone


async def test_nobody_decides_about_their_own_doubt(center: Center) -> None:
    staff = await builders.cast(center)
    await no(center)
    correction = await doubt(center, staff.lea)
    with pytest.raises(Refused, match="Somebody else"):
        await decide(center, staff.lea, correction)
    with pytest.raises(Refused, match="A lead decides"):
        await decide(center, staff.hana, correction)
    assert len(await rows(center)) == 1
    await decide(center, await builders.member(center, "lou@northwind.example", Role.lead), correction)
    assert len(await rows(center)) == 2


async def test_a_house_of_one_lets_a_day_pass(center: Center, clock: Clock) -> None:
    center.house = replace(center.house, installation=replace(center.house.installation, solo=True))
    lea = await builders.member(center, LEA, Role.lead)
    await no(center)
    correction = await doubt(center, lea)
    clock.forward(hours=23, minutes=59)
    with pytest.raises(Refused, match="24 hours"):
        await decide(center, lea, correction)
    clock.forward(minutes=1)
    await decide(center, lea, correction)
    assert (await rows(center))[0].choice == Choice.undone


async def test_a_later_word_is_never_written_over(center: Center) -> None:
    staff = await builders.cast(center)
    await yes(center)
    await no(center)
    correction = await doubt(center, staff.hana)
    await no(center)
    with pytest.raises(Refused, match="later row"):
        await decide(center, staff.lea, correction)
    assert [row.choice for row in await rows(center)] == ["out", "out", "in"]
    with pytest.raises(Refused, match="later row"):
        await doubt(center, staff.hana, (await rows(center))[2].number)
    await decide(center, staff.lea, correction, agree=False)


async def test_one_doubt_about_a_row_is_enough_and_it_needs_words(center: Center) -> None:
    staff = await builders.cast(center)
    await no(center)
    for why in (" ", "x" * 20_001):
        with pytest.raises(Invalid):
            await doubt(center, staff.hana, why=why)
    await doubt(center, staff.hana)
    with pytest.raises(Refused, match="open already"):
        await doubt(center, staff.lea)


async def test_a_row_of_somebody_else_is_not_found(center: Center) -> None:
    staff = await builders.cast(center)
    await no(center, Identity("email", "else@people.example"))
    await no(center)
    theirs = (await rows(center))[0].number or 0
    for number in (theirs - 1, 10**18):
        with pytest.raises(NotFound):
            await doubt(center, staff.hana, number)
    with pytest.raises(NotFound):
        await decide(center, staff.lea, uuid4())


async def test_the_reason_is_sealed_and_in_no_trail(center: Center) -> None:
    staff = await builders.cast(center)
    await no(center)
    correction = await doubt(center, staff.hana)
    async with center.reading(by=staff.lea) as work:
        found = await corrections.seen(work, correction)
        assert corrections.reason(work, found) == WHY
    assert WHY.encode() not in found.reason
    assert "Smith" not in str([event.facts for event in await house_events(center, corrections.DOUBTED)])


@pytest.mark.parametrize("email", [HANA, HANA.upper(), f" {HANA} "])
async def test_nobody_touches_choices_of_their_own_mailbox(center: Center, email: str) -> None:
    hana = await builders.member(center, HANA, Role.handler)
    own = fingerprints.named("email", email)
    assert own is not None
    await no(center, own)
    for act in (
        lambda work: recorded.look(work, own),
        lambda work: recorded.say_no(work, own, replace(LETTER, day=work.today)),
    ):
        with pytest.raises(Refused, match="your own"):
            async with center.work(by=hana) as work:
                await act(work)
    async with center.reading(by=REQUESTER) as work:
        who = await person(work, own)
        (row,) = await preferences.history(work, who)
    with pytest.raises(Refused, match="your own"):
        async with center.work(by=hana) as work:
            await corrections.doubt(work, row.number or 0, WHY, person=who)


async def test_nobody_decides_about_choices_of_their_own_mailbox(center: Center) -> None:
    staff = await builders.cast(center)
    own = Identity("email", LEA)
    await no(center, own)
    async with center.work(by=staff.hana) as work:
        who = await person(work, own)
        (row,) = await preferences.history(work, who)
        correction = await corrections.doubt(work, row.number or 0, WHY, person=who)
    with pytest.raises(Refused, match="your own"):
        await decide(center, staff.lea, correction.id)
    with pytest.raises(Refused, match="your own"):
        async with center.work(by=staff.lea) as work:
            await recorded.look_at(work, who)


async def test_an_auditor_reads_and_an_admin_does_not(center: Center) -> None:
    auditor = await builders.member(center, "audrey@northwind.example", Role.auditor)
    await no(center)
    async with center.work(by=auditor) as work:
        assert await recorded.look(work, WHO) == await person(work)
    with pytest.raises(Refused, match="auditor reads"):
        await doubt(center, auditor)
    with pytest.raises(Refused, match="sees nobody"):
        async with center.work(by=OPERATOR) as work:
            await recorded.look(work, WHO)
