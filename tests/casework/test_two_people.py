"""Two people stand behind a refusal for fraud, or because the person did not ask (D14, D23)."""

from dataclasses import replace

import pytest

from privacy_center.casework.facts import Facts
from privacy_center.casework.refusals import Invalid
from privacy_center.center import Center
from privacy_center.law.terms import Disposition
from tests import builders
from tests.conftest import Clock


async def test_not_from_the_person_takes_two_people(center: Center, clock: Clock) -> None:
    reference = await builders.a_case(center, "reviewing")
    staff = await builders.cast(center)
    refusal = Facts(text="The owner of the mailbox says so.", ground="not_requested")
    with pytest.raises(Invalid, match="two people"):
        await builders.take(center, reference, "deny", refusal, by=staff.lea)
    await builders.take(center, reference, "doubt", by=staff.lea)
    with pytest.raises(Invalid, match="two people"):
        await builders.take(center, reference, "deny", refusal, by=staff.lea)
    clock.forward(days=2)
    with pytest.raises(Invalid, match="two people"):
        await builders.take(center, reference, "deny", refusal, by=staff.lea)  # no house of one
    await builders.take(center, reference, "doubt", by=staff.hana)
    await builders.take(center, reference, "deny", refusal, by=staff.lea)
    assert (await builders.seen(center, reference)).disposition == Disposition.denied


async def test_four_eyes_never_hold_an_answer_past_its_date(center: Center, clock: Clock) -> None:
    reference = await builders.a_case(center, "reviewing")
    staff = await builders.cast(center)
    await builders.take(center, reference, "doubt", by=staff.lea)
    clock.forward(days=30)
    refusal = Facts(text="The owner of the mailbox says so.", ground="not_requested")
    await builders.take(center, reference, "deny", refusal, by=staff.lea)
    assert (await builders.seen(center, reference)).disposition == Disposition.denied


async def test_a_house_of_one_waits_a_day_instead_of_a_second_person(center: Center, clock: Clock) -> None:
    center.house = replace(center.house, installation=replace(center.house.installation, solo=True))
    reference = await builders.a_case(center, "reviewing")
    staff = await builders.cast(center)
    refusal = Facts(text="The owner of the mailbox says so.", ground="not_requested")
    await builders.take(center, reference, "doubt", by=staff.lea)
    with pytest.raises(Invalid, match="two people"):
        await builders.take(center, reference, "deny", refusal, by=staff.lea)
    clock.forward(hours=24)
    await builders.take(center, reference, "deny", refusal, by=staff.lea)
    assert (await builders.seen(center, reference)).disposition == Disposition.denied
