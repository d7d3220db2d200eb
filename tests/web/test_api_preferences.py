"""The API of choices: a no acts at once, a yes needs evidence, and nobody is named in an answer."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy_center.casework import fingerprints, preferences
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.work import REQUESTER
from privacy_center.center import Center
from privacy_center.records.preference import Preference
from tests.builders import ADA, MALLORY
from tests.conftest import A_TUESDAY, Clock
from tests.web.machines import LOOKUP, PUT, client, email, hashed, machine, no, token

ADA_, MALLORY_ = email(ADA), email(MALLORY)


def consent(clock: Clock, **more: object) -> dict[str, object]:
    """Evidence of a yes that was given just now."""
    now = clock.now.isoformat()
    return {"notice_version": "2026-11-01", "shown_at": now, "given_at": now, **more}


async def history(center: Center, who: str = ADA) -> list[Preference]:
    """All that somebody has said, the oldest first."""
    async with center.reading(by=REQUESTER) as work:
        digest = Identity("email", who).digest
        found = await fingerprints.find(work, [digest])
        return (await preferences.history(work, found[digest]))[::-1] if found else []


async def test_a_no_by_a_machine_stands_at_once_and_the_look_up_says_so(center: Center) -> None:
    shop = await machine(center)
    put = await shop.put(PUT, json=no(ADA_, purposes=["sale", "sharing"], place="US-CA", site="shop.northwind.example"))
    assert put.status_code == 200, put.text
    (press,) = put.json()["presses"]
    assert press["press"].startswith("PC-")
    assert press["purposes"] == ["sale", "sharing"]
    asked = {"identifiers": [MALLORY_, ADA_], "purposes": ["sale"], "place": "US-OH"}
    found = await shop.post(LOOKUP, json=asked)
    unknown, known = (each["purposes"]["sale"] for each in found.json()["answers"])
    assert known["allowed"] is False
    assert known["reason"] == "opted_out"
    assert known["ask_again"] == "2027-11-24"
    assert known["valid_until"] == (A_TUESDAY + timedelta(minutes=15)).isoformat()
    assert unknown["reason"] == "consent_needed"  # the house is in Ireland: its law goes along
    assert ADA not in found.text + put.text
    (row, _) = await history(center)
    assert row.source == "api"
    assert row.facts["site"] == "shop.northwind.example"


async def test_who_is_written_in_another_way_is_the_same_person(center: Center) -> None:
    shop = await machine(center)
    phone = {"type": "phone", "value": "+1 (415) 555-0100"}
    await shop.put(PUT, json=no(email("  ADA@people.example "), phone))
    asked = [ADA_, {"type": "phone", "value": "+14155550100"}]
    found = await shop.post(LOOKUP, json={"identifiers": asked, "purposes": ["sale"]})
    assert [each["purposes"]["sale"]["reason"] for each in found.json()["answers"]] == ["opted_out"] * 2


async def test_without_purposes_all_that_the_token_is_bound_to_are_answered(center: Center) -> None:
    ads = await machine(center, purposes=["sale", "sharing"])
    found = await ads.post(LOOKUP, json={"identifiers": [ADA_]})
    assert list(found.json()["answers"][0]["purposes"]) == ["sale", "sharing"]


async def test_a_token_is_bound_to_its_purposes(center: Center) -> None:
    ads = await machine(center, purposes=["sale"])
    for answer in (
        await ads.post(LOOKUP, json={"identifiers": [ADA_], "purposes": ["sale", "training"]}),
        await ads.put(PUT, json=no(ADA_, purposes=["training"])),
    ):
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"
    assert not await history(center)


async def test_the_same_report_again_keeps_its_first_press_and_writes_nothing(center: Center, clock: Clock) -> None:
    shop = await machine(center)
    first = (await shop.put(PUT, json=no(ADA_))).json()["presses"][0]
    clock.forward(minutes=1)
    again = (await shop.put(PUT, json=no(ADA_))).json()["presses"][0]
    assert {**again, "receipt": first["receipt"]} == {**first, "changed": False}
    assert again["receipt"]["url"].startswith("http://localhost:8000/receipts/PCR1.")
    assert len(await history(center)) == 1
    other = await machine(center, "outlet")
    assert (await other.put(PUT, json=no(ADA_))).json()["presses"][0]["press"] != first["press"]
    assert len(await history(center)) == 2


async def test_the_signal_of_a_known_person_counts_whole_and_once(center: Center, clock: Clock) -> None:
    shop = await machine(center)
    signal = {"identifiers": [ADA_], "choice": "out", "source": "signal", "site": "shop.northwind.example"}
    first = (await shop.put(PUT, json=signal)).json()["presses"][0]
    assert set(first["purposes"]) == {"sale", "sharing"}
    assert first["changed"]
    again = (await shop.put(PUT, json=signal)).json()["presses"][0]
    assert again == {"press": None, "purposes": [], "changed": False, "receipt": None}
    assert {row.source for row in await history(center)} == {"signal"}
    clock.forward(minutes=1)
    yes = {"identifiers": [ADA_], "purposes": ["sale"], "choice": "in", "evidence": consent(clock, signal=True)}
    assert (await shop.put(PUT, json=yes)).status_code == 200
    assert not (await shop.put(PUT, json=signal)).json()["presses"][0]["changed"]  # a yes under the signal outranks it


async def test_a_yes_without_evidence_is_refused_and_told_what_is_missing(center: Center, clock: Clock) -> None:
    shop = await machine(center)
    yes = {"identifiers": [ADA_], "purposes": ["sale"], "choice": "in"}
    late = (clock.now + timedelta(hours=1)).isoformat()
    early = (clock.now - timedelta(hours=1)).isoformat()
    for evidence, told in (
        (None, "/evidence"),
        ({"notice_version": "1"}, "/evidence/shown_at"),
        (consent(clock, given_at=late), ""),
        (consent(clock, given_at=early), ""),
        (consent(clock, given_at="2026-11-24T16:00:00"), "/evidence/given_at"),
        (consent(clock, proved=True), "/evidence/proved"),
    ):
        answer = await shop.put(PUT, json={**yes, "evidence": evidence})
        assert answer.status_code == 422, evidence
        assert told in answer.text
    assert (await shop.put(PUT, json={**yes, "evidence": consent(clock)})).status_code == 200
    (row,) = await history(center)
    assert row.choice == "in"
    assert row.facts["notice"] == "2026-11-01"


@pytest.mark.parametrize(
    "more",
    [
        {"identifiers": [ADA_, MALLORY_]},
        {"identifiers": [{"type": "hash", "value": "a" * 64}]},
        {"source": "agent"},
        {"source": "signal", "purposes": None},
        {"source": "button"},
    ],
)
async def test_no_yes_in_bulk_or_by_an_agent_or_by_a_signal(
    center: Center, clock: Clock, more: dict[str, object]
) -> None:
    shop = await machine(center)
    yes = {"identifiers": [ADA_], "purposes": ["sale"], "choice": "in", "evidence": consent(clock)}
    assert (await shop.put(PUT, json={**yes, **more})).status_code == 422
    assert not await history(center)


async def test_a_yes_that_arrives_late_does_not_undo_a_later_no(center: Center, clock: Clock) -> None:
    shop = await machine(center)
    old = consent(clock)
    clock.forward(minutes=5)
    await shop.put(PUT, json=no(ADA_))
    clock.forward(minutes=5)
    yes = {"identifiers": [ADA_], "purposes": ["sale"], "choice": "in"}
    assert (await shop.put(PUT, json={**yes, "evidence": old})).status_code == 422
    assert [row.choice for row in await history(center)] == ["out"]
    assert (await shop.put(PUT, json={**yes, "evidence": consent(clock)})).status_code == 200


async def test_hashes_lead_to_the_person_for_their_own_token_alone(center: Center) -> None:
    shop = await machine(center)
    await shop.put(PUT, json=no(ADA_))
    secret, made = await token(center, "ads", hashes=True)
    other, _ = await token(center, "rival", hashes=True)
    asked = {"identifiers": [hashed(center, made, ADA), hashed(center, made, MALLORY)], "purposes": ["sale"]}
    reasons = [
        [
            each["purposes"]["sale"]["reason"]
            for each in (await client(center, s).post(LOOKUP, json=asked)).json()["answers"]
        ]
        for s in (secret, other)
    ]
    assert reasons == [["opted_out", "consent_needed"], ["consent_needed"] * 2]
    await shop.put(PUT, json=no(MALLORY_))  # made after the token
    found = await client(center, secret).post(LOOKUP, json=asked)
    assert found.json()["answers"][1]["purposes"]["sale"]["reason"] == "opted_out"


async def test_a_no_by_hash_counts_where_the_hash_is_known_and_is_never_swallowed(center: Center) -> None:
    await (await machine(center)).put(PUT, json=no(ADA_))
    secret, made = await token(center, "ads", hashes=True)
    ads = client(center, secret)
    known, unknown = hashed(center, made, ADA), hashed(center, made, MALLORY)
    assert (await ads.put(PUT, json=no(known, purposes=["training"]))).status_code == 200
    answer = await ads.put(PUT, json=no(known, unknown, purposes=["sharing"]))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/identifiers/1/value"
    assert [row.purpose for row in await history(center)] == ["sale", "training"]


async def test_a_token_without_hashes_asks_by_none(center: Center) -> None:
    shop = await machine(center)
    asked = {"identifiers": [{"type": "hash", "value": "0" * 64}], "purposes": ["sale"]}
    assert (await shop.post(LOOKUP, json=asked)).status_code == 403


async def test_known_to_be_under_16_is_no_without_their_own_yes(center: Center, clock: Clock) -> None:
    shop = await machine(center)
    asked = {"identifiers": [ADA_], "purposes": ["training"], "place": "US-CA", "under_16": True}
    assert (await shop.post(LOOKUP, json=asked)).json()["answers"][0]["purposes"]["training"]["reason"] == "under_16"
    yes = {"identifiers": [ADA_], "purposes": ["training"], "choice": "in", "evidence": consent(clock, young="own")}
    assert (await shop.put(PUT, json=yes)).status_code == 200
    assert (await shop.post(LOOKUP, json=asked)).json()["answers"][0]["purposes"]["training"]["allowed"]


STEPS = st.lists(st.sampled_from(["no", "old yes", "signal", "again", "other", "lookup"]), max_size=6)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=STEPS, after=STEPS)
async def test_after_a_no_nothing_but_a_newer_yes_allows_anything(
    center: Center, clock: Clock, before: list[str], after: list[str]
) -> None:
    who = email(f"ada.{clock.forward(seconds=1).timestamp():.0f}@people.example")
    shop = client(center, (await token(center, f"s{clock.now.timestamp():.0f}"))[0])
    old = consent(clock)
    clock.forward(seconds=1)

    async def do(step: str) -> None:
        clock.forward(seconds=1)
        yes = {"identifiers": [who], "purposes": ["training"], "choice": "in", "evidence": old}
        calls = {
            "no": no(who, purposes=["training"]),
            "again": no(who, purposes=["training"]),
            "old yes": yes,
            "signal": {"identifiers": [who], "choice": "out", "source": "signal"},
            "other": no(email(MALLORY), purposes=["training"]),
        }
        if step in calls:
            assert (await shop.put(PUT, json=calls[step])).status_code in {200, 422}

    for step in before:
        await do(step)
    await do("no")
    for step in after:
        await do(step)
        found = await shop.post(LOOKUP, json={"identifiers": [who], "purposes": ["training"], "place": "US-OH"})
        assert found.json()["answers"][0]["purposes"]["training"]["allowed"] is False
