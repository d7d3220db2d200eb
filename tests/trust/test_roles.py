"""Who gets what at each door: every role at every page of the desk, and strangers at every page with a reference."""

import asyncio
from uuid import uuid4

import pytest
from httpx2 import AsyncClient
from starlette.routing import Route

from privacy_center.casework import letters, sessions, staffing, trail
from privacy_center.casework.work import OPERATOR, REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.web.routes import DESK, PUBLIC
from tests import builders
from tests.builders import ADA, MALLORY
from tests.trust import doors
from tests.trust.doors import rows, visitor

WHO = ("nobody", "requester", "handler", "lead", "auditor", "admin")
GET_TABLE = {
    # page                                   nobody requester handler lead auditor admin
    "/desk":                                 (303, 303, 200, 200, 200, 200),
    "/desk/sign-in":                         (200, 200, 200, 200, 200, 200),
    "/desk/sign-out":                        (405, 405, 405, 405, 405, 405),
    "/desk/invitations/{token}":             (404, 404, 404, 404, 404, 404),
    "/desk/requests/new":                    (303, 303, 200, 200, 409, 409),
    "/desk/cases/{reference}":               (303, 303, 200, 200, 200, 409),
    "/desk/cases/{reference}/owner":         (405, 405, 405, 405, 405, 405),
    "/desk/cases/{reference}/place":         (405, 405, 405, 405, 405, 405),
    "/desk/cases/{reference}/receipt":       (405, 405, 405, 405, 405, 405),
    "/desk/cases/{reference}/receipt-decision":(405, 405, 405, 405, 405, 405),
    "/desk/cases/{reference}/legal-hold":    (405, 405, 405, 405, 405, 405),
    "/desk/cases/{reference}/permissions/{mandate:uuid}":(303, 303, 404, 404, 404, 409),
    "/desk/cases/{reference}/steps/{step}":  (405, 405, 405, 405, 405, 405),
    "/desk/choices":                         (303, 303, 200, 200, 200, 409),
    "/desk/choices/opt-out":                 (405, 405, 405, 405, 405, 405),
    "/desk/choices/doubts":                  (405, 405, 405, 405, 405, 405),
    "/desk/choices/doubts/{correction:uuid}":(303, 303, 404, 404, 404, 409),
    "/desk/recipients":                      (303, 303, 200, 200, 200, 409),
    "/desk/recipients/{recipient}":          (303, 303, 200, 200, 200, 409),
    "/desk/recipients/{recipient}/call":     (405, 405, 405, 405, 405, 405),
    "/desk/deliveries/{delivery:uuid}/again":(405, 405, 405, 405, 405, 405),
    "/desk/probes":                          (303, 303, 200, 200, 200, 409),
    "/desk/restrictions":                    (303, 303, 200, 200, 200, 409),
    "/desk/review":                          (303, 303, 200, 200, 200, 409),
    "/desk/letters":                         (303, 303, 200, 200, 200, 409),
    "/desk/letters/{letter:uuid}":           (303, 303, 200, 200, 200, 409),
    "/desk/letters/{letter:uuid}/retry":     (405, 405, 405, 405, 405, 405),
    "/desk/letters/{letter:uuid}/returned":  (405, 405, 405, 405, 405, 405),
    "/desk/letters/{letter:uuid}/posted":    (405, 405, 405, 405, 405, 405),
}  # fmt: skip
POST_TABLE = {
    "/desk":                                 (405, 405, 405, 405, 405, 405),
    "/desk/sign-in":                         (422, 422, 422, 422, 422, 422),
    "/desk/sign-out":                        (303, 303, 303, 303, 303, 303),
    "/desk/invitations/{token}":             (404, 404, 404, 404, 404, 404),
    "/desk/requests/new":                    (303, 303, 422, 422, 409, 409),
    "/desk/cases/{reference}":               (405, 405, 405, 405, 405, 405),
    "/desk/cases/{reference}/owner":         (303, 303, 303, 303, 409, 409),
    "/desk/cases/{reference}/place":         (303, 303, 422, 422, 409, 409),
    "/desk/cases/{reference}/receipt":       (303, 303, 422, 422, 409, 409),
    "/desk/cases/{reference}/receipt-decision":(303, 303, 409, 409, 409, 409),
    "/desk/cases/{reference}/legal-hold":    (303, 303, 409, 422, 409, 409),
    "/desk/cases/{reference}/permissions/{mandate:uuid}":(405, 405, 405, 405, 405, 405),
    "/desk/cases/{reference}/steps/{step}":  (303, 303, 422, 422, 409, 409),
    "/desk/choices":                         (303, 303, 422, 422, 422, 409),
    "/desk/choices/opt-out":                 (303, 303, 422, 422, 409, 409),
    "/desk/choices/doubts":                  (303, 303, 422, 422, 409, 409),
    "/desk/choices/doubts/{correction:uuid}":(303, 303, 404, 404, 409, 409),
    "/desk/recipients":                      (405, 405, 405, 405, 405, 405),
    "/desk/recipients/{recipient}":          (405, 405, 405, 405, 405, 405),
    "/desk/recipients/{recipient}/call":     (303, 303, 303, 303, 409, 409),
    "/desk/deliveries/{delivery:uuid}/again":(303, 303, 404, 404, 409, 409),
    "/desk/probes":                          (405, 405, 405, 405, 405, 405),
    "/desk/restrictions":                    (405, 405, 405, 405, 405, 405),
    "/desk/review":                          (405, 405, 405, 405, 405, 405),
    "/desk/letters":                         (405, 405, 405, 405, 405, 405),
    "/desk/letters/{letter:uuid}":           (405, 405, 405, 405, 405, 405),
    "/desk/letters/{letter:uuid}/retry":     (303, 303, 409, 409, 409, 409),
    "/desk/letters/{letter:uuid}/returned":  (303, 303, 409, 409, 409, 409),
    "/desk/letters/{letter:uuid}/posted":    (303, 303, 409, 409, 409, 409),
}  # fmt: skip


def filled(path: str, reference: str, letter: str) -> str:
    """An address with its blanks filled."""
    blanks = {
        "{reference}": reference,
        "{step}": "ask",
        "{letter:uuid}": letter,
        "{correction:uuid}": letter,
        "{mandate:uuid}": letter,
        "{recipient}": "adreach",
        "{delivery:uuid}": letter,
        "{token}": "garbled",
        "{file:uuid}": letter,
    }
    for blank, value in blanks.items():
        path = path.replace(blank, value)
    return path


def paths(routes: list[object]) -> list[str]:
    """The paths of these routes."""
    return [route.path for route in routes if isinstance(route, Route)]


async def everybody(center: Center, reference: str) -> dict[str, AsyncClient]:
    """One visitor of each kind."""
    members = {role.value: await doors.staff(center, role) for role in staffing.ROLES}
    return {"nobody": visitor(center), "requester": await doors.requester(center, reference), **members}


async def a_letter(center: Center, reference: str) -> str:
    """The id of a letter of a case."""
    async with center.reading(by=REQUESTER) as work:
        case = await builders.seen(center, reference)
        found = await letters.of_case(work, case)
        return str(found[0].id)


def test_the_tables_name_every_page_of_the_desk() -> None:
    assert set(paths([*DESK])) == set(GET_TABLE) == set(POST_TABLE)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_each_role_gets_what_the_table_says(center: Center, method: str) -> None:
    reference = await builders.a_case(center)
    letter = await a_letter(center, reference)
    people = await everybody(center, reference)
    got = {}
    for path in sorted(GET_TABLE, key=lambda path: path.endswith("sign-out")):
        answers = [await people[who].request(method, filled(path, reference, letter)) for who in WHO]
        got[path] = tuple(answer.status_code for answer in answers)
        for answer in answers:
            if answer.status_code == 303 and not path.endswith(("sign-out", "owner", "call")):
                assert answer.headers["location"] == "/desk/sign-in"
    assert got == (GET_TABLE if method == "GET" else POST_TABLE)


async def test_what_a_role_may_not_do_changes_nothing(center: Center) -> None:
    reference = await builders.a_case(center)
    letter = await a_letter(center, reference)
    people = await everybody(center, reference)
    before = await rows(center)
    for who in ("nobody", "requester", "auditor", "admin"):
        for path in paths([*DESK]):
            if "sign" not in path:
                fields = {"text": "Words", "owner": "", "place": "FR", "ground": "no_data_held"}
                await people[who].post(filled(path, reference, letter), data=fields)
    assert await rows(center) == before


async def test_every_look_is_in_the_trail_before_it_is_shown(center: Center) -> None:
    reference = await builders.a_case(center)
    letter = await a_letter(center, reference)
    for role in (Role.handler, Role.lead, Role.auditor):
        client = await doors.staff(center, role)
        for path in (f"/desk/cases/{reference}", f"/desk/letters/{letter}"):
            assert (await client.get(path)).status_code == 200
    async with center.reading(by=REQUESTER) as work:
        events = await trail.events(work, await builders.seen(center, reference))
        looks = [(event.role, event.facts["at"]) for event in events if event.step == "look"]
    assert looks == [(role, at) for role in ("handler", "lead", "auditor") for at in ("case", "letter")]


async def test_a_session_ends_with_a_new_role_and_with_revoked_access(center: Center) -> None:
    client = await doors.staff(center, Role.handler, "hana@northwind.example")
    assert (await client.get("/desk")).status_code == 200
    async with center.work(by=OPERATOR) as work:
        await staffing.invite(work, "hana@northwind.example", Role.auditor)
    assert (await client.get("/desk")).status_code == 303
    client = await doors.staff(center, Role.auditor, "hana@northwind.example")
    assert (await client.get("/desk")).status_code == 200
    async with center.work(by=OPERATOR) as work:
        await staffing.revoke(work, "hana@northwind.example")
    assert (await client.get("/desk")).status_code == 303


async def test_an_invitation_ends_with_revoked_access(center: Center) -> None:
    async with center.work(by=OPERATOR) as work:
        address = await staffing.invite(work, "hana@northwind.example", Role.lead)
        await staffing.revoke(work, "hana@northwind.example")
    assert (await visitor(center).get(address)).status_code in {404, 410}


async def test_no_cookie_opens_the_other_side(center: Center) -> None:
    reference = await builders.a_case(center)
    ada, hana = await doors.requester(center, reference), await doors.staff(center, Role.handler)
    crossed, turned = visitor(center), visitor(center)
    crossed.cookies.set("staff", ada.cookies["requester"])
    turned.cookies.set("requester", hana.cookies["staff"])
    assert (await crossed.get("/desk")).status_code == 303
    assert (await crossed.get(f"/desk/cases/{reference}")).status_code == 303
    assert (await turned.get(f"/requests/{reference}")).status_code == 404
    assert (await turned.get("/requests")).headers["location"] == "/sign-in"


async def test_a_member_of_staff_handles_no_case_of_their_own(center: Center) -> None:
    reference = await builders.file(center, email="hana@northwind.example")
    await builders.prove(center, reference)
    client = await doors.staff(center, Role.lead, "hana@northwind.example")
    assert (await client.get(f"/desk/cases/{reference}")).status_code == 409
    for act in ("owner", "place", "steps/ask"):
        answer = await client.post(f"/desk/cases/{reference}/{act}", data={"owner": "", "place": "FR", "text": "Hm."})
        assert answer.status_code == 409
    assert (await client.get(f"/desk/letters/{await a_letter(center, reference)}")).status_code == 409


async def test_a_guessed_reference_shows_mallory_nothing(center: Center) -> None:
    hers = await builders.a_case(center, "fulfilled")
    other = await builders.file(center, email=MALLORY)
    letter = await a_letter(center, hers)
    strangers = [visitor(center), await doors.requester(center, other, fresh=True)]
    before = await rows(center)
    own, nobody = [path for path in paths([*PUBLIC]) if "{reference}" in path], str(uuid4())
    assert len(own) >= 8
    for path in own:
        for method in ("GET", "POST"):
            for stranger in strangers:
                real = await stranger.request(method, filled(path, hers, letter))
                none = await stranger.request(method, filled(path, "PR-0000-0000-0000", nobody))
                assert real.status_code == none.status_code, (method, path)
                assert real.status_code in {404, 405}, (method, path, real.text)
                # The page in another language is a link to the very address that was asked for.
                assert real.text == none.text.replace("PR-0000-0000-0000", hers).replace(nobody, str(letter))
                assert ADA not in real.text
    assert await rows(center) == before


async def test_two_desks_on_one_case_are_told(center: Center) -> None:
    reference = await builders.a_case(center)
    people = [await doors.staff(center, Role.handler), await doors.staff(center, Role.lead)]
    version = (await builders.seen(center, reference)).version
    asked = [p.post(f"/desk/cases/{reference}/steps/ask", data={"text": "?", "version": str(version)}) for p in people]
    assert sorted(answer.status_code for answer in await asyncio.gather(*asked)) == [303, 409]


async def test_an_idle_and_an_old_session_end_without_anybody_cleaning_up(center: Center) -> None:
    client = await doors.staff(center, Role.handler)
    center.now.forward(hours=2, minutes=1)  # type: ignore[attr-defined]
    assert (await client.get("/desk")).status_code == 303
    reference = await builders.file(center)
    ada = await doors.requester(center, reference)
    center.now.forward(hours=1, minutes=1)  # type: ignore[attr-defined]
    assert (await ada.get(f"/requests/{reference}")).status_code == 404
    assert sessions.REQUESTER_IDLE.total_seconds() == 3600
