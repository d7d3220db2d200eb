"""“This was not me”: the page of a request that waits for a review."""

from privacy_center.casework.facts import Facts
from privacy_center.center import Center
from privacy_center.links import Purpose
from tests import builders
from tests.trust import doors

STOPPED = "Stopped until a person has looked into it"


async def disputed(center: Center) -> str:
    """A request whose mailbox has said that it did not ask."""
    reference = await builders.a_case(center, "unverified")
    await doors.mailed(center, reference)
    token = await doors.token(center, reference, Purpose.not_me, asked=Purpose.verify)
    code = await doors.code(center, reference)
    answer = await doors.press(doors.visitor(center), f"/not-me/{token}", code=code)
    assert "Thank you for telling us" in answer.text
    return reference


async def test_while_it_is_stopped_the_page_asks_nothing(center: Center) -> None:
    reference = await disputed(center)
    page = (await (await doors.requester(center, reference)).get(f"/requests/{reference}")).text
    assert STOPPED in page
    assert "You are waiting for us." in page
    assert "Yes, this was me" not in page, "what is stopped cannot be confirmed"
    assert "/verify?reference" not in page


async def test_once_it_is_closed_nothing_is_stopped_any_more(center: Center) -> None:
    reference = await disputed(center)
    staff = await builders.cast(center)
    refusal = Facts(text="We looked.", ground="no_data_held")
    await builders.take(center, reference, "deny", refusal, by=staff.lea)
    page = (await (await doors.requester(center, reference)).get(f"/requests/{reference}")).text
    assert "Refused" in page
    assert STOPPED not in page
