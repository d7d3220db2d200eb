"""What recipients answer later: by a token or signed; whatever is forged, late or repeated changes nothing."""

import asyncio
import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from httpx2 import AsyncClient, Response
from sqlmodel import col, select

from privacy_center.casework import announcements, outcomes, telling
from privacy_center.casework.work import CLOCK
from privacy_center.center import Center
from privacy_center.mailroom import webhooks
from privacy_center.records.telling import Delivery, Telling
from tests.conftest import Clock
from tests.trust import doors
from tests.web.test_api_doors import is_problem
from tests.worker import hearing

BODIES: dict[str, str] = {
    "nothing": "",
    "no json": "{'status'",
    "a list": "[]",
    "no word": "{}",
    "a word that nobody knows": '{"status": "splendid"}',
    "our own word": '{"status": "confirmed"}',
    "a field too many": '{"status": "completed", "late": false}',
    "both ways at once": f'{{"status": "completed", "changes": [{{"id": "{uuid4()}", "status": "failed"}}]}}',
    "no change": '{"changes": []}',
    "a change of somebody else's": f'{{"changes": [{{"id": "{uuid4()}", "status": "completed"}}]}}',
    "a change without a word": f'{{"changes": [{{"id": "{uuid4()}"}}]}}',
    "an id that is none": '{"changes": [{"id": "1", "status": "completed"}]}',
    "a long message": json.dumps({"status": "completed", "message": "m" * 2001}),
    "a number": '{"status": 1}',
}


async def delivered(center: Center, *who: str) -> Delivery:
    """A delivery to AdReach about these people."""
    for each in who or ("ada@people.example",):
        await hearing.no(center, who=each)
    async with center.work(by=CLOCK) as work:
        await telling.gather(work)
        query = select(Delivery).where(col(Delivery.recipient) == "adreach").order_by(col(Delivery.id).desc())
        delivery = (await work.session.exec(query)).first()
        assert delivery is not None
        await outcomes.note_told(work, delivery)
    return delivery


async def rows(center: Center, delivery: UUID) -> list[Telling]:
    """What it tells, read anew."""
    async with center.reading(by=CLOCK) as work:
        return await outcomes.tellings(work, await work.session.get_one(Delivery, delivery))


def address(delivery: UUID | str) -> str:
    """Where a recipient answers."""
    return f"/api/v1/deliveries/{delivery}"


async def call(center: Center, delivery: UUID, body: object, *, token: str | None = None) -> Response:
    """Answer with the delivery's own token, or another."""
    shown = announcements.token(center.house, delivery) if token is None else token
    headers = {b"Content-Type": b"application/json", b"Authorization": f"Bearer {shown}".encode("latin-1")}
    content = body if isinstance(body, str) else json.dumps(body)
    return await doors.visitor(center).post(address(delivery), content=content, headers=headers)


async def said(center: Center, delivery: UUID) -> list[str]:
    """What stands of each change."""
    return [row.answer for row in await rows(center, delivery)]


async def test_one_word_answers_for_all_and_is_never_taken_back(center: Center, clock: Clock) -> None:
    delivery = await delivered(center, "ada@people.example", "otto@agents.example")
    answer = await call(center, delivery.id, {"status": "completed", "message": "ticket 4711"})
    first = answer.json()
    assert (answer.status_code, first["delivery"]) == (200, str(delivery.id))
    assert [change["status"] for change in first["changes"]] == ["confirmed", "confirmed"]
    clock.forward(days=9)
    for word in ("failed", "in_progress", "no_data", "completed"):
        assert (await call(center, delivery.id, {"status": word})).json() == first
    (line, _) = await rows(center, delivery.id)
    assert line.answered_at is not None
    assert clock.now - line.answered_at == timedelta(days=9)
    async with center.reading(by=CLOCK) as work:
        assert (await work.session.get_one(Delivery, delivery.id)).status == "answered"


async def test_each_change_may_have_its_own_word_and_a_mistake_changes_none(center: Center) -> None:
    delivery = await delivered(center, "ada@people.example", "otto@agents.example")
    one, two = [str(row.id) for row in await rows(center, delivery.id)]
    strange = [{"id": one, "status": "completed"}, {"id": str(uuid4()), "status": "completed"}]
    answer = await call(center, delivery.id, {"changes": strange})
    assert is_problem(answer, 422)
    assert answer.json()["errors"][0]["pointer"] == "/changes/1/id"
    assert is_problem(await call(center, delivery.id, {"changes": [strange[0], strange[0]]}), 422)
    assert await said(center, delivery.id) == ["told", "told"]
    answer = await call(center, delivery.id, {"changes": [{"id": one, "status": "no_data"}]})
    assert [change["status"] for change in answer.json()["changes"]] == ["no_data", "told"]
    await call(center, delivery.id, {"changes": [{"id": two, "status": "needs_human", "message": "who?"}]})
    assert await said(center, delivery.id) == ["no_data", "refused"]
    async with center.reading(by=CLOCK) as work:
        found = await work.session.get_one(Delivery, delivery.id)
    assert (found.status, found.error) == ("refused", "it needs a person to look")


@pytest.mark.parametrize("body", BODIES)
async def test_a_bad_body_is_told_to_who_may_answer_and_changes_nothing(center: Center, body: str) -> None:
    delivery = await delivered(center)
    before = await doors.rows(center)
    assert is_problem(await call(center, delivery.id, BODIES[body]), 400, 422)
    assert is_problem(await call(center, delivery.id, BODIES[body], token="0" * 64), 404)
    assert await doors.rows(center) == before


async def test_a_wrong_token_reads_like_a_delivery_that_never_was(center: Center) -> None:
    delivery, body = await delivered(center), {"status": "completed"}
    other = await delivered(center, "otto@agents.example")
    token = announcements.token(center.house, other.id)
    answers = [
        await call(center, delivery.id, body, token=token),
        await call(center, uuid4(), body, token=token),
        await call(center, delivery.id, body, token="é" * 64),
        await doors.visitor(center).post(
            address("no-such-thing"), json=body, headers={"Authorization": f"Bearer {token}"}
        ),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    nobody = [await doors.visitor(center).post(address(name), json=body) for name in (delivery.id, uuid4(), "x")]
    assert {(answer.status_code, answer.content) for answer in nobody} == {(401, nobody[0].content)}
    assert is_problem(await doors.visitor(center).get(address(delivery.id)), 405)
    assert await said(center, delivery.id) == ["told"]


async def test_other_types_and_too_many_bytes_are_refused(center: Center) -> None:
    delivery = await delivered(center)
    headers = {"Authorization": f"Bearer {announcements.token(center.house, delivery.id)}"}
    form = await doors.visitor(center).post(address(delivery.id), data={"status": "completed"}, headers=headers)
    assert is_problem(form, 415)
    large = await call(center, delivery.id, '{"message": "' + "m" * 300_000 + '"}')
    assert is_problem(large, 413)


def signed(center: Center, delivery: UUID, clock: Clock, *, of: str = "adreach", age: float = 0) -> dict[str, str]:
    """The headers under a recipient's own secret."""
    each = telling.recipient(center.house, of)
    assert each is not None
    at = clock.now - timedelta(seconds=age)
    return webhooks.headers(f"answer-{delivery}", at, BODY, announcements.secrets(center.house, each))


BODY = b'{"status": "completed"}'


async def send(visitor: AsyncClient, delivery: UUID, headers: dict[str, str], body: bytes = BODY) -> int:
    """The status that a signed answer gets."""
    return (await visitor.post(address(delivery), content=body, headers=headers)).status_code


async def test_a_signed_answer_counts_while_it_is_fresh_whole_and_the_recipients_own(
    center: Center, clock: Clock
) -> None:
    delivery, visitor = await delivered(center), doors.visitor(center)
    good = signed(center, delivery.id, clock)
    assert await send(visitor, delivery.id, good, b'{"status": "no_data"}') == 404
    assert await send(visitor, delivery.id, signed(center, delivery.id, clock, of="parcelpost")) == 404
    for age in (301, -301):
        assert await send(visitor, delivery.id, signed(center, delivery.id, clock, age=age)) == 404
    assert await send(visitor, delivery.id, good | {"Authorization": "Bearer nothing"}) == 404
    assert await said(center, delivery.id) == ["told"]
    assert await send(visitor, delivery.id, good) == 200
    assert await said(center, delivery.id) == ["confirmed"]
    before = await doors.rows(center)
    assert await send(visitor, delivery.id, good) == 200  # the same call once more
    assert await doors.rows(center) == before


async def test_of_many_answers_at_once_one_stands(center: Center) -> None:
    delivery = await delivered(center)
    words = ["completed", "failed", "no_data", "in_progress"] * 3
    answers = await asyncio.gather(*(call(center, delivery.id, {"status": word}) for word in words))
    assert {answer.status_code for answer in answers} == {200}
    (stands,) = await said(center, delivery.id)
    assert stands in {"confirmed", "no_data"}
    final = [answer.json()["changes"][0]["status"] for answer in answers]
    assert {one for one in final if one in {"confirmed", "no_data"}} == {stands}
