"""The postman: a stored letter becomes a mail, with its links signed at the last moment."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from uuid import uuid4

import pytest

from privacy_center.links import Links, Purpose
from privacy_center.mailroom.postman import Postman
from privacy_center.mailroom.stationery import CLOSE, OPEN
from privacy_center.records.letter import Letter
from privacy_center.records.rows import new_id
from privacy_center.records.sealed import Keyring, Unsealable

KEYS = Keyring([bytes(range(32))], bytes(range(32)))
LINKS = Links(["a secret of at least thirty-two characters"])
NOW = datetime(2026, 11, 24, 16, 1, tzinfo=UTC)
POSTMAN = Postman(
    keys=KEYS, links=LINKS, base_url="https://privacy.shop.example", mail_from="Shop Privacy <privacy@shop.example>"
)


def letter(body: str, *, address: str = "ada@home.example", **challenges: str) -> Letter:
    """A letter as it is stored; `[link:verify]` stands for a mark."""
    letter_id = new_id()
    stored = body.replace("[", OPEN).replace("]", CLOSE)
    return Letter(
        id=letter_id,
        kind="acknowledgement",
        language="en",
        address=KEYS.seal(address, place=f"letter.address:{letter_id}"),
        subject=KEYS.seal("Your request – received", place=f"letter.subject:{letter_id}"),
        body=KEYS.seal(stored, place=f"letter.body:{letter_id}"),
        challenges=challenges,
        created_at=NOW,
    )


def test_it_writes_the_headers_that_machines_read() -> None:
    sent = letter("Hello\n")
    mail = POSTMAN.mail(sent, now=NOW)
    assert mail["Message-ID"] == f"<{sent.id}@shop.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["From"] == "Shop Privacy <privacy@shop.example>"
    assert mail["To"] == "ada@home.example"
    assert mail["Date"].datetime == NOW
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content_charset() == "utf-8"


def test_it_signs_links_and_derives_the_code() -> None:
    challenge = str(uuid4())
    sent = letter(
        "Press here:\n\n[link:verify]\n\nCode: [code]\n\nOr say so at [link:not_me].\n",
        verify=challenge,
        not_me=challenge,
        code=challenge,
        attempt="2",
    )
    raw = POSTMAN.mail(sent, now=NOW).as_bytes()
    assert all(len(line) <= 998 for line in raw.splitlines())
    text = message_from_bytes(raw, policy=policy.default).get_content().replace("\r\n", "\n")
    token = LINKS.sign(Purpose.verify, challenge)
    assert f"\nhttps://privacy.shop.example/verify/{token}\n" in text
    assert f"\nCode: {LINKS.code(challenge, 2)}\n" in text
    assert f"at https://privacy.shop.example/not-me/{LINKS.sign(Purpose.not_me, challenge)}." in text


@pytest.mark.parametrize(
    ("purpose", "path"),
    [
        (Purpose.undo, "/undo/"),
        (Purpose.sign_in, "/sign-in/"),
        (Purpose.staff_sign_in, "/desk/invitations/"),
        (Purpose.staff_invitation, "/desk/invitations/"),
    ],
)
def test_each_link_leads_to_its_page(purpose: Purpose, path: str) -> None:
    challenge = str(uuid4())
    mail = POSTMAN.mail(letter(f"[link:{purpose}]\n", **{purpose.value: challenge}, attempt="1"), now=NOW)
    assert mail.get_content().strip() == f"https://privacy.shop.example{path}{LINKS.sign(purpose, challenge)}"


def test_a_host_goes_out_in_ascii_and_only_a_name_beyond_it_asks_for_more() -> None:
    mail = POSTMAN.mail(letter("Hello\n", address="ada@bücher.example"), now=NOW)
    assert mail["To"] == "ada@xn--bcher-kva.example"
    assert not mail.policy.utf8  # type: ignore[attr-defined]
    assert POSTMAN.mail(letter("Hello\n", address="jürgen@home.example"), now=NOW).policy.utf8  # type: ignore[attr-defined]


def test_a_letter_that_was_moved_to_another_row_does_not_open() -> None:
    sent, other = letter("Hello\n"), letter("Hello\n")
    sent.body = other.body
    with pytest.raises(Unsealable):
        POSTMAN.mail(sent, now=NOW)


def test_a_paragraph_is_one_line_and_no_address_is_broken() -> None:
    words = "If you did not ask for this, tell us at https://privacy.shop.example/not-me/" + "x" * 90 + " please."
    sent = POSTMAN.mail(letter(f"{words}\n"), now=NOW)
    assert sent.get_content() == f"{words}\n"
    assert max(len(line) for line in sent.as_bytes().splitlines()) <= 78
