"""A request travels from the form to its closing letter, with and without JavaScript, on both databases."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browsers import Browse
from tests.journeys import people
from tests.processes import Running


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
async def test_ada_gets_a_copy_of_her_data(running: Running, browse: Browse, javascript: bool, tmp_path: Path) -> None:
    email = f"ada-{'js' if javascript else 'plain'}@people.example"
    ada = await browse(javascript=javascript)
    mail = await people.file(running, ada, email=email)
    reference = people.reference_in(mail)
    assert "Ada" not in mail.text, "nothing that the filer typed, before proof (D12)"
    assert "GDPR" in mail.text
    assert "aim to answer by" in mail.text
    await people.confirm(ada, mail)
    await expect(ada.get_by_text("With our staff")).to_be_visible()

    lea = await browse(javascript=javascript)
    await people.staff_sign_in(running, lea, f"lea-{email}", "lead")
    await people.look(lea)
    await people.open_case(running, lea, reference)
    assert "Ada <b>Example</b>" in await lea.inner_text("main"), "shown as typed, never as markup"
    await people.step(lea, "ask", text="Which account do you mean?")
    (_, _, question) = await running.mailbox.wait(3, to=email)
    assert "Which account" not in question.text, "words stay on the page (U19)"

    await reply(running, ada, reference)
    await people.open_case(running, lea, reference)
    await expect(lea.get_by_text("The one from 2021.")).to_be_visible()
    await people.step(lea, "extend", text="We have to search an old archive.")
    (*_, extension) = await running.mailbox.wait(4, to=email)
    assert "We have to search an old archive." in extension.text
    await people.step(lea, "match", found_in="Shop accounts, since 2021", data_points="2")
    answer = tmp_path / "orders.csv"
    answer.write_text("order,day\n1,2026-01-02\n", encoding="utf-8")
    await lea.locator("form[action$='/steps/fulfil'] [name=files]").set_input_files(answer)
    words = {"text": "This is all that we hold about you.", "content_third_party_list": "Parcel Post Limited."}
    await people.step(lea, "fulfil", **words)
    await expect(lea.get_by_text("Done", exact=True).first).to_be_visible()

    (*_, ending) = await running.mailbox.wait(5, to=email)
    assert "This is all" not in ending.text, "the answer opens only after a fresh code (U22)"
    await fetch(running, ada, reference, email)
    assert f"{running.command('trail', 'verify', reference).strip()}" == "1 chain is whole"


async def reply(running: Running, ada: Page, reference: str) -> None:
    """Ada reads the question on her page and answers it there."""
    await ada.goto(f"{running.base_url}/requests/{reference}")
    await expect(ada.get_by_text("Which account do you mean?").first).to_be_visible()
    await people.look(ada)
    await ada.get_by_label("Your answer").fill("The one from 2021.")
    await ada.get_by_role("button", name="Send the answer").click()
    await expect(ada.get_by_text("You answered our question")).to_be_visible()


async def fetch(running: Running, ada: Page, reference: str, email: str) -> None:
    """Ada reads her answer after a fresh code, and downloads its file."""
    await ada.goto(f"{running.base_url}/requests/{reference}")
    await ada.get_by_role("link", name="Read the answer").click()
    await people.look(ada)
    await ada.locator("main form button").first.click()
    (*_, mail) = await running.mailbox.wait(6, to=email)
    await ada.get_by_label("Code").fill("000000" if mail.code != "000000" else "000001")
    await ada.get_by_role("button", name="Go on").click()
    await expect(ada.get_by_role("alert")).to_be_visible()
    await expect(ada).to_have_title(re.compile("^Error: "))
    await people.look(ada)
    await ada.get_by_label("Code").fill(mail.code)
    await ada.get_by_role("button", name="Go on").click()
    await expect(ada.get_by_text("This is all that we hold about you.")).to_be_visible()
    await people.look(ada)
    async with ada.expect_download() as download:
        await ada.get_by_role("link", name="orders.csv").click()
    assert (await (await download.value).path()).read_bytes() == b"order,day\n1,2026-01-02\n"
    await ada.goto(f"{running.base_url}/requests/{reference}")
    await expect(ada.get_by_text("You downloaded a file of the answer").first).to_be_visible()


async def test_a_deletion_in_california_is_confirmed_by_the_code_and_denied_with_its_ground(
    running: Running, browse: Browse
) -> None:
    email = "ada-california@people.example"
    ada = await browse()
    mail = await people.file(running, ada, email=email, place="US-CA", right="delete")
    reference = people.reference_in(mail)
    assert "Civ. Code 1798.105" in mail.text
    assert "GDPR Art. 17" in mail.text, "the controller is established in Ireland"
    elsewhere = await browse()
    await elsewhere.goto(running.base_url + "/verify")
    await elsewhere.get_by_label("Reference").fill(reference.lower().replace("-", " "))
    await elsewhere.get_by_label("Code").fill(mail.code)
    await elsewhere.locator("main form button").first.click()
    await expect(elsewhere.get_by_role("heading", name="Where it stands")).to_be_visible()

    lea = await browse()
    await people.staff_sign_in(running, lea, "lea-california@northwind.example", "lead")
    await people.open_case(running, lea, reference)
    await people.step(lea, "deny", text="Tax law makes us keep the invoice of 2024.")
    await expect(lea.get_by_role("alert")).to_contain_text("Choose a ground that this law knows.")
    await people.look(lea)
    await people.step(lea, "deny", ground="legal_obligation", citation="Section 147 Fiscal Code")
    (*_, denial) = await running.mailbox.wait(3, to=email)
    assert "Civ. Code 1798.105(d)(8)" in denial.text
    assert "Tax law makes us keep the invoice of 2024." in denial.text
    await elsewhere.reload()
    await expect(elsewhere.get_by_text("Refused").first).to_be_visible()
    await people.look(elsewhere)


async def test_a_step_that_is_not_open_says_why(running: Running, browse: Browse) -> None:
    ada, hana = await browse(), await browse()
    reference = people.reference_in(await people.file(running, ada, email="ada-waits@people.example"))
    address = running.command("staff", "invite", "hana-waits@northwind.example", "--role", "handler")
    await people.come_in(running, hana, address.strip())
    await people.open_case(running, hana, reference)
    await hana.locator("details.step summary").click()
    await expect(hana.get_by_text("where this step is not open").first).to_be_visible()
    await people.look(hana)


async def test_ada_corrects_where_she_lives_and_no_date_gets_later(running: Running, browse: Browse) -> None:
    ada = await browse()
    mail = await people.file(running, ada, email="ada-moves@people.example")
    await people.confirm(ada, mail)
    limit = ada.locator("section[aria-labelledby=dates] dd").nth(2)
    before = await limit.inner_text()
    await ada.get_by_role("link", name="Not right? Correct it").click()
    await people.look(ada)
    await ada.get_by_label("Where do you live?").select_option("US-CA")
    await ada.get_by_role("button", name="Save the place").click()
    await expect(ada.get_by_text("California, United States")).to_be_visible()
    assert await limit.inner_text() == before
    (*_, letter) = await running.mailbox.wait(3, to="ada-moves@people.example")
    assert "California Consumer Privacy Act" in letter.text
    await people.look(ada)


async def test_opening_the_link_changes_nothing_and_a_bare_post_confirms_nothing(
    running: Running, browse: Browse
) -> None:
    ada = await browse()
    mail = await people.file(running, ada, email="ada-scanner@people.example")
    scanner = await browse()
    for _ in range(2):
        await scanner.goto(mail.link)
    answer = await scanner.request.post(mail.link)
    assert answer.status == 422
    head = await scanner.request.head(mail.link)
    assert head.status in (200, 405)
    await people.confirm(ada, mail)


async def test_mallory_sees_the_same_page_for_a_reference_of_others_and_one_that_does_not_exist(
    running: Running, browse: Browse
) -> None:
    ada, mallory = await browse(), await browse()
    reference = people.reference_in(await people.file(running, ada, email="ada-secret@people.example"))
    answers = []
    for guess in (reference, "PR-0000-0000-0000"):
        for path in ("", "/package", "/withdraw"):
            answer = await mallory.request.get(f"{running.base_url}/requests/{guess}{path}")
            # The page in another language is a link to this very address.
            said = (await answer.text()).replace(guess, "").replace(f"/requests/{path}?", "/requests/?")
            answers.append((answer.status, said))
    assert {status for status, _ in answers} == {404}
    assert len({text for _, text in answers}) == 1


async def test_the_same_answer_for_a_mailbox_that_is_known_and_one_that_is_not(
    running: Running, browse: Browse
) -> None:
    ada = await browse()
    await people.file(running, ada, email="ada-known@people.example")
    texts = []
    for email in ("ada-known@people.example", "nobody@people.example"):
        page = await browse()
        await page.goto(running.base_url + "/sign-in")
        await page.get_by_label("e-mail address").fill(email)
        await page.locator("main form button").first.click()
        await page.get_by_label("Code").wait_for()
        texts.append((await page.inner_text("main")).replace(email, ""))
    assert texts[0] == texts[1]
