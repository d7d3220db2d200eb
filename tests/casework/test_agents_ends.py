"""Endings of what agents made: the budget of the person's mailbox holds, and no ending goes without its reasons."""

import pytest

from privacy_center.casework import challenges, deadlines, digests, editions, intake, letters, steps, vault
from privacy_center.casework.facts import Facts
from privacy_center.casework.intake import Filing
from privacy_center.casework.work import CLOCK
from privacy_center.center import Center
from privacy_center.links import Purpose
from privacy_center.records.letter import Delivery
from tests import builders
from tests.agents import WORDS, act, agents_cases, posted
from tests.builders import ADA, OTTO
from tests.conftest import Clock


async def test_endings_keep_to_the_budget_of_the_mailbox_and_the_digest_says_how_why_and_what_then(
    center: Center, clock: Clock
) -> None:
    staff = await builders.cast(center)
    for number in range(8):
        await act(center, email=f"otto{number}@agents.example", purposes=("sale",))
    clock.forward(hours=25)
    *most, last = [case.reference for case in await agents_cases(center)]
    for reference in most:
        await builders.take(center, reference, "apply", Facts(text=f"Stopped {reference}."), by=staff.hana)
    await builders.take(center, last, "doubt", Facts(text="This is ours alone."), by=staff.hana)
    why = Facts(text="The signature is that of somebody else.", ground="suspected_fraud")
    await builders.take(center, last, "refuse", why, by=staff.lea)
    ended = [state for kind, _, state in await posted(center, ADA) if kind == "agent_ended"]
    assert (ended.count(Delivery.queued), ended.count(Delivery.held)) == (2, 6)  # D11, S8
    clock.forward(minutes=61)
    async with center.work(by=CLOCK) as work:
        for index in await digests.due(work):
            await digests.fold(work, index)
    _, words, _ = next(each for each in (await posted(center, ADA))[::-1] if each[0] == "digest")
    for reference in most[2:]:
        assert f"Stopped {reference}." in words
    (line,) = [line for line in words.splitlines() if line.startswith(f"- {last}") and "accept" in line]
    assert "We do not accept it as made for you. The ground: " in line
    assert "Our reasons: The signature is that of somebody else." in line
    assert "This is ours alone." not in words
    for typed in ("Otto", "agents.example", WORDS.words, WORDS.signer):
        assert typed not in words  # D12


async def test_no_ending_is_only_counted(center: Center, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    staff = await builders.cast(center)
    monkeypatch.setattr(digests, "NAMED", 1)
    for number in range(6):
        await act(center, email=f"otto{number}@agents.example", purposes=("sale",))
    for case in await agents_cases(center):
        await builders.take(center, case.reference, "apply", Facts(text=f"Done: {case.reference}."), by=staff.hana)
    clock.forward(minutes=11)
    async with center.work(by=CLOCK) as work:
        for index in await digests.due(work):
            await digests.fold(work, index)
    _, words, _ = next(each for each in (await posted(center, ADA))[::-1] if each[0] == "digest")
    for case in await agents_cases(center):
        assert f"Done: {case.reference}." in words
    assert "And 3 more of the same kind" in words  # of six first letters two went out at once, and one is named


async def test_a_digest_names_the_authority_for_an_ending(center: Center) -> None:
    staff = await builders.cast(center)
    async with center.work(by=staff.hana) as work:
        filing = Filing(("object_direct_marketing",), "DE", OTTO, channel="agent")
        (case,) = await intake.open_cases(work, filing)
        await steps.take(work, case, "apply", Facts(text="Stopped."))
        clock, mailbox = await deadlines.clock(work, case), await vault.mailbox(work, case)
        more = {"purposes": ()}
        ended = await letters.write(
            work, case, "agent_ended", clock=clock, mailbox=mailbox, facts=Facts(), passes=False, more=more
        )
        told = await digests.context(work, [ended])
        asked = challenges.new(work, Purpose.sign_in, mailbox.index)
        digest = await letters.write_to_mailbox(work, "digest", ADA, asked, language="en", context=told)
        regime = await editions.regime(work, case)
        _, words = letters.words(work, digest)
    assert regime.regulator_name
    assert f"You have the right to complain to {regime.regulator_name}." in words
    assert f"- {case.reference}: " in words
    assert "It is done, and it holds until you change it. What we have done: Stopped." in words
