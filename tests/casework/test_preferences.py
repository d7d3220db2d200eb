"""Choices: a no acts at once, a yes needs proof, the signal wins, and the history only grows."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from privacy_center.casework import fingerprints, lookups, preferences
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.lookups import Answer, Reason
from privacy_center.casework.preferences import Consent, Said
from privacy_center.casework.refusals import Invalid, Refused
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.records.preference import Choice, Source
from privacy_center.settings import SettingsError
from tests.builders import ADA, MALLORY
from tests.conftest import Clock

WHO = Identity("email", ADA)
PROVED = Identity("email", ADA, proved=True)
BUTTON = Said(("sale", "sharing"), Source.button)


async def no(center: Center, said: Said = BUTTON, who: Identity | None = WHO) -> preferences.Pressed:
    """Somebody says no."""
    async with center.work(by=REQUESTER) as work:
        return await preferences.say_no(work, said, identity=who)


async def yes(center: Center, who: Identity | None = PROVED, *, signal: bool = False, said: Said = BUTTON) -> None:
    """Somebody says yes, in two steps."""
    async with center.work(by=REQUESTER) as work:
        consent = Consent("2026-11-01", shown_at=work.now, given_at=work.now, signal=signal)
        await preferences.say_yes(work, said, consent, identity=who)


async def ask(center: Center, purpose: str, *, place: str = "", who: Identity = WHO, under_16: bool = False) -> Answer:
    """What a system of the house is told."""
    async with center.reading(by=REQUESTER) as work:
        person = (await fingerprints.find(work, [who.digest])).get(who.digest)
        (found,) = await lookups.answers(work, [person], [purpose], place=place, under_16=under_16)
    return found[purpose]


async def test_a_no_without_any_proof_stands_at_once(center: Center) -> None:
    pressed = await no(center)
    assert pressed.press.startswith("PC-")
    answer = await ask(center, "sale", place="US-CA")
    assert (answer.allowed, answer.reason) == (False, Reason.opted_out)
    assert "1798.120" in answer.basis


async def test_it_says_nothing_of_anybody_else_or_of_anything_else(center: Center) -> None:
    await no(center)
    assert (await ask(center, "training", place="US-OH")).allowed
    assert (await ask(center, "sale", place="US-OH", who=Identity("email", MALLORY))).reason == Reason.consent_needed


async def test_where_the_law_wants_a_yes_first_silence_is_no(center: Center) -> None:
    for place in ("DE", ""):
        answer = await ask(center, "sharing", place=place)
        assert (answer.allowed, answer.reason) == (False, Reason.consent_needed)
        assert "2002/58" in answer.basis


async def test_nobody_under_16_is_sold_before_a_yes_of_their_own(center: Center) -> None:
    answer = await ask(center, "training", place="US-CA", under_16=True)
    assert (answer.allowed, answer.reason) == (False, Reason.under_16)


async def test_a_yes_for_an_identity_needs_the_proof_of_this_session(center: Center) -> None:
    await no(center)
    with pytest.raises(Refused):
        await yes(center, WHO)
    assert not (await ask(center, "sale", place="US-CA")).allowed
    await yes(center, PROVED)
    assert (await ask(center, "sale", place="US-CA")).reason == Reason.opted_in


async def test_the_signal_wins_and_only_a_yes_given_under_it_outranks_it(center: Center, clock: Clock) -> None:
    await yes(center)
    async with center.work(by=REQUESTER) as work:
        assert (await preferences.signalled(work, WHO)) is not None
    assert not (await ask(center, "sale", place="US-CA")).allowed
    clock.forward(minutes=1)
    await yes(center, signal=True)
    async with center.work(by=REQUESTER) as work:
        assert await preferences.signalled(work, WHO) is None
    assert (await ask(center, "sale", place="US-CA")).allowed


async def test_a_signal_that_changes_nothing_writes_nothing(center: Center) -> None:
    for _ in range(3):
        async with center.work(by=REQUESTER) as work:
            await preferences.signalled(work, WHO)
    async with center.reading(by=REQUESTER) as work:
        person = (await fingerprints.find(work, [WHO.digest]))[WHO.digest]
        rows = await preferences.history(work, person)
    assert {row.purpose for row in rows} == {"sale", "sharing"}
    assert len(rows) == 2


async def test_for_twelve_months_nobody_who_said_no_is_asked(center: Center) -> None:
    await no(center)
    answer = await ask(center, "sale")
    assert answer.ask_again is not None
    assert answer.ask_again.isoformat() == "2027-11-24"


@pytest.mark.parametrize("names", [(), ("salt",), ("sale", "x" * 500)])
async def test_an_unknown_purpose_is_a_mistake_and_writes_nothing(center: Center, names: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        await no(center, Said(names, Source.button))
    async with center.reading(by=REQUESTER) as work:
        assert not await fingerprints.find(work, [WHO.digest])


@pytest.mark.parametrize("act", ["UPDATE pc_preference SET choice = 'in'", "DELETE FROM pc_preference"])
async def test_the_history_is_only_added_to(center: Center, act: str) -> None:
    await no(center)
    with pytest.raises(DBAPIError, match="append-only"):
        async with center.work(by=REQUESTER) as work:
            await (await work.session.connection()).execute(text(act))
    assert not (await ask(center, "sale")).allowed


async def test_a_choice_of_one_browser_names_nobody(center: Center) -> None:
    pressed = await no(center, who=None)
    assert not pressed.identity
    assert pressed.choice is Choice.out
    assert (await ask(center, "sale", place="US-OH")).reason == Reason.consent_needed


async def test_a_key_that_made_fingerprints_is_missed_at_the_start(center: Center, environ: dict[str, str]) -> None:
    from privacy_center import settings
    from tests.conftest import key

    await no(center)
    newer = settings.read(environ | {"PRIVACY_CENTER_INDEX_KEY": f"{key('newer')},{key('index')}"})
    second = await Center.open(newer)
    assert not (await ask(second, "sale")).allowed
    await second.close()
    lost = settings.read(environ | {"PRIVACY_CENTER_INDEX_KEY": key("index")})
    with pytest.raises(SettingsError, match="is missing"):
        await Center.open(lost)
