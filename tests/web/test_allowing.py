"""A yes: two steps, the notice shown, the mailbox proved; nobody who said no is asked for it (D5, U3)."""

from httpx2 import AsyncClient, Response

from privacy_center.center import Center
from tests import builders
from tests.builders import ADA
from tests.conftest import Clock
from tests.trust import doors
from tests.trust.doors import visitor
from tests.web.forms import Forms
from tests.web.test_choices import IN, OUT, rows, standing


async def allow(who: AsyncClient, purpose: str = "sale") -> Response:
    """The two steps of a yes."""
    form = {"purpose": purpose, "choice": "in"}
    await who.post("/choices", data=form)
    return await who.post("/choices", data={**form, "confirm": "yes"})


async def test_a_no_takes_fewer_presses_than_a_yes(center: Center) -> None:
    """U3, L3: from the page of the choices one press to a no, two to a yes."""
    ada = visitor(center)
    await ada.get("/choices")
    assert "<span>Opted out</span>" in (await ada.post("/choices", data=OUT)).text
    asked = await ada.post("/choices", data=IN)
    assert "Nothing has changed yet." in asked.text
    assert "sale:out:" in ada.cookies["choice"]
    assert "Allowed again</h1>" in (await ada.post("/choices", data={**IN, "confirm": "yes"})).text
    assert "sale:in:" in ada.cookies["choice"]


async def test_a_yes_keeps_the_notice_that_was_shown_and_when(center: Center, clock: Clock) -> None:
    ada = visitor(center)
    shown = clock.now
    asked = await ada.post("/choices", data=IN)
    assert "version <bdi>2026-11-01</bdi>" in asked.text
    clock.forward(minutes=3)
    assert (await ada.post("/choices", data={**IN, "confirm": "yes"})).status_code == 200
    (row,) = await rows(center)
    assert (row.choice, row.fingerprint_id) == ("in", None)
    assert row.facts["notice"] == "2026-11-01"
    assert (row.facts["shown_at"], row.facts["given_at"]) == (shown.isoformat(), clock.now.isoformat())


async def test_a_yes_counts_only_after_its_own_notice_in_this_browser_within_the_hour(
    center: Center, clock: Clock
) -> None:
    bare, other, late, forged = visitor(center), visitor(center), visitor(center), visitor(center)
    await other.post("/choices", data={"purpose": "training", "choice": "in"})
    await late.post("/choices", data=IN)
    clock.forward(minutes=61)
    forged.cookies.set("notice", f"{clock.now.isoformat()} 2026-11-01 sale")
    for who in (bare, other, late, forged):
        answer = await who.post("/choices", data={**IN, "confirm": "yes"})
        assert "Nothing has changed yet." in answer.text
        assert "choice" not in who.cookies
    assert not await rows(center)


async def test_a_yes_counts_for_an_identity_only_where_this_session_has_proved_it(center: Center) -> None:
    reference = await builders.a_case(center)
    ada, mallory = await doors.requester(center, reference), visitor(center)
    await mallory.post("/choices", data={**OUT, "email": ADA})
    await allow(mallory)
    assert (await standing(center))["sale"].choice == "out"
    await mallory.post("/choices", data={**IN, "confirm": "yes", "email": ADA})
    assert (await standing(center))["sale"].choice == "out"
    assert f"<bdi>{ADA}</bdi>" in (await ada.post("/choices", data=IN)).text
    await ada.post("/choices", data={**IN, "confirm": "yes"})
    assert (await standing(center))["sale"].choice == "in"


async def test_a_yes_needs_the_records(center: Center) -> None:
    ada = visitor(center)
    await ada.post("/choices", data=IN)
    await center.database.dispose()
    center.database = type(center.database)("sqlite:////nowhere/at/all.db")
    assert (await ada.post("/choices", data={**IN, "confirm": "yes"})).status_code == 503
    assert "choice" not in ada.cookies


async def test_nobody_who_said_no_is_asked_but_the_way_back_is_there(center: Center) -> None:
    ada = visitor(center)
    fresh = Forms((await ada.get("/choices")).text)
    assert not [form for form in fresh.found if form.get("choice") == ["in"]]
    page = (await ada.post("/choices", data=OUT)).text
    back = [form for form in Forms(page).found if form.get("choice") == ["in"]]
    assert [form["purpose"] for form in back] == [["sale"]]
    assert page.index('value="in"') > page.index("Where everything stands")
