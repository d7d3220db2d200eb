"""A refusal is appealed, in a browser: from the page of the request to a decision by somebody who had no part in it."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.appealing import installed
from tests.browsers import Browse
from tests.conftest import HOUSES, opened
from tests.databases import KINDS
from tests.journeys import people
from tests.journeys.test_desk_choices import clean
from tests.processes import Running

ADA = "ada-appeals@people.example"


@pytest.fixture(scope="module", params=KINDS, ids=HOUSES)
async def virginia(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """`serve` and `work` of a house in Virginia."""
    folder = tmp_path_factory.mktemp(f"virginia-{request.param}")
    async with opened(request, folder, PRIVACY_CENTER_INSTALLATION=str(installed(folder))) as running:
        yield running


async def refused(virginia: Running, ada: Page, lea: Page, looks: str) -> str:
    """Ada asks, Lea refuses; the reference of the request, which Ada has open."""
    email = f"{looks}-{ADA}"
    mail = await people.file(virginia, ada, email=email, place="US-VA", right="delete")
    reference = people.reference_in(mail)
    await people.confirm(ada, mail)
    await people.open_case(virginia, lea, reference)
    await people.step(lea, "deny", ground="legal_obligation", citation="26 U.S.C. 6001", text="Tax law keeps it.")
    (*_, denial) = await virginia.mailbox.wait(3, to=email)
    assert "press “Appeal”" in denial.text
    await ada.reload()
    return reference


@pytest.mark.parametrize("looks", ["light", "dark", "plain"])
async def test_a_refusal_is_appealed_and_another_decides(virginia: Running, browse: Browse, looks: str) -> None:
    scheme = "dark" if looks == "dark" else "light"
    ada, lea, olga = [await browse(javascript=looks != "plain", color_scheme=scheme) for _ in range(3)]
    await people.staff_sign_in(virginia, lea, f"lea-{looks}@northwind.example", "lead")
    await people.staff_sign_in(virginia, olga, f"olga-{looks}@northwind.example", "lead")
    first = await refused(virginia, ada, lea, looks)
    await clean(ada)
    await ada.get_by_label("What should we look at again?").fill("It was not an invoice.")
    await ada.get_by_role("button", name="Appeal").click()
    await expect(ada.get_by_role("heading", name="Appeal a decision on an earlier request")).to_be_visible()
    await clean(ada)
    second = ada.url.rpartition("/")[2]
    assert second != first
    await people.open_case(virginia, lea, second)
    await lea.get_by_text("Not open now").click()
    await expect(lea.get_by_text("You had a part in the first decision").first).to_be_visible()
    await clean(lea)
    await people.open_case(virginia, olga, second)
    await people.step(olga, "fulfil", text="You are right.", content_appeal_written_reasons="It was a wish list.")
    await expect(olga.get_by_text("Done", exact=True).first).to_be_visible()
    await olga.goto(f"{virginia.base_url}/desk/cases/{first}")
    await people.step(olga, "reconsider")
    await clean(olga)
    await ada.goto(f"{virginia.base_url}/requests/{first}")
    await expect(ada.get_by_text("We took your request up again").first).to_be_visible()
    await clean(ada)
