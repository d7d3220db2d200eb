"""The agents' other door: what it asks, what it keeps, what the person sees, and that it tells a stranger nothing."""

import re
from typing import Any

from httpx2 import AsyncClient, Response
from sqlmodel import select

from privacy_center.casework import errands, letters, permissions, sessions
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.records.case import Case
from tests import builders
from tests.agents import PDF, posted
from tests.builders import ADA, MALLORY, OTTO
from tests.trust import doors
from tests.trust.doors import visitor
from tests.web.forms import Forms
from tests.web.test_agents import NOTHING, PAPER, WORDS

FILLED = {
    "right": "access",
    "place": "US-CA",
    "email": ADA,
    "name": "Ada Example",
    "note": "Customer 4711",
    "agent_email": OTTO,
    "agent": "Otto & Partners",
    "form": "abc",
}


async def send(client: AsyncClient, files: Any = NOTHING, **fields: Any) -> Response:
    """Otto fills the form and sends it."""
    return await client.post("/agents/requests", data={**FILLED, **fields}, files=files)


async def opened(center: Center) -> list[Case]:
    """Every case, the oldest first."""
    async with center.reading(by=REQUESTER) as work:
        return list(await work.session.exec(select(Case).order_by(Case.id)))  # type: ignore[arg-type]


async def test_one_form_for_several_rights_and_the_next_page_says_what_happens(center: Center) -> None:
    otto = visitor(center)
    page = await otto.get("/agents/requests?right=delete")
    (form,) = Forms(page.text).found
    assert {"right", "place", "email", "name", "note", "permission", "words", "agent_email"} <= set(form)
    assert set(Forms(page.text).demanded) == {"place", "email", "agent_email"}
    assert re.search(r'value="delete" checked', page.text)
    answer = await send(otto, PAPER, right=["access", "delete", "correct"], **{"correct-wrong": "My street"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/agents/requests/sent")
    sent = await otto.get("/agents/requests/sent")
    assert "Now the person confirms" in sent.text
    assert {case.right for case in await opened(center)} == {"access", "delete", "correct"}
    assert [kind for kind, _, _ in await posted(center, OTTO)] == ["agent_asked"]


async def test_doors_lead_here(center: Center) -> None:
    for path in ("/agents", "/requests/new", "/contact"):
        assert 'href="/agents/requests"' in (await visitor(center).get(path)).text
    rights = (await visitor(center).get("/rights/US-CA")).text
    assert 'href="/agents/requests?right=delete"' in rights
    assert 'href="/agents"' in rights
    page = (await visitor(center).get("/agents/requests")).text
    assert "power of attorney" in page
    assert 'href="/contact"' in page


async def test_a_mistake_keeps_all_that_was_typed(center: Center) -> None:
    answer = await send(visitor(center), right=["access", "correct"], **{"correct-wrong": "My <i>street</i>"})
    assert answer.status_code == 422
    assert errands.MISSING in answer.text
    kept = Forms(answer.text).found[0]
    for name in ("email", "agent_email", "form", "name"):
        assert kept[name] == [FILLED[name]]
    assert "Customer 4711</textarea>" in answer.text
    assert "My &lt;i&gt;street&lt;/i&gt;" in answer.text
    assert re.search(r'value="correct" checked', answer.text)
    assert await opened(center) == []
    again = await send(visitor(center), PAPER, agent_email=ADA)
    assert again.status_code == 422
    assert errands.SAME in again.text
    assert permissions.NOT_KEPT in again.text
    refused = await send(visitor(center), PAPER, right="optout_sale_sharing")
    assert refused.status_code == 422
    assert errands.NO_OPT_OUT in refused.text
    assert not await posted(center, ADA)


async def test_a_bare_form_or_one_in_another_shape_is_no_crash(center: Center) -> None:
    otto = visitor(center)
    bare = await otto.post("/agents/requests", data={})
    assert bare.status_code == 422
    assert "Choose what the person asks for." in bare.text
    assert (await otto.post("/agents/requests", json={"email": ADA})).status_code == 422
    assert (await send(otto, {"permission": ("p.pdf", PDF + b"x" * permissions.LARGEST)})).status_code == 422
    assert (await send(otto, {"permission": ("p.pdf", PDF + b"x" * 30_000_000)})).status_code == 413
    otto.headers["Sec-Fetch-Site"] = "cross-site"
    assert (await send(otto, PAPER)).status_code == 403
    assert await opened(center) == []


async def test_a_doubled_click_opens_one_case(center: Center) -> None:
    otto = visitor(center)
    first, again = await send(otto, PAPER), await send(otto, PAPER)
    assert first.headers["location"] == again.headers["location"]
    assert len(await opened(center)) == 1
    assert len(await posted(center, OTTO)) == len(await posted(center, ADA)) == 1


async def test_whoever_is_named_the_answer_is_the_same(center: Center) -> None:
    await builders.a_case(center)
    for number, email in enumerate((ADA, MALLORY)):
        answer = await send(visitor(center), PAPER, email=email, form=f"{number}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/agents/requests/sent")
    pages = [(await visitor(center).get("/agents/requests/sent")).text for _ in range(2)]
    assert pages[0] == pages[1]


async def test_the_page_behind_the_link_says_that_an_agent_asked_and_not_who(center: Center) -> None:
    await send(visitor(center), **WORDS)
    (case,) = await opened(center)
    ada = visitor(center)
    path = f"/verify/{await doors.token(center, case.reference)}"
    page = await ada.get(path)
    assert "An agent asked for this in your name" in page.text
    assert "Yes, I gave this permission" in page.text
    assert "Otto" not in page.text
    assert "4711" not in page.text
    status = await doors.press(ada, path)
    assert status.status_code == 303
    seen = (await ada.get(status.headers["location"])).text
    assert "Otto &amp; Partners" in seen
    assert OTTO in seen
    assert "and showed a signed permission" in seen
    assert "somebody who acts for you" in seen
    assert "Asked for somebody else" not in seen  # the agent's letter is none of hers


async def test_before_the_proof_her_page_says_no_word_of_the_agent(center: Center) -> None:
    await send(visitor(center), **WORDS)
    (case,) = await opened(center)
    ada = visitor(center)
    async with center.work(by=REQUESTER) as work:
        cookie = sessions.open_requester(work, index=work.house.keys.index("email", ADA))
    ada.cookies.set("requester", cookie)
    page = (await ada.get(f"/requests/{case.reference}")).text
    assert "Nothing happens unless you confirm that you gave it." in page
    assert "Yes, I gave this permission" in page
    for typed in ("Otto", OTTO, "4711", WORDS["words"]):
        assert typed not in page
    assert (await ada.post(f"/requests/{case.reference}/confirm")).status_code == 303
    assert OTTO in (await ada.get(f"/requests/{case.reference}")).text


async def test_the_agents_mailbox_opens_nothing(center: Center) -> None:
    await send(visitor(center), **WORDS)
    (case,) = await opened(center)
    otto = visitor(center)
    async with center.work(by=REQUESTER) as work:
        cookie = sessions.open_requester(work, index=work.house.keys.index("email", OTTO))
    otto.cookies.set("requester", cookie)
    assert case.reference not in (await otto.get("/requests")).text
    for path in ("", "/place", "/package", "/withdraw"):
        assert (await otto.get(f"/requests/{case.reference}{path}")).status_code == 404
    assert (await otto.post(f"/requests/{case.reference}/confirm")).status_code == 404


async def test_staff_see_who_asked_and_open_the_permission(center: Center) -> None:
    evil = "<script>alert(1)</script>{{ 7*7 }}"
    await send(visitor(center), agent=evil, note=evil, **{**WORDS, "words": evil})
    (case,) = await opened(center)
    hana = await doors.staff(center, Role.handler)
    page = (await hana.get(f"/desk/cases/{case.reference}")).text
    for words in ("An agent asked for this", "Mailbox of the agent", OTTO, "Came by", "agent request"):
        assert words in page
    assert "<script>alert" not in page
    assert "Ada Example" in page
    assert "Otto may say no" not in page
    assert "Not matched" in page
    where = re.findall(r'href="(/desk/cases/[^"]+/permissions/[^"]+)"', page)[0]
    paper = await hana.get(where)
    assert "&lt;script&gt;" in paper.text
    assert "the person has confirmed it" in paper.text
    assert (await visitor(center).get(where)).status_code == 303
    assert "Asked for by an agent, with a permission" in (await hana.get(f"/desk/cases/{case.reference}")).text


async def test_her_answer_opens_for_her_alone(center: Center) -> None:
    staff = await builders.cast(center)
    await send(visitor(center), **WORDS)
    (case,) = await opened(center)
    await builders.prove(center, case.reference)
    await builders.take(center, case.reference, "match", builders.MATCH, by=staff.hana)
    await builders.take(center, case.reference, "fulfil", builders.ANSWER, by=staff.hana)
    ada = await doors.requester(center, case.reference, fresh=True)
    assert builders.ANSWER.text in (await ada.get(f"/requests/{case.reference}/package")).text
    async with center.reading(by=REQUESTER) as work:
        (his,) = [row for row in await letters.of_case(work, case) if row.kind == "agent_request_ended"]
    assert (await ada.get(f"/requests/{case.reference}/letters/{his.id}")).status_code == 404
