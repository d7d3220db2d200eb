"""The agents' door: what it asks, what it keeps, what it refuses, and that it tells a stranger nothing."""

import re
from typing import Any

import pytest
from httpx2 import AsyncClient, Response

from privacy_center.casework import budget, digests, letters, permissions
from privacy_center.casework.facts import Facts
from privacy_center.casework.work import CLOCK, REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Role
from tests import builders
from tests.agents import ALL, PDF, agents_cases, posted, said
from tests.builders import ADA, MALLORY, OTTO
from tests.conftest import Clock
from tests.trust import doors
from tests.trust.doors import visitor
from tests.web.forms import Forms

FILLED = {"choice": "out", "form": "abc", "kind": "email", "value": ADA, "email": OTTO, "agent": "Otto & Partners"}
WORDS = {"words": "Otto may say no for me.", "signer": "Ada Example", "signed_on": "2026-11-20"}
PAPER = {"permission": ("permission.pdf", PDF, "application/pdf")}
NOTHING = {"permission": ("", b"", "application/octet-stream")}
"""What a browser sends where no file was chosen."""

NONCE = re.compile(r"PC(?:-[0-9A-Z]{4}){3}|PCR1[.A-Z0-9]+|[A-Z2-7]{26}|receipt-PC[^\"]+|\d\d:\d\d")


async def send(client: AsyncClient, files: Any = NOTHING, **fields: Any) -> Response:
    """Otto fills the form and sends it."""
    return await client.post("/agents", data={**FILLED, **fields}, files=files)


async def test_one_form_and_the_page_says_what_counts_since_when(center: Center) -> None:
    otto = visitor(center, javascript=True)
    page = await otto.get("/agents")
    (form,) = Forms(page.text).found
    assert form["purpose"] == list(ALL)
    assert form["choice"] == ["out"]
    assert set(Forms(page.text).demanded) == {"value", "email"}
    answer = await send(otto, PAPER)
    assert answer.status_code == 200
    assert "<span>Opted out</span></h1>" in answer.text
    assert "24 November 2026, 16:01\N{NO-BREAK SPACE}GMT" in answer.text
    assert ADA in answer.text
    assert "Receipt:" in answer.text
    assert await said(center) == dict.fromkeys(ALL, ("out", "agent"))
    checked = await otto.get(re.findall(r'href="(/receipts/[^"]+)"', answer.text)[0])
    assert checked.status_code == 200
    assert "genuine" in checked.text.casefold() or "signed" in checked.text.casefold()
    assert ADA not in checked.text


async def test_both_doors_lead_here(center: Center) -> None:
    for path in ("/choices", "/contact"):
        assert 'href="/agents"' in (await visitor(center).get(path)).text


async def test_a_choice_of_some_purposes_is_of_these_alone(center: Center) -> None:
    await send(visitor(center), purpose=["sale", "newsletter"], **WORDS)
    assert set(await said(center)) == {"sale", "newsletter"}


async def test_without_a_permission_all_that_was_typed_is_kept(center: Center) -> None:
    answer = await send(visitor(center), purpose=["sale"])
    assert answer.status_code == 422
    assert permissions.MISSING in answer.text
    kept = Forms(answer.text).found[0]
    for name in ("value", "email", "form"):
        assert kept[name] == [FILLED[name]]
    assert 'value="Otto &amp; Partners"' in answer.text
    assert re.search(r'value="sale" checked', answer.text)
    assert not re.search(r'value="sharing" checked', answer.text)
    assert '<option value="email" selected>' in answer.text
    assert await said(center) == {}
    assert not await posted(center, ADA)


async def test_that_a_file_is_not_kept_is_said_plainly(center: Center) -> None:
    answer = await send(visitor(center), PAPER, value="ada@")
    assert answer.status_code == 422
    assert permissions.NOT_KEPT in answer.text
    assert 'value="ada@"' in answer.text


async def test_words_are_kept_with_a_mistake(center: Center) -> None:
    answer = await send(visitor(center), value="ada@", **WORDS)
    assert answer.status_code == 422
    assert "Otto may say no for me.</textarea>" in answer.text
    assert 'value="Ada Example"' in answer.text
    assert 'value="2026-11-20"' in answer.text


@pytest.mark.parametrize("content", [b"MZ\x90\x00", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"PK\x03\x04", b""])
async def test_a_file_that_is_not_what_it_says_is_refused_beside_its_field(center: Center, content: bytes) -> None:
    answer = await send(visitor(center), {"permission": ("permission.pdf", content, "application/pdf")})
    assert answer.status_code == 422
    assert 'id="permission-error"' in answer.text
    assert await said(center) == {}


async def test_a_file_too_large_keeps_the_form_and_thirty_megabytes_are_not_read(center: Center) -> None:
    otto = visitor(center)
    answer = await send(otto, {"permission": ("p.pdf", PDF + b"x" * permissions.LARGEST, "application/pdf")})
    assert answer.status_code == 422
    assert permissions.TOO_LARGE in answer.text
    answer = await send(otto, {"permission": ("p.pdf", PDF + b"x" * 30_000_000, "application/pdf")})
    assert answer.status_code == 413
    assert await said(center) == {}


async def test_nobody_says_yes_for_somebody_else(center: Center) -> None:
    otto = visitor(center)
    answer = await send(otto, PAPER, choice="in")
    assert answer.status_code == 422
    assert "Nobody can say yes for somebody else" in answer.text
    assert await said(center) == {}
    await send(otto, PAPER, choice=["in", "out"], purpose="sale")
    assert await said(center) == {"sale": ("out", "agent")}  # the no counts (D3)
    answer = await send(otto, PAPER, choice="in", form="again")
    assert answer.status_code == 422
    assert await said(center) == {"sale": ("out", "agent")}


async def test_a_form_from_another_site_is_refused(center: Center) -> None:
    mallory = visitor(center)
    mallory.headers["Sec-Fetch-Site"] = "cross-site"
    assert (await send(mallory, PAPER)).status_code == 403
    assert await said(center) == {}


async def test_a_bare_form_without_fields_or_in_another_shape_is_no_crash(center: Center) -> None:
    otto = visitor(center)
    assert (await otto.post("/agents", data={})).status_code == 422
    assert (await otto.post("/agents", json={"value": ADA})).status_code == 422
    assert (await otto.post("/agents", data={**FILLED, "permission": "no file"})).status_code == 422
    two = [("permission", ("a.pdf", PDF)), ("permission", ("b.pdf", PDF))]
    assert (await otto.post("/agents", data=FILLED, files=two)).status_code == 400
    nul = await send(otto, PAPER, value="ada\x00@people.example", agent="Otto\x00\u202e")
    assert nul.status_code == 200
    assert set(await said(center)) == set(ALL)


async def test_what_is_typed_is_text_on_every_page_and_in_no_header(center: Center) -> None:
    evil = "<script>alert(1)</script>{{ 7*7 }}"
    file = {"permission": ('"><img src=x>\r\nX-Evil: 1.pdf', PDF, "application/pdf")}
    answer = await send(visitor(center), kind="customer", value=evil, agent=evil, email="otto", **WORDS)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    answer = await send(visitor(center), file, kind="customer", value=evil, agent=evil, words=evil, signer=evil)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    (case,) = await agents_cases(center)
    hana = await doors.staff(center, Role.handler)
    page = await hana.get(f"/desk/cases/{case.reference}")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page.text
    assert "<script>alert" not in page.text
    saved = await hana.get(re.findall(r'href="(/desk/cases/[^"]+/permissions/[^"]+)"', page.text)[0])
    assert saved.content == PDF
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-disposition"].startswith("attachment; filename=")
    assert "x-evil" not in saved.headers
    assert saved.headers["x-content-type-options"] == "nosniff"


async def test_words_are_read_on_a_page_at_the_desk(center: Center) -> None:
    evil = "<b>Otto may</b>"
    await send(visitor(center), **{**WORDS, "words": evil})
    (case,) = await agents_cases(center)
    hana = await doors.staff(center, Role.handler)
    page = await hana.get(f"/desk/cases/{case.reference}")
    assert "Mailbox of the agent" in page.text
    assert "E-mail address of the person" in page.text
    assert "Ada Example" not in page.text  # the permission has to be opened
    where = re.findall(r'href="(/desk/cases/[^"]+/permissions/[^"]+)"', page.text)[0]
    opened = await hana.get(where)
    assert "&lt;b&gt;Otto may&lt;/b&gt;" in opened.text
    assert "Ada Example" in opened.text
    assert (await visitor(center).get(where)).status_code == 303
    assert (await hana.get(where.replace(where[-4:], "0000"))).status_code == 404
    shown = await hana.get(f"/desk/cases/{case.reference}")
    assert "permission" in shown.text


async def test_the_same_page_whoever_it_is_about(center: Center) -> None:
    await builders.file(center, email=ADA)
    await send(visitor(center), PAPER, form="first", value=ADA)
    pages = [
        NONCE.sub("·", (await send(visitor(center), PAPER, form=f"f{number}", value=value)).text.replace(value, "WHO"))
        for number, value in enumerate((ADA, MALLORY))
    ]
    assert pages[0] == pages[1]
    assert "PR-" not in pages[0]


async def test_a_doubled_click_shows_the_same_receipt(center: Center) -> None:
    otto = visitor(center)
    first, again = [re.findall(r"PC(?:-[0-9A-Z]{4}){3}", (await send(otto, PAPER)).text)[0] for _ in range(2)]
    assert first == again
    assert len(await agents_cases(center)) == 1


async def test_no_flood_from_one_network_loses_a_no_or_fills_a_mailbox(
    center: Center, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "POSTS_PER_HOUR", 10)
    otto = visitor(center)
    for number in range(80):
        who = ADA if number % 2 else f"p{number}@people.example"
        answer = await send(otto, PAPER, form=f"f{number}", value=who, purpose=ALL[number % 6])
        assert answer.status_code == 200
    assert set(await said(center)) == {"sharing", "sensitive", "newsletter"}
    assert await said(center, value="p78@people.example")
    assert len(await agents_cases(center)) < 40
    for mailbox in (ADA, OTTO):
        assert sum(state == "queued" for _, _, state in await posted(center, mailbox)) <= 2


async def test_past_what_a_network_may_post_a_no_counts_and_its_letters_wait(
    center: Center, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(budget, "POSTS_PER_HOUR", 2)
    otto = visitor(center, address="192.0.2.7")
    for number in range(4):
        who = {"value": f"p{number}@people.example", "email": f"otto{number}@agents.example"}
        answer = await send(otto, PAPER, form=f"f{number}", **who)
        assert answer.status_code == 200
        assert await said(center, value=who["value"])
        states = [state for to in who.values() for _, _, state in await posted(center, to)]
        assert states == (["queued"] * 2 if number < 2 else ["held"] * 2)
    await send(visitor(center, address="198.51.100.9"), PAPER, form="g", value="q@people.example")
    assert [state for _, _, state in await posted(center, "q@people.example")] == ["queued"]
    clock.forward(minutes=11)
    async with center.work(by=CLOCK) as work:
        for index in await digests.due(work):
            await digests.fold(work, index)
    for to in ("p3@people.example", "otto3@agents.example"):
        assert (await posted(center, to))[-1][0] == "digest"  # nothing is dropped


async def test_only_the_agents_own_session_answers_the_question(center: Center) -> None:
    staff = await builders.cast(center)
    await send(visitor(center), **WORDS)
    (case,) = await agents_cases(center)
    await builders.take(center, case.reference, "ask", Facts(text="We cannot read it."), by=staff.hana)
    await send(visitor(center), PAPER, form="stranger")
    assert [each.state for each in await agents_cases(center)] == ["clarifying"]
    hana = await doors.staff(center, Role.handler)
    assert "nobody has proved that it is theirs" in (await hana.get(f"/desk/cases/{case.reference}")).text
    otto = await doors.requester(center, case.reference)
    assert 'href="/agents"' in (await otto.get(f"/requests/{case.reference}")).text
    await send(otto, PAPER, form="own")
    assert [each.state for each in await agents_cases(center)] == ["applying"]


async def test_the_agent_follows_their_case_and_sees_nothing_of_the_persons(center: Center) -> None:
    await send(visitor(center), **WORDS)
    (case,) = await agents_cases(center)
    otto = await doors.requester(center, case.reference)
    page = await otto.get(f"/requests/{case.reference}")
    assert page.status_code == 200
    assert ADA not in page.text
    assert "A choice was made for you" not in page.text
    async with center.reading(by=REQUESTER) as work:
        (hers,) = [row for row in await letters.of_case(work, case) if row.kind == "agent_told"]
    assert (await otto.get(f"/requests/{case.reference}/letters/{hers.id}")).status_code == 404
