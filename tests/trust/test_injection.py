"""What people type is text, everywhere: never markup, never a header, never a template, never an error (S14-S16)."""

import re
from email import message_from_bytes, policy
from html.parser import HTMLParser

from httpx2 import AsyncClient, Response
from sqlmodel import col, select

from privacy_center.casework import letters, vault
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.mailroom.postman import Postman
from privacy_center.records.case import Case
from privacy_center.records.letter import Letter
from tests import builders
from tests.builders import ADA, MATCH, cast, prove, take
from tests.trust import doors
from tests.trust.doors import rows, visitor

CORPUS = {
    "tags": "<b>bold</b><img src=x onerror=alert(7331)>",
    "script": "</title></textarea></option><script>alert(7331)</script>",
    "attribute": "\"' autofocus onfocus=alert(7331) x=\"'><svg/onload=alert(7331)>",
    "address": "javascript:alert(7331)//[x](javascript:alert(7331))",
    "template": "{{7331*7331}} {% raw %} ${7331*7331} #{7331*7331} {{ config }} [[link:verify]] [[code]] %(x)s {0}",
    "headers": "Hello\r\nBcc: mallory@people.example\r\nX-Evil: 7331\r\n\r\nA second body",
    "bidi": "\u202egpj.exe\u202c \u2066hidden\u2069 \u200b zero",
    "control": "a\x00b\x07c\x1bd\x7f",
    "formula": "=1+1|'cmd'!A0",
    "emoji": "👩🏽‍💻 ẞ İ ﷽ Ω̶",
    "long": "long " * 2000,
    "sql": "'; DROP TABLE pc_case; --",
}
GOOD = {"right": "access", "place": "DE", "email": "mallory@people.example"}
FIELDS = {
    "/requests/new": (
        "right",
        "place",
        "email",
        "name",
        "note",
        "form",
        "correct-right",
        "access-since",
        "restrict-ground",
    ),
    "/sign-in": ("email",),
    "/sign-in/code": ("email", "code"),
    "/verify": ("reference", "code"),
    "/verify/resend": ("reference", "email"),
    "/desk/sign-in": ("email",),
    "/verify/x": ("seal",),
}
PRODUCT = str(7331 * 7331)
LEADING = {"href", "src", "action", "formaction"}


class Reader(HTMLParser):
    """What a browser would make of a page: its tags, and the attributes that could act."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing that we did not write may be a tag or an attribute."""
        picture = tag == "img" and (dict(attrs).get("src") or "").startswith("/receipts/")  # the receipt's own QR code
        if tag in {"script", "img", "iframe", "object", "base"} and not picture:
            self.faults.append(f"<{tag}>")
        self.faults += [f"{tag} {name}" for name, _ in attrs if name.lower().startswith("on")]
        self.faults += [
            f"{tag} {name}={value}" for name, value in attrs if name in LEADING and "script:" in (value or "")
        ]


def harmless(answer: Response) -> None:
    """A page on which nothing that was typed acts."""
    assert answer.status_code < 500, answer.text
    assert PRODUCT not in answer.text, "a template was evaluated"
    assert "x-evil" not in answer.headers
    assert "bcc" not in answer.headers
    assert "<img src=x" not in answer.text
    assert "<script>alert" not in answer.text
    assert "<svg/onload" not in answer.text
    if "html" in answer.headers.get("content-type", ""):
        assert "\x00" not in answer.text
        reader = Reader()
        reader.feed(answer.text)
        assert not reader.faults


async def all_pages(center: Center, reference: str, ada: AsyncClient, hana: AsyncClient) -> None:
    """Every page on which the words of a case are shown."""
    async with center.reading(by=REQUESTER) as work:
        case = await builders.seen(center, reference)
        ids = [letter.id for letter in await letters.of_case(work, case)]
    for path in ("", "/package", "/withdraw", "/place", *(f"/letters/{letter_id}" for letter_id in ids)):
        harmless(await ada.get(f"/requests/{reference}{path}"))
    harmless(await ada.get("/requests"))
    for path in ("/desk", f"/desk/cases/{reference}", "/desk/letters", *(f"/desk/letters/{i}" for i in ids)):
        answer = await hana.get(path)
        assert answer.status_code == 200
        harmless(answer)


async def all_mails(center: Center) -> None:
    """Every mail that would go out: neither its headers nor its body holds what it should not."""
    postman = Postman(
        keys=center.house.keys,
        links=center.house.links,
        base_url=center.settings.base_url,
        mail_from=center.settings.mail_from,
    )
    async with center.reading(by=REQUESTER) as work:
        written = list(await work.session.exec(select(Letter).order_by(col(Letter.id))))
    assert written
    for letter in written:
        mail = message_from_bytes(bytes(postman.mail(letter, now=center.now())), policy=policy.default)
        assert mail["Bcc"] is None
        assert mail["X-Evil"] is None
        assert len(str(mail["To"]).split("@")) == 2
        assert "7331" not in str(mail["Subject"])
        said = mail.get_content()
        assert PRODUCT not in said
        assert len(re.findall(r"^https?://\S+$", said, re.MULTILINE)) <= 1
        assert len(re.findall(r"^Code: \d{6}$", said, re.MULTILINE)) <= 1


async def file_at_the_door(center: Center, words: str, number: int) -> Response:
    """A request whose every field but the needed ones holds these words."""
    fields = {"right": "object", "place": "DE", "email": f"ada{number}@people.example", "name": words, "note": words}
    fields |= {"object-use": words, "object-situation": words}
    return await visitor(center).post("/requests/new", data=fields)


async def test_what_a_requester_files_is_text_on_every_page_and_in_every_mail(center: Center) -> None:
    hana = await doors.staff(center, Role.lead)
    for number, words in enumerate(CORPUS.values()):
        answer = await file_at_the_door(center, words[:190], number)
        harmless(answer)
        assert answer.status_code == 303, answer.text
        reference = await newest(center)
        await prove(center, reference)
        ada = await doors.requester(center, reference, fresh=True)
        harmless(await ada.post(f"/requests/{reference}/messages", data={"text": words}))
        await all_pages(center, reference, ada, hana)
    await all_mails(center)


async def newest(center: Center) -> str:
    """The reference of the request that came last."""
    async with center.reading(by=REQUESTER) as work:
        return (await work.session.exec(select(Case).order_by(col(Case.id).desc()).limit(1))).one().reference


async def test_before_proof_no_mail_repeats_what_a_filer_typed(center: Center) -> None:
    mark = "Zanzibar-7331"
    fields = {"right": "access", "place": "DE", "email": ADA, "name": mark, "note": mark, "access-topics": mark}
    assert (await visitor(center).post("/requests/new", data=fields)).status_code == 303
    async with center.reading(by=REQUESTER) as work:
        for letter in await work.session.exec(select(Letter)):
            assert mark not in "".join(letters.words(work, letter))


async def test_what_staff_write_is_text_too(center: Center) -> None:
    hana = await doors.staff(center, Role.lead)
    for number, words in enumerate(CORPUS.values()):
        reference = await builders.file(center, email=f"ada{number}@people.example")
        await prove(center, reference)
        ada = await doors.requester(center, reference, fresh=True)
        here = f"/desk/cases/{reference}/steps"
        for step in ("ask", "inform"):
            assert (await hana.post(f"{here}/{step}", data={"text": words})).status_code == 303
        harmless(await ada.post(f"/requests/{reference}/messages", data={"text": words}))
        for step in ("extend", "match"):
            fields = {"text": words, "found_in": words, "data_points": "3", "declaration": "yes"}
            assert (await hana.post(f"{here}/{step}", data=fields)).status_code == 303
        fields = {"text": words} | {f"content_{code}": words for code in center.house.library.contents}
        answer = await hana.post(f"{here}/fulfil", data=fields, files=[("files", (words[:200], b"x"))])
        assert answer.status_code == 303, answer.text
        await all_pages(center, reference, ada, hana)
        await the_file(center, reference, ada)
    await all_mails(center)


async def the_file(center: Center, reference: str, ada: AsyncClient) -> None:
    """The answer's file: saved, never shown, under a name that is only a name."""
    page = await ada.get(f"/requests/{reference}/package")
    found = re.search(rf"/requests/{reference}/package/[0-9a-f-]{{36}}", page.text)
    assert found
    answer = await ada.get(found[0])
    harmless(answer)
    said = answer.headers["content-disposition"]
    assert said.startswith('attachment; filename="')
    assert not re.search(r"[\r\n\x00<>/\\]", said)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_words_of_a_refusal_are_text(center: Center) -> None:
    for number, words in enumerate(CORPUS.values()):
        reference = await builders.file(center, email=f"ada{number}@people.example")
        await prove(center, reference)
        lea = await doors.staff(center, Role.lead)
        fields = {"text": words, "ground": "no_data_held", "citation": words[:300]}
        assert (await lea.post(f"/desk/cases/{reference}/steps/deny", data=fields)).status_code == 303
        await all_pages(center, reference, await doors.requester(center, reference), lea)
    await all_mails(center)


async def test_a_form_filled_with_anything_comes_back_as_text(center: Center) -> None:
    client = visitor(center)
    for words in CORPUS.values():
        for path, fields in FIELDS.items():
            harmless(await client.get(path, params=dict.fromkeys(fields, words[:500])))
            for field in fields:
                harmless(await client.post(path, data={**GOOD, field: words}))


async def test_the_desks_own_forms_and_filters_take_anything(center: Center) -> None:
    reference = await builders.a_case(center)
    lea = await doors.staff(center, Role.lead)
    await take(center, reference, "match", MATCH, by=(await cast(center)).hana)
    before = await rows(center)
    for words in CORPUS.values():
        params = dict.fromkeys(("state", "right", "regime", "owner", "after"), words)
        answer = await lea.get("/desk", params=params)
        harmless(answer)
        assert answer.status_code == 200
        for path in ("owner", "place", "steps/deny"):
            harmless(
                await lea.post(
                    f"/desk/cases/{reference}/{path}", data={"owner": words, "place": words, "ground": words}
                )
            )
    after = await rows(center)
    assert {table for table in after if after[table] != before[table]} <= {"pc_event"}, "only the looks"


async def test_words_are_kept_as_they_were_said(center: Center) -> None:
    reference = await builders.a_case(center)
    ada = await doors.requester(center, reference)
    for words in (CORPUS["tags"], CORPUS["template"], CORPUS["emoji"], CORPUS["formula"]):
        assert (await ada.post(f"/requests/{reference}/messages", data={"text": words})).status_code == 303
        async with center.reading(by=REQUESTER) as work:
            texts = await vault.texts(work, await builders.seen(center, reference))
            assert words in [vault.words(work, text) for text in texts]
