"""Every door and everything bad that can be pushed through it: a page that says so, never a crash, nothing written."""

import pytest
from httpx2 import AsyncClient, Response
from starlette.routing import Route

from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.links import LIFETIMES, Purpose
from privacy_center.web import forms
from privacy_center.web.routes import DESK, MACHINES, PUBLIC
from tests import builders
from tests.builders import ADA
from tests.trust import doors
from tests.trust.doors import press, rows, visitor
from tests.trust.test_roles import a_letter, filled

ROUTES = [route for route in [*PUBLIC, *DESK, *MACHINES] if isinstance(route, Route)]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SURROGATE = (
    b'--b\r\nContent-Disposition: form-data; name="text"\r\nContent-Type: text/plain\r\n\r\n\\ud800\r\n'
    b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n\\ud800@x.example\r\n'
    b'--b\r\nContent-Disposition: form-data; name="seal"\r\n\r\n\\ud800\r\n--b--\r\n'
)
BODIES: dict[str, tuple[dict[str, str], bytes]] = {
    "nothing": ({}, b""),
    "an empty form": (FORM, b""),
    "json": ({"Content-Type": "application/json"}, b'{"right": "access", "email": "ada@people.example"}'),
    "xml": ({"Content-Type": "text/xml"}, b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
    "no boundary": ({"Content-Type": "multipart/form-data"}, b"--b\r\n\r\n"),
    "a broken multipart": ({"Content-Type": "multipart/form-data; boundary=b"}, b"--b\r\nContent-Dispo"),
    "no utf-8": (FORM, b"email=%ff&right=%c3%28&reference=%80&code=%80&seal=%80&owner=%80&place=%80"),
    "nul": (FORM, b"text=%00&email=%00&right=%00&reference=%00&code=%00&seal=%00&owner=%00&place=%00&form=%00"),
    "half characters": ({"Content-Type": "multipart/form-data; boundary=b; charset=raw_unicode_escape"}, SURROGATE),
    "no such charset": ({"Content-Type": "multipart/form-data; boundary=b; charset=base64"}, SURROGATE),
    "many fields": (FORM, b"&".join(b"a%d=1" % number for number in range(forms.FIELDS * 3))),
    "a field repeated": (FORM, b"right=access&" * 50 + b"email=a@b.example&email=c"),
    "files for words": (
        {"Content-Type": "multipart/form-data; boundary=b"},
        b'--b\r\nContent-Disposition: form-data; name="email"; filename="a"\r\n\r\nx\r\n--b--\r\n',
    ),
}
TAKEN_FOR_TOKENS = {"/verify/resend", "/sign-in/code"}
"""Opened like a page they are read as links, and no such link was ever made."""

GARBLED = (
    "x",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "%ff",
    "é",
    "a" * 3000,
    "WyJ4Il0.AAAA",
    "-",
    "%0d%0aX-Evil:%201",
    "{{7*7}}",
)


async def people(center: Center, reference: str) -> list[AsyncClient]:
    """Somebody unknown, the requester with a fresh code, and a lead."""
    fresh = await doors.requester(center, reference, fresh=True)
    return [visitor(center), fresh, await doors.staff(center, Role.lead)]


def calm(answer: Response, told: object) -> None:
    """A page that says no, in our own words, with our own headers."""
    assert answer.status_code < 500, (told, answer.status_code)
    assert "x-evil" not in answer.headers
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"
    assert "Traceback" not in answer.text


def unlooked(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Without the desk's looks, which are written even where nothing is shown."""
    return {table: kept for table, kept in found.items() if table not in doors.COUNTS | {"pc_event", "pc_session"}}


@pytest.mark.parametrize("body", BODIES)
async def test_a_bad_body_is_told_and_writes_nothing(center: Center, body: str) -> None:
    reference = await builders.a_case(center)
    letter = await a_letter(center, reference)
    headers, content = BODIES[body]
    visitors = await people(center, reference)
    before = unlooked(await rows(center))
    for route in ROUTES:
        if "POST" in (route.methods or ()) and not route.path.endswith(("/sign-out", "/owner", "/code", "/call")):
            for who in visitors:
                answer = await who.post(filled(route.path, reference, letter), content=content, headers=headers)
                calm(answer, (route.path, body))
                assert answer.status_code in {303, 400, 404, 409, 410, 415, 422}, route.path
                if answer.status_code == 303:
                    assert answer.headers["location"] in {"/desk/sign-in", "/requests/sent"}, route.path
    assert unlooked(await rows(center)) == before


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_garbled_address_is_not_found(center: Center, method: str) -> None:
    reference = await builders.a_case(center)
    visitors = await people(center, reference)
    before = unlooked(await rows(center))
    for route in ROUTES:
        if "{" not in route.path:
            continue
        for garbled in GARBLED:
            path = route.path
            for blank in ("{reference}", "{token}", "{step}", "{letter:uuid}", "{file:uuid}", "{place}", "{receipt}"):
                path = path.replace(blank, garbled)
            for who in visitors:
                answer = await who.request(method, path)
                calm(answer, (method, path))
                assert answer.status_code in {303, 404, 405}, (method, path, answer.status_code)
    assert unlooked(await rows(center)) == before


async def test_the_wrong_method_is_told_with_the_right_ones(center: Center) -> None:
    client = visitor(center)
    for route in ROUTES:
        path = filled(route.path, "PR-0000-0000-0000", "00000000-0000-0000-0000-000000000000")
        for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - set(route.methods or ()):
            answer = await client.request(method, path)
            calm(answer, path)
            if method == "GET" and path in TAKEN_FOR_TOKENS:
                assert answer.status_code == 404
                continue
            assert answer.status_code == 405, (method, path)
            assert set(answer.headers["allow"].split(", ")) == set(route.methods or ()), path


async def test_too_much_is_413_at_every_door(center: Center) -> None:
    reference = await builders.a_case(center)
    letter = await a_letter(center, reference)
    before = unlooked(await rows(center))
    client = visitor(center)
    for route in ROUTES:
        if "POST" not in (route.methods or ()) or "steps" in route.path:
            continue
        for headers in (FORM, {"Content-Type": "multipart/form-data; boundary=b"}):
            answer = await client.post(
                filled(route.path, reference, letter), content=b"a=" + b"x" * 2_000_000, headers=headers
            )
            calm(answer, route.path)
            # Where the body is not read at all, the door is shut already.
            assert answer.status_code in {413, 303, 404, 400}, (route.path, answer.status_code)
            if route.path in {"/requests/new", "/sign-in", "/verify", "/desk/sign-in"}:
                assert answer.status_code == 413
    assert unlooked(await rows(center)) == before


async def test_a_step_takes_no_more_than_it_says(center: Center) -> None:
    reference = await builders.a_case(center)
    lea = await doors.staff(center, Role.lead)
    before = unlooked(await rows(center))
    here = f"/desk/cases/{reference}/steps/fulfil"
    many = [("files", (f"{number}.txt", b"x")) for number in range(forms.FILES + 1)]
    assert (await lea.post(here, data={"text": "x"}, files=many)).status_code == 400
    headers = {**FORM, "Content-Length": str(forms.LARGE + 1)}
    assert (await lea.post(here, content=b"a=1", headers=headers)).status_code == 413
    assert unlooked(await rows(center)) == before


PURPOSES = {
    Purpose.verify: "/verify/",
    Purpose.not_me: "/not-me/",
    Purpose.undo: "/undo/",
    Purpose.sign_in: "/sign-in/",
    Purpose.staff_invitation: "/desk/invitations/",
}


async def test_a_link_opens_nothing_but_its_own_door(center: Center) -> None:
    reference = await builders.a_case(center, "unverified")
    before = unlooked(await rows(center))
    for purpose in Purpose:
        token = await doors.token(center, reference, purpose, asked=Purpose.verify)
        for own, door in PURPOSES.items():
            if own is purpose and own in {Purpose.verify, Purpose.not_me}:
                continue
            for method in ("GET", "POST"):
                answer = await visitor(center).request(method, door + token)
                calm(answer, (purpose, door))
                wanted = {404, 422} if method == "POST" else {404}
                assert answer.status_code in wanted, (purpose, door, method)
    assert unlooked(await rows(center)) == before


async def test_a_link_signed_with_another_key_is_none(center: Center) -> None:
    reference = await builders.file(center)
    token = await doors.token(center, reference)
    for garbled in (token[:-2], token[1:], token + "A", token.replace(".", ""), token.swapcase()):
        assert (await visitor(center).get(f"/verify/{garbled}")).status_code == 404


async def test_a_link_that_was_used_or_has_expired_says_so(center: Center) -> None:
    reference = await builders.file(center)
    link = f"/verify/{await doors.token(center, reference)}"
    client = visitor(center)
    seal = doors.seal(await client.get(link))
    assert (await press(client, link)).status_code == 303
    before = unlooked(await rows(center))
    stranger = visitor(center)
    assert (await stranger.get(link)).status_code == 410
    stranger.cookies.set("page", client.cookies["page"])
    assert (await stranger.post(link, data={"seal": seal})).status_code == 410
    assert unlooked(await rows(center)) == before
    late = await builders.file(center, email="late@people.example")
    link = f"/verify/{await doors.token(center, late)}"
    center.now.forward(seconds=LIFETIMES[Purpose.verify].total_seconds())  # type: ignore[attr-defined]
    answer = await visitor(center).get(link)
    assert answer.status_code == 410
    assert "PR-" not in answer.text
    assert ADA not in answer.text


async def test_the_same_form_twice_is_one_request(center: Center) -> None:
    fields = {"right": "access", "place": "DE", "email": ADA, "form": "the-same-form"}
    for _ in range(3):
        assert (await visitor(center).post("/requests/new", data=fields)).status_code == 303
    assert len((await rows(center))["pc_case"]) == 1


async def test_what_the_caller_sets_is_not_what_counts(center: Center) -> None:
    """Times, states, sources and proofs are ours (S34)."""
    fields = {
        "right": "access",
        "place": "DE",
        "email": ADA,
        "received_at": "2020-01-01",
        "state": "closed",
        "channel": "api",
        "proved_at": "2020-01-01",
        "regime": "voluntary",
        "reference": "PR-0000-0000-0000",
        "owner": "me",
    }
    assert (await visitor(center).post("/requests/new", data=fields)).status_code == 303
    (row,) = (await rows(center))["pc_case"]
    assert "eu-gdpr" in row
    assert "'unverified'" in row
    assert "2020" not in row
    assert "PR-0000" not in row
    assert "'web'" in row


async def test_wrong_codes_come_to_an_end_even_for_the_right_one(center: Center) -> None:
    reference = await builders.file(center)
    await doors.mailed(center, reference)
    right = await doors.code(center, reference)
    client = visitor(center)
    for _ in range(5):
        wrong = {"reference": reference, "code": f"{(int(right) + 1) % 1_000_000:06d}"}
        assert (await client.post("/verify", data=wrong)).status_code == 422
    assert (await client.post("/verify", data={"reference": reference, "code": right})).status_code == 422
    assert not await builders.mailbox_proved(center, reference)
