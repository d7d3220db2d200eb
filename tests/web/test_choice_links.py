"""Where people find the page of the choices: first on the first page, and from everywhere a no could be looked for."""

import pytest

from privacy_center.center import Center
from privacy_center.web.routes import PUBLIC
from tests.builders import ADA
from tests.trust import doors
from tests.trust.doors import visitor
from tests.web.forms import Forms
from tests.web.test_choices import ALL


@pytest.mark.parametrize(
    "right", ["optout_sale_sharing", "limit_sensitive", "withdraw_consent", "object_direct_marketing"]
)
async def test_the_form_for_requests_leads_here(center: Center, right: str) -> None:
    answer = await visitor(center).get(f"/requests/new?right={right}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/choices")
    filed = await visitor(center).post("/requests/new", data={"right": right, "place": "DE", "email": ADA})
    assert filed.status_code == 422
    assert '<p><a href="/choices">Your Privacy Choices</a></p>' in filed.text
    assert not (await doors.rows(center))["pc_case"]


async def test_the_first_page_says_no_first(center: Center) -> None:
    page = (await visitor(center).get("/")).text
    main = page.split("<main")[1]
    assert main.index("Opt out of all of these") < main.index("Get a copy of my data")
    assert Forms(page).found[0] == {"action": ["/choices"], "purpose": list(ALL), "choice": ["out"]}


async def test_the_rights_of_a_place_lead_here_for_every_no(center: Center) -> None:
    page = (await visitor(center).get("/rights/US-CA")).text
    assert page.count('href="/choices">Say no here, at once') >= 3


async def test_the_notice_names_the_cookie_and_what_is_kept(center: Center) -> None:
    page = (await visitor(center).get("/notice")).text
    assert "<code>choice</code>" in page
    assert "<code>notice</code>" in page
    assert "fingerprint" in page


def test_there_is_one_page_for_it() -> None:
    assert [route.path for route in PUBLIC if "choices" in getattr(route, "path", "")] == ["/choices"]  # type: ignore[attr-defined]
