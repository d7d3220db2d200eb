"""Duplicates are linked, never absorbed: the first filer locks nobody out, and nobody rides on another's proof (S5)."""

import itertools

import pytest

from privacy_center.casework import cases, queries
from privacy_center.casework.refusals import Refused
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from tests import builders
from tests.builders import ANSWER


@pytest.mark.parametrize("proved", list(itertools.product([True, False], repeat=3)))
async def test_each_is_confirmed_by_itself_in_every_order(center: Center, proved: tuple[bool, ...]) -> None:
    references = [await builders.file(center, right="delete") for _ in proved]
    for reference, proves in zip(references, proved, strict=True):
        if proves:
            await builders.prove(center, reference)
    states = [(await builders.seen(center, reference)).state for reference in references]
    assert states == ["reviewing" if proves else "unverified" for proves in proved]
    assert [await builders.mailbox_proved(center, reference) for reference in references] == list(proved)


async def test_a_match_on_one_opens_nothing_on_another(center: Center) -> None:
    first = await builders.a_case(center, "matched")
    second = await builders.a_case(center, "reviewing")
    staff = await builders.cast(center)
    with pytest.raises(Refused, match="on file before"):
        await builders.take(center, second, "fulfil", ANSWER, by=staff.hana)
    await builders.take(center, first, "fulfil", ANSWER, by=staff.hana)


async def test_the_desk_sees_them_side_by_side(center: Center) -> None:
    references = [await builders.file(center) for _ in range(3)]
    await builders.file(center, email=builders.MALLORY)
    async with center.reading(by=REQUESTER) as work:
        linked = await queries.linked(work, await cases.seen(work, references[1]))
    assert [case.reference for case in linked] == [references[2], references[0]]
