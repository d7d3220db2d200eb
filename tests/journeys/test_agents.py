"""An agent in a real browser: they file, it counts, both get their letters, and staff end it."""

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.agents import PDF
from tests.browsers import Browse
from tests.journeys import people
from tests.journeys.test_choices import clean
from tests.processes import Running


async def fill(page: Page, ada: str, otto: str) -> None:
    """Everything but the permission."""
    await page.get_by_label("Their address or number").fill(ada)
    await page.get_by_label("Your own e-mail address").fill(otto)
    await page.get_by_label("Your name or organisation").fill("Otto <b>& Partners</b>")


async def looked_up(running: Running, page: Page, token: str, who: str) -> bool:
    """Whether one of our systems may teach models with somebody's data."""
    answer = await page.request.post(
        running.base_url + "/api/v1/preferences/lookup",
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        data=json.dumps({"identifiers": [{"type": "email", "value": who}], "purposes": ["training"]}),
    )
    assert answer.ok, await answer.text()
    (found,) = (await answer.json())["answers"]
    allowed: bool = found["purposes"]["training"]["allowed"]
    return allowed


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
async def test_otto_says_no_for_ada_and_staff_end_it(
    running: Running, browse: Browse, javascript: bool, tmp_path: Path
) -> None:
    mark = f"{javascript}-{running.environ['PRIVACY_CENTER_DATABASE_URL'][:4]}".casefold()
    ada, otto = f"ada-of-{mark}@people.example", f"otto-of-{mark}@agents.example"
    paper = tmp_path / "permission.pdf"
    paper.write_bytes(PDF)
    await file(running, await browse(javascript=javascript), ada, otto, paper)
    (hers,) = await running.mailbox.wait(to=ada)
    (his,) = await running.mailbox.wait(to=otto)
    assert hers.link == running.base_url + "/choices"
    assert "Otto" not in hers.text + hers.subject
    assert "Selling my data" in hers.text
    assert ada not in his.text
    assert people.reference_in(his) == people.reference_in(hers)
    desk = await browse()
    await people.staff_sign_in(running, desk, f"hana-{mark}@northwind.example", "handler")
    await end(running, desk, people.reference_in(his))
    for mailbox in (ada, otto):
        _, ended = await running.mailbox.wait(2, to=mailbox)
        assert "Stopped in the shop and the app." in ended.text


async def file(running: Running, page: Page, ada: str, otto: str, paper: Path) -> None:
    """Otto files, first without the permission, then with it."""
    await page.goto(running.base_url + "/choices")
    await page.get_by_role("link", name="Say no for them here").click()
    await clean(page, "plain")
    await fill(page, ada, otto)
    await page.get_by_label("Do not sell my data").check()
    await page.get_by_role("button", name="Say no for this person").click()
    await expect(page.get_by_role("alert")).to_contain_text("written permission, signed by the person")
    await expect(page.get_by_label("Their address or number")).to_have_value(ada)
    await expect(page.get_by_label("Do not sell my data")).to_be_checked()
    await clean(page, "422")
    await page.get_by_label("As a file").set_input_files(paper)
    await page.get_by_role("button", name="Say no for this person").click()
    await expect(page.get_by_role("heading", name="Opted out", exact=True)).to_be_visible()
    await expect(page.get_by_text("Counts since")).to_be_visible()
    await page.get_by_text("Keep the receipt").click()
    await clean(page, "done")


async def end(running: Running, desk: Page, reference: str) -> None:
    """Hana saves the permission, says that it is done, and looks at what stands for the person."""
    await desk.goto(f"{running.base_url}/desk/cases/{reference}")
    await expect(desk.get_by_text("Otto <b>& Partners</b>")).to_be_visible()
    await clean(desk, "case")
    async with desk.expect_download() as download:
        await desk.get_by_role("link", name="Save the permission").click()
    saved = await (await download.value).path()
    assert saved.read_bytes() == PDF
    await people.step(desk, "apply", text="Stopped in the shop and the app.")
    await expect(desk.get_by_text("This case is closed.")).to_be_visible()
    await desk.get_by_role("button", name="What stands for this person").click()
    await expect(desk.get_by_text("Through an agent").first).to_be_visible()


async def test_the_words_are_read_at_the_desk_and_systems_hear_no_at_once(running: Running, browse: Browse) -> None:
    kind = running.environ["PRIVACY_CENTER_DATABASE_URL"][:4]
    ada, otto = f"ada-words-{kind}@people.example", f"otto-words-{kind}@agents.example"
    scopes = ("--scope", "preferences:read", "--purpose", "training")
    token = running.command("token", "create", f"shop-{kind}", *scopes).split()[0]
    page = await browse(color_scheme="dark")
    assert await looked_up(running, page, token, ada)
    await page.goto(running.base_url + "/agents")
    await clean(page, "dark")
    await fill(page, ada, otto)
    await page.get_by_label("What the permission says").fill("Otto may say no for me.\nTo everything.")
    await page.get_by_label("Signed by").fill("Ada Example")
    await page.get_by_label("Signed on").fill("2026-01-02")
    await page.keyboard.press("Tab")
    await page.get_by_role("button", name="Say no for this person").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Opted out", exact=True)).to_be_visible()
    await clean(page, "dark done")
    assert not await looked_up(running, page, token, ada)
    (his,) = await running.mailbox.wait(to=otto)
    desk = await browse(color_scheme="dark")
    await people.staff_sign_in(running, desk, f"lea-words-{kind}@northwind.example", "lead")
    await desk.goto(f"{running.base_url}/desk/cases/{people.reference_in(his)}")
    await desk.get_by_role("link", name=re.compile("Read the permission")).click()
    await expect(desk.get_by_text("To everything.")).to_be_visible()
    await clean(desk, "permission")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
async def test_otto_asks_for_ada_who_confirms_and_reads_the_answer_alone(
    running: Running, browse: Browse, javascript: bool, tmp_path: Path
) -> None:
    mark = f"asks-{javascript}-{running.environ['PRIVACY_CENTER_DATABASE_URL'][:4]}".casefold()
    ada, otto = f"ada-of-{mark}@people.example", f"otto-of-{mark}@agents.example"
    paper = tmp_path / "permission.pdf"
    paper.write_bytes(PDF)
    await ask(running, await browse(javascript=javascript), ada, otto, paper)
    hers = await running.mailbox.wait(2, to=ada)
    (his,) = await running.mailbox.wait(to=otto)
    for mail in (*hers, his):
        assert not [typed for typed in ("Otto", "Partners", "4711", ada, otto) if typed in mail.text + mail.subject]
    assert {people.reference_in(mail) for mail in hers} == set(people.REFERENCE.findall(his.text))
    copy = next(mail for mail in hers if "Get a copy of my data" in mail.text)
    page = await browse(javascript=javascript)
    await confirm(running, page, copy.link, otto)
    desk = await browse()
    await people.staff_sign_in(running, desk, f"hana-{mark}@northwind.example", "handler")
    await answer(running, desk, people.reference_in(copy))
    *_, ended = await running.mailbox.wait(2, to=otto)
    assert "It was granted. The answer went to the person." in ended.text
    assert "Here is what we hold." not in ended.text
    await page.reload()
    await expect(page.get_by_role("heading", name="Your answer is here")).to_be_visible()
    await expect(page.get_by_text("somebody who acts for you").first).to_be_visible()
    await clean(page, "answered")


async def ask(running: Running, page: Page, ada: str, otto: str, paper: Path) -> None:
    """Otto asks for two things in one go, first with a mistake."""
    await page.goto(running.base_url + "/agents")
    await page.get_by_role("link", name="Ask for it here").click()
    await clean(page, "errand")
    await page.get_by_label("Get a copy of my data").check()
    await page.get_by_label("Correct my data").check()
    await page.get_by_label("Where do they live?").select_option("US-CA")
    await page.get_by_label("Their own e-mail address").fill(ada)
    await page.get_by_label("Their name").fill("Ada Example")
    await page.get_by_label("Anything that helps us").fill("Customer 4711")
    await page.get_by_label("Your own e-mail address").fill(ada)
    await page.get_by_label("Your name or organisation").fill("Otto <b>& Partners</b>")
    await page.get_by_role("button", name="Ask for this person").click()
    await expect(page.get_by_role("alert")).to_contain_text("the address that you gave for the person")
    await expect(page.get_by_label("Correct my data")).to_be_checked()
    await clean(page, "errand 422")
    await page.get_by_label("Your own e-mail address").fill(otto)
    await page.get_by_label("As a file").set_input_files(paper)
    await page.get_by_role("button", name="Ask for this person").click()
    await expect(page.get_by_role("heading", name="Now the person confirms")).to_be_visible()
    await clean(page, "errand sent")


async def confirm(running: Running, page: Page, link: str, otto: str) -> None:
    """Ada reads that an agent asked, says that she gave the permission, and then sees who it was."""
    await page.goto(link)
    await expect(page.get_by_role("heading", name="May somebody ask this for you?")).to_be_visible()
    assert "Otto" not in await page.inner_text("main")
    await clean(page, "errand verify")
    await page.get_by_role("button", name="Yes, I gave this permission").click()
    await expect(page.get_by_role("heading", name="Where it stands")).to_be_visible()
    await expect(page.get_by_text("Otto <b>& Partners</b>")).to_be_visible()
    await expect(page.get_by_text(otto)).to_be_visible()
    await clean(page, "errand status")


async def answer(running: Running, desk: Page, reference: str) -> None:
    """Hana saves the permission, finds Ada on file and answers."""
    await desk.goto(f"{running.base_url}/desk/cases/{reference}")
    await expect(desk.get_by_role("heading", name="An agent asked for this")).to_be_visible()
    await clean(desk, "errand case")
    async with desk.expect_download() as download:
        await desk.get_by_role("link", name="Save the permission").click()
    assert (await (await download.value).path()).read_bytes() == PDF
    await people.step(desk, "match", found_in="Shop accounts, since 2021", data_points="3", declaration=True)
    said = {"text": "Here is what we hold."}
    for field in await desk.locator("form[action$='/steps/fulfil'] textarea[name^=content_]").all():
        said[await field.get_attribute("name") or ""] = "None."
    await people.step(desk, "fulfil", **said)
    await expect(desk.get_by_text("This case is closed.")).to_be_visible()
