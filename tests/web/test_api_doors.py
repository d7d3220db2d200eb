"""Everything bad that is pushed through the door for machines: told as a problem, never a crash, nothing written."""

import json

import pytest
from httpx2 import Response

from privacy_center.casework import tokens
from privacy_center.casework.work import OPERATOR
from privacy_center.center import Center
from privacy_center.web.api import openapi
from tests.builders import ADA
from tests.conftest import Clock
from tests.trust import doors
from tests.web.machines import CHANGES, LINKS, LOOKUP, PUT, client, email, machine, no, token

JSON = {"Content-Type": "application/json"}
ONE = '{"type": "email", "value": "ada@people.example"}'
BODIES: dict[str, str] = {
    "nothing": "",
    "no json": "{'identifiers'",
    "half a character": '{"identifiers": [{"type": "email", "value": "\\ud800"}]}',
    "a list": "[]",
    "null": "null",
    "nobody": '{"identifiers": [], "purposes": ["sale"]}',
    "101 people": f'{{"identifiers": [{",".join([ONE] * 101)}], "purposes": ["sale"]}}',
    "a number for a person": '{"identifiers": [7], "purposes": ["sale"]}',
    "a number for a value": '{"identifiers": [{"type": "email", "value": 7}], "purposes": ["sale"]}',
    "no address": '{"identifiers": [{"type": "email", "value": "ada"}], "purposes": ["sale"]}',
    "nul": '{"identifiers": [{"type": "customer", "value": "a\\u0000b"}], "purposes": ["sale"]}',
    "a number without a country": '{"identifiers": [{"type": "phone", "value": "0155501"}], "purposes": ["sale"]}',
    "no such type": '{"identifiers": [{"type": "ssn", "value": "1"}], "purposes": ["sale"]}',
    "a short hash": '{"identifiers": [{"type": "hash", "value": "ab"}], "purposes": ["sale"]}',
    "a large hash": f'{{"identifiers": [{{"type": "hash", "value": "{"A" * 64}"}}], "purposes": ["sale"]}}',
    "no such purpose": f'{{"identifiers": [{ONE}], "purposes": ["salt"], "choice": "out"}}',
    "a garbled purpose": f'{{"identifiers": [{ONE}], "purposes": ["sale\\u0000"], "choice": "out"}}',
    "no purpose": f'{{"identifiers": [{ONE}], "purposes": [], "choice": "out"}}',
    "purposes as a text": f'{{"identifiers": [{ONE}], "purposes": "sale", "choice": "out"}}',
    "no such place": f'{{"identifiers": [{ONE}], "purposes": ["sale"], "place": "US-ZZ", "choice": "out"}}',
    "a field too many": f'{{"identifiers": [{ONE}], "purposes": ["sale"], "choice": "out", "proved": true}}',
    "a name as a field": f'{{"identifiers": [{ONE}], "purposes": ["sale"], "choice": "out", "ada@people.example": 1}}',
    "no such choice": f'{{"identifiers": [{ONE}], "purposes": ["sale"], "choice": "undone"}}',
    "a yes": f'{{"identifiers": [{ONE}], "purposes": ["sale"], "choice": "in"}}',
    "deep": "[" * 5000 + "]" * 5000,
    "a huge number": f'{{"identifiers": [{ONE}], "purposes": [{"9" * 5000}]}}',
}
BAD_FOR_LOOKUPS = [name for name in BODIES if name not in {"a yes", "no such choice"}]


def is_problem(answer: Response, *statuses: int) -> bool:
    """Whether it says no as RFC 9457 has it, with our headers and without what was sent."""
    assert answer.status_code in statuses, (answer.status_code, answer.text)
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    said = answer.json()
    assert {"type", "title", "status", "detail"} <= set(said)
    assert said["status"] == answer.status_code
    assert answer.headers["cache-control"] == "no-store"
    assert ADA not in answer.text
    return True


@pytest.mark.parametrize("body", BODIES)
async def test_a_bad_body_is_told_and_writes_nothing(center: Center, body: str) -> None:
    shop = await machine(center, hashes=True)
    before = await doors.rows(center, but={"pc_token"})
    assert is_problem(await shop.put(PUT, content=BODIES[body], headers=JSON), 400, 422)
    if body in BAD_FOR_LOOKUPS:
        assert is_problem(await shop.post(LOOKUP, content=BODIES[body], headers=JSON), 400, 422)
    assert is_problem(await shop.post(LINKS, content=BODIES[body], headers=JSON), 400, 422)
    assert await doors.rows(center, but={"pc_token"}) == before


async def test_a_call_without_a_token_that_lives_is_401(center: Center) -> None:
    body = json.dumps(no(email(ADA)))
    visitor = doors.visitor(center)
    for value in ("", "Bearer", "Bearer ", "Basic YTpi", "Bearer pc_x", "Bearer é", "bearer " + "a" * 3000, "pc_x"):
        visitor.headers["Authorization"] = value
        answer = await visitor.put(PUT, content=body, headers=JSON)
        assert is_problem(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer ")
        assert is_problem(await visitor.put(PUT, content="{", headers=JSON), 401)  # no oracle for what is read
    assert not (await doors.rows(center))["pc_preference"]


async def test_a_revoked_token_ends_at_once(center: Center) -> None:
    shop = await machine(center)
    assert (await shop.put(PUT, json=no(email(ADA)))).status_code == 200
    async with center.work(by=OPERATOR) as work:
        await tokens.revoke(work, "shop")
    assert is_problem(await shop.put(PUT, json=no(email(ADA))), 401)
    assert is_problem(await shop.post(LOOKUP, json={"identifiers": [email(ADA)]}), 401)


async def test_a_scope_that_is_missing_is_403(center: Center) -> None:
    reader = await machine(center, "reader", scopes=["preferences:read"])
    writer = await machine(center, "writer", scopes=["preferences:write", "metrics:read"])
    assert is_problem(await reader.put(PUT, json=no(email(ADA))), 403)
    assert is_problem(await reader.post(LINKS, json={"identifier": email(ADA), "purpose": "newsletter"}), 403)
    assert is_problem(await writer.post(LOOKUP, json={"identifiers": [email(ADA)]}), 403)
    assert is_problem(await writer.get(CHANGES), 403)
    assert not (await doors.rows(center))["pc_fingerprint"]


async def test_too_much_is_413_and_no_json_is_415(center: Center) -> None:
    shop = await machine(center)
    assert is_problem(await shop.put(PUT, content=b" " * 2_000_000, headers=JSON), 413)

    async def without_a_length() -> object:
        for _ in range(40):
            yield b" " * 10_000

    assert is_problem(await shop.put(PUT, content=without_a_length(), headers=JSON), 413)  # type: ignore[arg-type]
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""):
        body = json.dumps(no(email(ADA)))
        assert is_problem(await shop.put(PUT, content=body, headers={"Content-Type": kind}), 415)


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=99999999999999999999", "limit=0", "limit=1001", "b=1"])
async def test_a_garbled_query_is_told(center: Center, query: str) -> None:
    ads = await machine(center, hashes=True)
    assert is_problem(await ads.get(f"{CHANGES}?{query}"), 422)


async def test_what_is_no_address_of_the_api_is_told_as_a_problem(center: Center) -> None:
    shop = await machine(center)
    assert is_problem(await shop.get("/api/v1/nothing"), 404)
    answer = await shop.get(PUT)
    assert is_problem(answer, 405)
    assert answer.headers["allow"] == "PUT"


async def test_another_site_s_page_is_refused(center: Center) -> None:
    shop = await machine(center)
    answer = await shop.put(PUT, json=no(email(ADA)), headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert not (await doors.rows(center))["pc_preference"]


async def test_the_last_use_is_noted_once_a_day(center: Center, clock: Clock) -> None:
    secret, _ = await token(center)
    shop = client(center, secret)

    async def used_on() -> str:
        async with center.reading(by=OPERATOR) as work:
            (found,) = await tokens.listed(work)
            return str(found.used_on)

    assert await used_on() == "None"
    await shop.post(LOOKUP, json={"identifiers": [email(ADA)]})
    assert await used_on() == "2026-11-24"
    clock.forward(days=1)
    await shop.put(PUT, json=no(email(ADA)))
    assert await used_on() == "2026-11-25"


async def test_the_description_names_every_call_and_what_it_takes(center: Center) -> None:
    answer = await doors.visitor(center).get("/api/openapi.json")
    said = answer.json()
    assert said["openapi"] == "3.1.0"
    named = {
        (method.upper(), path) for path, calls in said["paths"].items() for method in calls if method != "parameters"
    }
    assert named == {
        ("POST", "/preferences/lookup"),
        ("PUT", "/preferences"),
        ("POST", "/preferences/links"),
        ("GET", "/preferences/changes"),
        ("POST", "/deliveries/{delivery}"),
    }
    text = json.dumps(said)
    for reference in {part.split('"')[0] for part in text.split('"$ref": "#/')[1:]}:
        found = said
        for step in reference.split("/"):
            found = found[step]
    assert said["components"]["schemas"]["Put"]["additionalProperties"] is False
    assert openapi.description()["components"]["schemas"]["Person"]["properties"]["type"]["enum"][0] == "email"
