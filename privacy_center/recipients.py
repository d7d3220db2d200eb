"""Recipients: the systems and third parties that hold people's data, and how each is told (D7, D25)."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from privacy_center.sheet import Sheet

RIGHTS = ("delete", "correct", "restrict")
"""Requests of which recipients are told (GDPR Art. 19; 11 CCR 7022(b)-(c))."""


class Way(StrEnum):
    """How a recipient is told: a signed call to its address, or a mail with a page on which it confirms."""

    webhook = "webhook"
    mail = "mail"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who was given data. A missing contract blocks sharing, never telling (L4, D25).

    `knows` are the kinds of identifiers it has; of a person nobody proved it hears a hash that only it can make (D7).
    `secret` is the generation of its webhook secret: raised by one, calls are signed under the new and the old.
    """

    id: str
    name: str
    way: Way
    address: str
    contract: str = ""
    purposes: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    knows: tuple[str, ...] = ("email",)
    secret: int = 1


def all_of(installation: Sheet) -> tuple[Recipient, ...]:
    """Every recipient of an installation. Raises SettingsError."""
    found = tuple(_recipient(row) for row in installation.rows("recipients"))
    for recipient in found:
        if sum(other.id == recipient.id for other in found) > 1:
            raise installation.wrong("recipients", f"names {recipient.id} twice")
    return found


def _recipient(row: Sheet) -> Recipient:
    way = Way.webhook if row.text("url", "") else Way.mail
    address = row.text("url", "") or row.text("mail")
    if way is Way.webhook and urlsplit(address).scheme not in {"https", "http"}:
        raise row.wrong("url", "must be an https address")
    if way is Way.mail and ("@" not in address or any(c in address for c in "\r\n ")):
        raise row.wrong("mail", "must be one e-mail address")
    return Recipient(
        id=row.text("id"),
        name=row.text("name"),
        way=way,
        address=address,
        contract=row.text("contract", ""),
        purposes=row.texts("purposes", ()),
        rights=row.texts("rights", ()),
        knows=row.texts("knows", ("email",)),
        secret=row.number("secret", 1),
    )
