"""Unsubscribing: one link in a mail that ends one use of somebody's data, for good and without a question."""

from dataclasses import dataclass
from uuid import UUID

from privacy_center.casework import preferences
from privacy_center.casework.preferences import Pressed, Said
from privacy_center.casework.refusals import NotFound
from privacy_center.casework.work import House, Work
from privacy_center.links import LinkInvalid, Links, Purpose
from privacy_center.records.preference import Choice, Source


@dataclass(frozen=True, slots=True)
class Mailing:
    """Whose mail, and for which purpose it was sent."""

    person: UUID
    purpose: str


def token(house: House, mailing: Mailing) -> str:
    """What stands in the address: the fingerprint's id and the purpose, signed; nothing personal (U39)."""
    return _links(house).sign(Purpose.unsubscribe, f"{mailing.person}:{mailing.purpose}")


def read(house: House, token: str) -> Mailing:
    """The mailing of a token, however old: an opt-out never expires (U14). Raises NotFound."""
    try:
        person, _, purpose = _links(house).read(Purpose.unsubscribe, token).partition(":")
        return Mailing(UUID(person), purpose)
    except (LinkInvalid, ValueError):
        raise NotFound from None


def _links(house: House) -> Links:
    """Signed under the index key: it is never taken away, so mails of years ago can still be stopped."""
    return Links([house.keys.derived("unsubscribe").hex()])


async def stop(work: Work, mailing: Mailing, source: Source) -> Pressed:
    """Opt out, at once. Pressed again, and by mail providers that send twice, it keeps the first press."""
    stands = (await preferences.states(work, [mailing.person], [mailing.purpose])).get(
        (mailing.person, mailing.purpose)
    )
    if stands is not None and stands.choice == Choice.out and stands.source == source:
        return Pressed(stands.press, stands.at, Choice.out, source, (mailing.purpose,), True)
    return await preferences.say_no(work, Said((mailing.purpose,), source), person=mailing.person)
