"""Reception: one sending of one form opens each of its rights once, however often and however fast it comes."""

import asyncio

import pytest
from sqlmodel import select

from privacy_center.casework import budget, cases, intake, trail, vault
from privacy_center.casework.intake import Filing
from privacy_center.casework.refusals import TooMany
from privacy_center.casework.work import OPERATOR, REQUESTER
from privacy_center.center import Center
from privacy_center.records.case import Case
from privacy_center.records.letter import Delivery, Letter
from privacy_center.records.staff import Staff
from tests import builders


def form(*rights: str) -> Filing:
    """One form of Ada's, with these rights ticked."""
    return Filing(rights, "DE", builders.ADA, "Ada", "Please.", form_key="one form")


async def sent(center: Center, *rights: str) -> list[str]:
    """What a sending of the form opened."""
    async with center.work(by=REQUESTER) as work:
        return [case.right for case in await intake.open_cases(work, form(*rights))]


async def counted(center: Center) -> tuple[int, int]:
    """How many cases and how many letters there are."""
    async with center.reading(by=REQUESTER) as work:
        found = (await work.session.exec(select(Case))).all(), (await work.session.exec(select(Letter))).all()
    return len(found[0]), len(found[1])


async def test_a_form_that_is_sent_again_with_one_more_right_opens_that_alone(center: Center) -> None:
    assert await sent(center, "access") == ["access"]
    assert await sent(center, "access", "delete") == ["delete"]
    assert await sent(center, "access", "delete") == []
    assert await counted(center) == (2, 2)


async def test_a_form_that_is_sent_again_costs_nothing_of_the_mailbox_s_budget(center: Center) -> None:
    async with center.work(by=REQUESTER) as work:
        for _ in range(5):
            await intake.open_cases(work, form("access"), network="192.0.2.7")
        (letter,) = (await work.session.exec(select(Letter))).all()
        assert letter.delivery == Delivery.queued
        assert await budget.passes(work, work.house.keys.index("email", builders.ADA))  # the second of the hour
        for _ in range(budget.POSTS_PER_HOUR - 5):
            await budget.check_network(work, "192.0.2.7")
        with pytest.raises(TooMany):
            await intake.open_cases(work, form("access"), network="192.0.2.7")


async def test_clicks_at_the_same_moment_open_one_case_and_fail_nobody(center: Center) -> None:
    opened = await asyncio.gather(*(sent(center, "access", "delete") for _ in range(4)))
    assert sorted(right for rights in opened for right in rights) == ["access", "delete"]
    assert await counted(center) == (2, 2)


async def test_what_a_form_left_behind_is_whole_in_the_same_transaction(center: Center) -> None:
    async with center.work(by=REQUESTER) as work:
        (case,) = await intake.open_cases(work, form("access"))
        assert await cases.seen(work, case.reference) is case
        assert vault.address(work, await vault.mailbox(work, case)) == builders.ADA
        assert {text.kind for text in await vault.texts(work, case)} == {"name", "note"}
        assert [event.digest for event in await trail.events(work, case)]
        case.reminded = 7
    async with center.reading(by=REQUESTER) as work:
        again = await cases.seen(work, case.reference)
        assert (again.reminded, again.version) == (7, 2)


async def test_rows_of_others_in_the_transaction_stay_with_it(center: Center) -> None:
    async with center.work(by=OPERATOR) as work:
        member = Staff(email=b"sealed", email_index="hana", role="handler", created_at=work.now)
        work.session.add(member)
        await intake.open_cases(work, form("access"))
        member.email_index = "renamed"
    async with center.reading(by=OPERATOR) as work:
        (found,) = (await work.session.exec(select(Staff))).all()
    assert found.email_index == "renamed"
