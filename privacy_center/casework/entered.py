"""Entered: what came by phone, by letter or in person, written down by staff. Who asks is known as little as on any
other way in (S4); what only says no stands at once (D3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from zoneinfo import ZoneInfo

from privacy_center.casework import entered_again, fingerprints, guards, intake, lateness, preferences, recorded
from privacy_center.casework.facts import clean
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.intake import Filing
from privacy_center.casework.recorded import Came
from privacy_center.casework.refusals import Invalid, Refused
from privacy_center.casework.work import Work
from privacy_center.law.library import Library
from privacy_center.law.places import OTHER
from privacy_center.records.case import Case

CHANNELS: Mapping[str, str] = MappingProxyType({"phone": "By phone", "post": "By letter", "in_person": "In person"})
"""By which way a request can reach a member of staff; what an opt-out calls the same stands in `recorded`."""

CALLED = {"phone": "phone", "post": "letter", "in_person": "person"}

POST = 500
"""Characters of a postal address."""

YEARS = 10
"""A day longer ago is a slip of the pen."""

NOON = time(12)

ELSEWHERE = ("appeal", "delete_drop")
"""What is about an earlier request of ours, or comes by a way of its own: no form takes it."""

NO_WAY = "Enter at least one way to reach the person: an e-mail address, a postal address or a phone number."
PHONE = "Enter the number with its country, like +353 1 555 0100."
LONG = f"This address is too long: {POST} characters at most."
NOTHING = "Choose what the person asks for, or what they say no to."


@dataclass(frozen=True, slots=True)
class Entry:
    """What a member of staff wrote down; `again` is an appeal or a complaint about the request `earlier`."""

    channel: str
    day: date | None
    filing: Filing
    purposes: tuple[str, ...] = ()
    again: str = ""
    earlier: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """What became of it: cases, and the numbers of the opt-outs that stand now."""

    cases: list[Case] = field(default_factory=list)
    presses: list[str] = field(default_factory=list)


def rights(library: Library) -> list[str]:
    """What a form can ask for, of staff or of the public: all that is no opt-out, which needs none (D3)."""
    kinds = [workflow for workflow in library.workflows.values() if not workflow.protective]
    return [right for kind in kinds for right in kind.rights if right not in ELSEWHERE]


async def enter(work: Work, entry: Entry) -> Made:
    """Open a case for each right and record each no, at once. Raises Invalid or Refused."""
    check_writer(work)
    entry = replace(entry, filing=_tidy(entry))
    looks = entry.again, entry.earlier, entry.day, entry.filing.place
    errors = await _errors(work, entry) | await entered_again.errors(work, *looks)
    if errors:
        raise Invalid(errors)
    _check_not_own(work, entry.filing)
    presses, left = await _say_no(work, entry)
    filing = replace(_received(work, entry), rights=(*entry.filing.rights, *left))
    cases = await intake.open_cases(work, filing) if filing.rights else []
    again = await entered_again.open_case(work, filing, entry.again, entry.earlier) if entry.again else []
    return Made([*cases, *again], presses)


def check_writer(work: Work) -> None:
    """Raise Refused for whoever may not write a request down."""
    if not work.by.roles & guards.STAFF:
        raise Refused("Only a handler or a lead enters requests.")


def _tidy(entry: Entry) -> Filing:
    filing = entry.filing
    identity = fingerprints.named("phone", filing.phone)
    phone = identity.value if identity is not None else filing.phone.strip()
    return replace(filing, channel=entry.channel, post=clean(filing.post).strip(), phone=phone)


def _received(work: Work, entry: Entry) -> Filing:
    """The filing with the moment at which it came, once that is known to be right; a no may come from anywhere."""
    filing = replace(entry.filing, place=entry.filing.place.strip() or OTHER)
    return replace(filing, received_at=moment(work, entry.day)) if entry.day else filing


async def _errors(work: Work, entry: Entry) -> dict[str, str]:
    """All that needs mending, each beside its field."""
    filing = entry.filing
    errors = _when_and_how(work, entry)
    if not filing.rights and not entry.purposes and not entry.again:
        errors["right"] = NOTHING
    if any(name not in work.house.offers for name in entry.purposes):
        errors["purpose"] = preferences.UNKNOWN
    if any(right not in rights(work.house.library) for right in filing.rights):
        errors["right"] = "Choose from the list."
    if len(filing.post) > POST:
        errors["post"] = LONG
    if filing.phone and fingerprints.named("phone", filing.phone) is None:
        errors["phone"] = PHONE
    if not filing.ways:
        errors["email"] = NO_WAY
    return _of_filing(work, entry) | errors


def _of_filing(work: Work, entry: Entry) -> dict[str, str]:
    """What the filing itself lacks; a no that needs no case needs no place either."""
    filing = replace(entry.filing, rights=entry.filing.rights or ("access",))
    if not entry.filing.rights and not entry.again and not filing.place.strip():
        filing = replace(filing, place=OTHER)
    try:
        intake.checked(work, filing)
    except Invalid as invalid:
        return invalid.errors
    return {}


def _when_and_how(work: Work, entry: Entry) -> dict[str, str]:
    errors = {}
    if entry.channel not in CHANNELS:
        errors["channel"] = "Choose how it came."
    if entry.day is None:
        errors["received"] = "Enter the day on which it came."
    elif entry.day > work.today:
        errors["received"] = "Nothing ever came in the future."
    elif entry.day.year < work.today.year - YEARS:
        errors["received"] = "Check the year."
    return errors


def _check_not_own(work: Work, filing: Filing) -> None:
    """Nobody writes down a request of their own (D21)."""
    if filing.email and work.house.keys.index("email", filing.email) == work.by.mailbox:
        raise Refused("This is your own request: file it on the public page, or let a colleague enter it.")


def moment(work: Work, day: date) -> datetime:
    """When something came: now if it was today, else at noon of its day, which is that day in most of the world."""
    if day == work.today:
        return work.now
    zone = ZoneInfo(work.house.installation.controller.timezone)
    return datetime.combine(day, NOON, zone).astimezone(UTC)


async def _say_no(work: Work, entry: Entry) -> tuple[list[str], list[str]]:
    """The numbers of the opt-outs that stand now; where nobody is known by an address, the rights that need a case."""
    if not entry.purposes:
        return [], []
    people = identities(entry.filing)
    if not people:
        return [], list(dict.fromkeys(lateness.right(work.house, (name,), work.now) for name in entry.purposes))
    came = Came(entry.purposes, CALLED[entry.channel], entry.day)
    return [(await recorded.say_no(work, who, came)).press for who in people], []


def identities(filing: Filing) -> list[Identity]:
    """By what a no finds the person again: a mailbox and a number do, a postal address does not."""
    given = [fingerprints.named(kind, filing.ways.get(kind, "")) for kind in ("email", "phone")]
    return [who for who in given if who is not None]
