"""Budgets: how much mail an unproved party can cause, how often a code may be tried, how much one network may post.

Counted in the database, in fixed windows, because every process shares them.
"""

import ipaddress
from datetime import timedelta

from sqlmodel import col, select

from privacy_center.casework.refusals import TooMany
from privacy_center.casework.work import Work
from privacy_center.phrases import Phrase
from privacy_center.records.counter import count, counts
from privacy_center.records.people import Identifier

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

MAILS_PER_HOUR = 2
MAILS_PER_DAY = 6
"""To one mailbox that nobody proved (S8, D11): what is more is held, and told in a digest. Nothing is dropped."""

PROVED_PER_HOUR = 20
"""To a mailbox whose owner has answered before: never less than a person needs (S6), never a bombardment."""

STAFF_PER_HOUR = 6
"""Sign-in links to one member of staff, which anybody can ask for."""

DIGESTS_PER_HOUR = 1
DIGESTS_PER_DAY = 4
"""So one hour has three mails at the most, one day ten."""

POSTS_PER_HOUR = 600
"""From one network; a whole office shares one address, so it is never below 300."""

TRIES_PER_CODE = 5
"""Wrong codes before the code is dead (S9)."""

TRIES_PER_DAY = 10
"""Wrong codes for one reference or mailbox, over all its codes; the same for those that do not exist (S7)."""

UNKNOWN = "unknown"
"""The network of what is no address."""

COOL_DOWN = timedelta(minutes=2)
"""Between two mails with a code for the same thing."""


async def passes(work: Work, index: str) -> bool:
    """Whether one more letter that an unproved party causes goes to this mailbox now. Counts it."""
    return await _passes(work, index, *await counts(work.session, *_mails(index), now=work.now))


async def hold(work: Work, *indexes: str) -> None:
    """Hold the counts of several mailboxes to the end of the transaction, always in one order: of two who write to the
    same mailboxes one waits, and never each for the other."""
    windows = [window for index in sorted(set(indexes)) for window in _mails(index)]
    await counts(work.session, *windows, now=work.now, by=0)


async def check_filing(work: Work, address: str, index: str) -> bool:
    """A post of this network together with the first letter that it causes, in one statement. Raises TooMany."""
    windows = (_network(address), *_mails(index))
    posts, hour, day = await counts(work.session, *windows, now=work.now)
    _check_posts(posts)
    return await _passes(work, index, hour, day)


async def give_back(work: Work, index: str) -> None:
    """The letter that was counted was not caused after all: the form had been sent before."""
    await counts(work.session, *_mails(index), now=work.now, by=-1)


def _mails(index: str) -> tuple[tuple[str, timedelta], ...]:
    return (f"mail:{index}", HOUR), (f"mail:{index}", DAY)


async def _passes(work: Work, index: str, hour: int, day: int) -> bool:
    if hour <= MAILS_PER_HOUR and day <= MAILS_PER_DAY:
        return True
    return hour <= PROVED_PER_HOUR and await is_proved(work, index)


async def staff_passes(work: Work, index: str) -> bool:
    """Whether one more sign-in link goes to a member of staff now. Counts it."""
    return await count(work.session, f"staff:{index}", now=work.now, per=HOUR) <= STAFF_PER_HOUR


async def digest_passes(work: Work, index: str) -> bool:
    """Whether a digest goes to this mailbox now. Counts it."""
    key = f"digest:{index}"
    hour, day = await counts(work.session, (key, HOUR), (key, DAY), now=work.now)
    return hour <= DIGESTS_PER_HOUR and day <= DIGESTS_PER_DAY


async def is_proved(work: Work, index: str) -> bool:
    """Whether the owner of this mailbox has ever answered from it."""
    query = select(Identifier.id).where(col(Identifier.index) == index, col(Identifier.proved_at).is_not(None))
    return (await work.session.exec(query.limit(1))).first() is not None


async def check_network(work: Work, address: str) -> None:
    """Raise TooMany when one network posts more than a crowded office would."""
    _check_posts(*await counts(work.session, _network(address), now=work.now))


async def is_crowded(work: Work, address: str) -> bool:
    """Count one post of this network; whether it posts more than that. For what is never turned away (D3)."""
    (posts,) = await counts(work.session, _network(address), now=work.now)
    return posts > POSTS_PER_HOUR


def _network(address: str) -> tuple[str, timedelta]:
    return f"net:{network(address)}", HOUR


def _check_posts(number: int) -> None:
    if number > POSTS_PER_HOUR:
        raise TooMany(
            Phrase("There were very many requests from your network in the last hour. Please try again later."), 3600
        )


async def check_tries(work: Work, what: str) -> None:
    """Count one more typed code for a reference or mailbox, known or not; raise TooMany past the day's limit."""
    key = work.house.keys.index("tries", what)
    if await count(work.session, f"try:{key}", now=work.now, per=DAY) > TRIES_PER_DAY:
        raise TooMany(
            Phrase("Too many codes were tried today. Use the link in the mail, or try again tomorrow."), 86400
        )


def network(address: str) -> str:
    """One IPv4 address, or one IPv6 /64: what a household or an office has."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return UNKNOWN
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
