"""The postman: turns a stored letter into a mail, and only now signs its links and derives its code."""

from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr

from privacy_center.links import Links, Purpose
from privacy_center.mailroom import stationery
from privacy_center.records.letter import Letter
from privacy_center.records.sealed import Keyring

PATHS: Mapping[Purpose, str] = {
    Purpose.verify: "/verify/",
    Purpose.not_me: "/not-me/",
    Purpose.undo: "/undo/",
    Purpose.sign_in: "/sign-in/",
    Purpose.staff_sign_in: "/desk/invitations/",
    Purpose.staff_invitation: "/desk/invitations/",
    Purpose.recipient: "/told/",
}
"""Where each link leads; a token follows."""


class Postman:
    """Knows the house's address, its keys and its sender."""

    def __init__(
        self, *, keys: Keyring, links: Links, base_url: str, mail_from: str, pages: tuple[str, ...] = ("en",)
    ) -> None:
        self._keys = keys
        self._links = links
        self._base_url = base_url
        self._pages = pages
        self.sender = _address(mail_from)
        self._host = self.sender.domain

    def mail(self, letter: Letter, *, now: datetime) -> EmailMessage:
        """One letter as a mail. Raises Unsealable when no key opens it, ValueError when it cannot be addressed."""
        recipient = _address(self._open(letter, "address", letter.address))
        body = stationery.fill(self._open(letter, "body", letter.body), self._values(letter))
        # Only an address that needs it asks the mail server for SMTPUTF8 (RFC 6531).
        message = EmailMessage(policy=SMTP if recipient.username.isascii() else SMTPUTF8)
        message["From"] = self.sender
        message["To"] = recipient
        message["Subject"] = self._open(letter, "subject", letter.subject)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{letter.id}@{self._host}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice answers
        # A paragraph is one line, so that small screens and readers break it where they need to.
        message.set_content(body, cte="quoted-printable")
        return message

    def _open(self, letter: Letter, column: str, value: bytes) -> str:
        return self._keys.open(value, place=f"letter.{column}:{letter.id}")

    def _values(self, letter: Letter) -> dict[str, str]:
        """What stands in the place of each mark of this letter."""
        attempt = int(letter.challenges.get("attempt", "1"))
        values = {}
        for name, challenge in letter.challenges.items():
            if name == "code":
                values["code"] = self._links.code(challenge, attempt)
            elif name != "attempt":
                values[f"link:{name}"] = self._link(Purpose(name), challenge) + self._speaking(letter.language)
        return values

    def _speaking(self, language: str) -> str:
        """A link leads to pages in the letter's language, where that is not the language they have anyway."""
        return f"?lang={language}" if language in self._pages[1:] else ""

    def _link(self, purpose: Purpose, challenge: str) -> str:
        return f"{self._base_url}{PATHS[purpose]}{self._links.sign(purpose, challenge)}"


def _address(text: str) -> Address:
    """A mail address; the host in ASCII, as mail servers speak it (RFC 5891). Raises ValueError."""
    name, spec = parseaddr(text)
    user, _, host = spec.rpartition("@")
    if not user or not host:
        raise ValueError("this is no mail address")
    return Address(display_name=name, username=user, domain=host.encode("idna").decode())
