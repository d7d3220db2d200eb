"""Receipts that prove themselves: signed, naming nobody, good for years, and worth nothing once changed."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from privacy_center import settings as settings_module
from privacy_center.casework import cases, first_letters, letters, preferences, receipts, retention, signing_keys
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.preferences import Consent, Said
from privacy_center.casework.receipts import Checked, NotGenuine, Receipt
from privacy_center.casework.work import CLOCK, REQUESTER, House
from privacy_center.center import Center, build
from privacy_center.records.case import Edition
from privacy_center.records.preference import Source
from privacy_center.records.sealed import identity_digest
from privacy_center.records.signing_key import SigningKey
from tests import builders
from tests.builders import ADA, MALLORY
from tests.conftest import Clock, key

WHO = Identity("email", ADA)
BUTTON = Said(("sale", "sharing"), Source.button)


async def pressed(center: Center, who: Identity | None = WHO) -> Receipt:
    """Somebody says no and gets a receipt."""
    async with center.work(by=REQUESTER) as work:
        return receipts.of_press(work, await preferences.say_no(work, BUTTON, identity=who), who)


async def filed(center: Center, right: str = "access") -> tuple[str, Receipt]:
    """Ada files; the receipt as her first letter has it."""
    reference = await builders.file(center, right=right, name="Ada L", note="Please!")
    async with center.reading(by=REQUESTER) as work:
        found = await first_letters.receipt(work, await cases.seen(work, reference))
    assert found is not None
    return reference, found


async def check(center: Center, compact: str) -> Checked:
    """Is it one of ours?"""
    async with center.reading(by=REQUESTER) as work:
        return await receipts.check(work, compact)


async def reopened(environ: Mapping[str, str], clock: Clock, *signing: str) -> Center:
    """The same house, started anew under these keys."""
    keys = ",".join(key(name) for name in signing)
    return await Center.open(settings_module.read({**environ, "PRIVACY_CENTER_SIGNING_KEYS": keys}), now=clock)


async def test_the_receipt_of_a_press_says_what_was_pressed_and_when(center: Center) -> None:
    receipt = await pressed(center)
    said = (await check(center, receipt.compact)).receipt.said
    assert said == receipt.said
    assert (said["about"], said["choice"], said["purposes"], said["way"]) == (
        "choice",
        "out",
        ["sale", "sharing"],
        "button",
    )
    assert (said["at"], said["scope"], said["assurance"]) == (
        "2026-11-24T16:01:00Z",
        "identity",
        "none asked, none needed",
    )
    assert str(said["ref"]).startswith("PC-")
    assert "Opted out of: Selling my data; Sharing my data for advertising" in receipt.text


async def test_a_press_of_a_browser_is_about_nobody(center: Center) -> None:
    receipt = await pressed(center, None)
    assert "person" not in receipt.said
    assert receipt.said["scope"] == "browser"
    assert not receipt.proof
    assert "Proof:" not in receipt.text


async def test_a_yes_says_which_proof_there_was(center: Center) -> None:
    who = Identity("email", ADA, proved=True)
    async with center.work(by=REQUESTER) as work:
        consent = Consent("2026-11-01", shown_at=work.now, given_at=work.now)
        press = await preferences.say_yes(work, BUTTON, consent, identity=who)
        said = receipts.of_press(work, press, who).said
    assert (said["choice"], said["assurance"]) == ("in", "mailbox proved in that session")


async def test_the_receipt_of_a_request_has_its_dates_and_its_law(center: Center) -> None:
    reference, receipt = await filed(center)
    said = (await check(center, receipt.compact)).receipt.said
    assert (said["about"], said["ref"], said["right"]) == ("request", reference, "access")
    case = await builders.seen(center, reference)
    assert (said["aim"], said["limit"]) == (case.target_due.isoformat(), case.answer_due.isoformat())
    assert said["laws"] == ["eu-gdpr"]
    assert said["assurance"] == "mailbox not yet confirmed"
    _, no = await filed(center, "optout_sale_sharing")
    assert no.said["assurance"] == "none asked, none needed"


async def test_a_receipt_names_nobody(center: Center) -> None:
    for receipt in (await pressed(center), (await filed(center))[1]):
        said = json.dumps(receipt.said).lower()
        for word in ("ada@", "people.example", "please", identity_digest("email", ADA)):
            assert word not in said
        assert receipt.proof not in receipt.compact


async def test_with_the_proof_a_person_shows_that_it_is_theirs_and_without_it_nobody_knows(center: Center) -> None:
    receipt, other = await pressed(center), await pressed(center)
    assert receipts.is_for(receipt.said, receipt.proof, Identity("email", "ADA@people.example"))
    assert not receipts.is_for(receipt.said, receipt.proof, Identity("email", MALLORY))
    assert not receipts.is_for(receipt.said, other.proof, WHO)
    assert receipt.said["person"] != other.said["person"]


async def test_the_rules_of_a_receipt_are_kept_with_their_text(center: Center) -> None:
    reference, receipt = await filed(center)
    case = await builders.seen(center, reference)
    rules = [(law["regime"], law["digest"]) for law in case.laws] + [("workflow", case.workflow_digest)]
    assert receipt.said["edition"] == receipts.edition(rules)
    offers = [center.house.offers[name] for name in BUTTON.purposes]
    laws = {name for offer in offers for name in offer.laws}
    rules = [(offer.kind.name, offer.kind.digest) for offer in offers]
    rules += [(name, center.house.library.regimes[name].digest) for name in laws]
    assert (await pressed(center)).said["edition"] == receipts.edition(rules)
    async with center.reading(by=REQUESTER) as work:
        wanted = {digest for _, digest in rules}
        kept = await work.session.exec(select(Edition.digest).where(col(Edition.digest).in_(wanted)))
        assert set(kept) == wanted


async def test_any_changed_character_fails(center: Center) -> None:
    compact = (await pressed(center)).compact
    async with center.reading(by=REQUESTER) as work:
        for place, letter in enumerate(compact):
            for other in {"A", "7"} - {letter}:
                with pytest.raises(NotGenuine):
                    await receipts.check(work, compact[:place] + other + compact[place + 1 :])
        for part in (compact[:-1], compact[1:], compact + "A", compact.lower(), compact * 2, "", "PCR1..."):
            with pytest.raises(NotGenuine):
                await receipts.check(work, part)
        assert (await receipts.check(work, compact)).receipt.compact == compact


async def test_what_we_have_signed_for_something_else_is_no_receipt(center: Center) -> None:
    for signed in (b"PCR1", b'{"about":"choice"}'):
        key_id, signature = center.house.signer.sign(signed)
        payload = receipts._letters(b'{"about":"choice"}')
        with pytest.raises(NotGenuine):
            await check(center, f"PCR1.{payload}.{key_id.upper()}.{receipts._letters(signature)}")


async def test_the_receipt_of_another_house_is_foreign(center: Center, environ: dict[str, str], clock: Clock) -> None:
    settings = settings_module.read({**environ, "PRIVACY_CENTER_SIGNING_KEYS": key("another house")})
    other = receipts.issue(unopened(settings), {"about": "choice"}, digest=None)
    with pytest.raises(NotGenuine, match="not signed here"):
        await check(center, other.compact)


def unopened(settings: settings_module.Settings) -> House:
    """A house with keys of its own."""
    house = build(settings)  # opening it would note its key here
    house.jobs.close()
    return house


@given(st.text(alphabet=st.sampled_from("PCR1.AZ27é \n-"), max_size=300) | st.text(max_size=300))
def test_whatever_is_pasted_is_a_receipt_or_none(text: str) -> None:
    with pytest.raises(NotGenuine):
        receipts.found(text)


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", max_size=200))
def test_whatever_a_receipt_holds_is_read_or_refused(payload: str) -> None:
    with pytest.raises(NotGenuine):
        receipts.read(payload)


async def test_a_receipt_is_found_in_a_letter_whose_lines_were_broken(center: Center) -> None:
    reference, receipt = await filed(center)
    async with center.reading(by=REQUESTER) as work:
        (letter,) = await letters.of_case(work, await cases.seen(work, reference))
        body = letters.words(work, letter)[1]
    broken = "\n> ".join(body[at : at + 60] for at in range(0, len(body), 60))
    assert receipts.found(body) == receipts.found(broken) == (receipt.compact, receipt.proof)


async def test_it_holds_when_the_case_is_long_forgotten(center: Center, clock: Clock) -> None:
    reference = await builders.a_case(center, "denied")
    async with center.reading(by=REQUESTER) as work:
        receipt = await first_letters.receipt(work, await cases.seen(work, reference))
    assert receipt is not None
    clock.forward(days=4000)
    async with center.work(by=CLOCK) as work:
        case = await cases.locked(work, reference)
        await retention.forget(work, case)
    async with center.reading(by=REQUESTER) as work:
        assert await first_letters.receipt(work, await cases.seen(work, reference)) is None
    assert (await check(center, receipt.compact)).receipt.said["ref"] == reference
    assert receipts.is_for(receipt.said, receipt.proof, WHO)


async def test_a_receipt_outlives_its_key(center: Center, environ: dict[str, str], clock: Clock) -> None:
    first = await pressed(center)
    clock.forward(days=100)
    for seeds in (("new", "signing"), ("new",)):  # at first beside the old seed, then without it
        later = await reopened(environ, clock, *seeds)
        assert (await check(later, first.compact)).receipt.said == first.said
        second = await pressed(later)
        assert second.compact.split(".")[2] != first.compact.split(".")[2]
        assert (await check(later, second.compact)).key.until is None
        await later.close()
    async with center.reading(by=REQUESTER) as work:
        newest, oldest = await signing_keys.known(work)
    assert oldest.until == newest.first_seen_at == clock.now
    assert oldest.first_seen_at < oldest.until
    assert newest.until is None


async def test_a_key_that_comes_back_signs_again_and_a_start_that_changes_nothing_writes_nothing(
    environ: dict[str, str], clock: Clock
) -> None:
    histories: list[list[SigningKey]] = []
    for seeds in (("a",), ("b", "a"), ("a", "b"), ("a", "b")):
        clock.forward(days=1)
        center = await reopened(environ, clock, *seeds)
        async with center.reading(by=REQUESTER) as work:
            histories.append(await signing_keys.known(work))
        await center.close()
    assert [len(history) for history in histories] == [1, 2, 2, 2]
    assert [[row.until is None for row in history] for history in histories[1:]] == [[True, False]] * 3
    assert histories[1][0].key_id == histories[2][1].key_id
    assert [row.model_dump() for row in histories[2]] == [row.model_dump() for row in histories[3]]
