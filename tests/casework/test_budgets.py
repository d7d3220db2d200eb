"""Budgets: how much mail strangers can cause, and that nothing of it is dropped (D11, S6, S8)."""

import pytest

from privacy_center.casework import alarms, budget, cases, digests, letters, mailed, sessions, sign_in, verification
from privacy_center.casework.refusals import Refused, TooMany
from privacy_center.casework.sessions import Visitor
from privacy_center.casework.work import CLOCK, REQUESTER
from privacy_center.center import Center
from privacy_center.links import Purpose
from privacy_center.records.letter import Delivery, Letter
from tests import builders
from tests.conftest import Clock


async def mails(center: Center) -> list[Letter]:
    """The letters that go out as mails."""
    from sqlmodel import col, select

    async with center.reading(by=REQUESTER) as work:
        query = select(Letter).where(col(Letter.delivery) != Delivery.held, col(Letter.folded_into).is_(None))
        return list(await work.session.exec(query.order_by(col(Letter.id))))


async def fold(center: Center) -> None:
    """What the sweep does."""
    async with center.reading(by=CLOCK) as work:
        flooded = await digests.due(work)
    for index in flooded:
        async with center.work(by=CLOCK) as work:
            await digests.fold(work, index)


async def test_a_flood_makes_three_mails_and_loses_no_request(center: Center, clock: Clock) -> None:
    references = [await builders.file(center) for _ in range(40)]
    await fold(center)
    clock.forward(minutes=11)
    await fold(center)
    await fold(center)
    sent = await mails(center)
    assert [letter.kind for letter in sent] == ["acknowledgement", "acknowledgement", "digest"]
    async with center.work(by=CLOCK) as work:
        digest = await work.session.get(Letter, sent[-1].id)
        assert digest is not None
        _, body = letters.words(work, digest)
        await mailed.note_accepted(work, digest)
    assert all(reference in body for reference in references[2:])
    for reference in references:
        async with center.reading(by=REQUESTER) as work:
            (letter,) = await letters.of_case(work, await cases.seen(work, reference))
        assert letter.delivery != Delivery.held


async def test_one_ending_letter_tells_of_all_that_nobody_confirmed(center: Center, clock: Clock) -> None:
    references = [await builders.file(center) for _ in range(12)]
    clock.forward(minutes=11)
    await fold(center)
    clock.forward(days=31)
    for reference in references:
        async with center.work(by=CLOCK) as work:
            await alarms.catch_up(work, await cases.locked(work, reference))
    clock.forward(minutes=11)
    await fold(center)
    kinds = [letter.kind for letter in await mails(center)]
    assert kinds == ["acknowledgement", "acknowledgement", "digest", "unverified", "unverified", "digest"]


async def test_a_mailbox_that_has_answered_always_passes(center: Center) -> None:
    first = await builders.file(center)
    await builders.prove(center, first)
    for _ in range(5):
        await builders.file(center)
    assert [letter.kind for letter in await mails(center)].count("acknowledgement") == 6


async def test_another_mailbox_is_not_held_up(center: Center) -> None:
    for _ in range(10):
        await builders.file(center, email=builders.MALLORY)
    await builders.file(center, email=builders.ADA)
    async with center.reading(by=REQUESTER) as work:
        indexes = {letter.mailbox for letter in await mails(center)}
        assert work.house.keys.index("email", builders.ADA) not in indexes - {None}
    assert len(await mails(center)) == 3


async def test_whoever_signs_in_by_the_mailbox_confirms_each_request_by_a_click(center: Center) -> None:
    references = [await builders.file(center) for _ in range(3)]
    async with center.work(by=REQUESTER) as work:
        cookie = sessions.open_requester(work, index=work.house.keys.index("email", builders.ADA))
    visitor = await signed_in(center, cookie)
    async with center.work(by=REQUESTER) as work:
        await verification.confirm_here(work, visitor, await cases.locked(work, references[-1]))
    assert (await builders.seen(center, references[-1])).state == "reviewing"
    assert (await builders.seen(center, references[0])).state == "unverified", "each needs its own click"


async def test_a_session_for_one_case_confirms_no_other(center: Center) -> None:
    own, other = await builders.file(center), await builders.file(center)
    async with center.work(by=REQUESTER) as work:
        cookie = sessions.open_requester(work, case=await cases.locked(work, own))
    visitor = await signed_in(center, cookie)
    with pytest.raises(Refused):
        async with center.work(by=REQUESTER) as work:
            await verification.confirm_here(work, visitor, await cases.locked(work, other))


async def signed_in(center: Center, cookie: str) -> Visitor:
    async with center.reading(by=REQUESTER) as work:
        found = await sessions.visitor(work, cookie)
    assert found is not None
    return found


async def test_a_mail_that_does_not_pass_leaves_the_last_code_alive(center: Center, clock: Clock) -> None:
    reference = await builders.file(center)
    for _ in range(3):
        await builders.file(center)
    async with center.work(by=REQUESTER) as work:
        asked = await builders.challenge(work, reference)
        asked.mailed = True
        code = work.house.links.code(str(asked.id), asked.attempt)
    clock.forward(minutes=3)
    async with center.work(by=REQUESTER) as work:
        await verification.send_again(work, reference, builders.ADA)
        await sign_in.ask(work, builders.ADA, language="en")
    async with center.work(by=REQUESTER) as work:
        assert await verification.confirm_code(work, reference, code) is not None


async def test_an_office_of_three_hundred_posts_without_delay(center: Center) -> None:
    async with center.work(by=REQUESTER) as work:
        for _ in range(300):
            await budget.check_network(work, "192.0.2.7")


async def test_one_network_is_stopped_only_far_beyond_that(center: Center) -> None:
    async with center.work(by=REQUESTER) as work:
        for _ in range(budget.POSTS_PER_HOUR):
            await budget.check_network(work, "2001:db8::1")
        with pytest.raises(TooMany):
            await budget.check_network(work, "2001:db8::2")  # the same household
        await budget.check_network(work, "192.0.2.7")


async def test_a_digest_names_no_word_of_the_filers_and_opens_by_its_link(center: Center, clock: Clock) -> None:
    for _ in range(4):
        await builders.file(center, name="Ada <b>", note="secret note")
    clock.forward(minutes=11)
    await fold(center)
    digest = (await mails(center))[-1]
    async with center.work(by=REQUESTER) as work:
        letter = await work.session.get(Letter, digest.id)
        assert letter is not None
        _, body = letters.words(work, letter)
        token = work.house.links.sign(Purpose.sign_in, letter.challenges["sign_in"])
        assert await sign_in.by_link(work, token)
    assert "secret note" not in body
    assert "Ada <b>" not in body


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "We aim to answer by 24 December 2026; the limit is 24 December 2026."),
        (31, "You should have had our answer by 24 December 2026. That day has passed, and we are sorry."),
    ],
)
async def test_a_digest_promises_no_day_that_has_passed(center: Center, clock: Clock, days: int, said: str) -> None:
    for _ in range(4):
        await builders.file(center)
    clock.forward(minutes=11, days=days)
    await fold(center)
    async with center.reading(by=REQUESTER) as work:
        _, body = letters.words(work, (await mails(center))[-1])
    assert body.count(said) == 2
    assert ("We aim" in body) == (not days)
