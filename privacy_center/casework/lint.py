"""The lint of choices: what authorities have fined elsewhere is refused before anybody meets it (L1, L3, L11, L16).

Each line names the place in the installation's file, the rule, and the case in which it was learnt.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from privacy_center.installation import Bridge, Installation, Site
from privacy_center.law import lines
from privacy_center.law.clock import local_day
from privacy_center.law.library import Library
from privacy_center.law.periods import add_months
from privacy_center.recipients import RIGHTS

FIELDS = ("email",)
"""What the page can offer beside the button, so that a choice reaches more than this browser."""

GIVEN_AWAY = ("sale", "sharing")
"""Kinds of purposes that cannot be without somebody who gets the data."""

MOST = 1
"""Optional fields of an opt-out."""

FRESH = 12
"""Months after which a notice must have been looked over (Cal. Civ. Code 1798.130(a)(5))."""

TOO_MUCH = "L1; Honda, CPPA, March 2025; 11 CCR 7026(d)"
OVER = "U7; GDPR Art. 5(1)(c); 11 CCR 7002(d)"
AGENT = "L2; Honda, CPPA, March 2025; 11 CCR 7026(j)"
VERIFIED = "L16, L6; Ford, CalPrivacy, March 2026; 11 CCR 7026(d)"
LONGER = "L3; Honda, CPPA, March 2025; 11 CCR 7004(a)(2)"
STALE = "L11; Tractor Supply, CPPA, September 2025; Cal. Civ. Code 1798.130(a)(5)"
MIXED = "L8; Healthline, Attorney General of California, July 2025"
UNREACHED = "D6, L12; Disney, Attorney General of California, February 2026"
UNKNOWN = "L14; PlayOn, CalPrivacy, March 2026"
UNBOUND = "L4; Honda, CPPA, March 2025; 11 CCR 7053"
UNTOLD = "D25; GDPR Art. 19; 11 CCR 7022, 7026(f)"
UNTESTED = "L5, D28; Todd Snyder, CPPA, May 2025"

LONGEST_PERIOD, LONGEST_ANSWER = 168, 360
"""Hours between two rounds of probes, and for a recipient's answer: a week, and the fifteen days of the law."""

HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
LOOPBACK = {"localhost", "127.0.0.1"}


class Fault(NamedTuple):
    """What is wrong at one key: of which table, of how manieth where there are several, why, and by which rule."""

    table: str
    key: str
    words: str
    rule: str
    nth: int = 0


def faults(here: Installation, law: Library, path: Path) -> list[str]:
    """Everything by which this installation's opt-out would break a law or not reach a site; one line for each."""
    found = [*_asked(here), *_outdated_never(here), *_purposes(here, law), *_sites(here)]
    found += [*_recipients(here, law), *_probes(here), *_loaded(here)]
    return _lines(found, path)


def stale(here: Installation, path: Path, now: datetime) -> list[str]:
    """Whether the notice about the purposes is older than twelve months: a line for `check`, a warning at the start.

    Time alone never closes a center that is open: then nobody could opt out at all.
    """
    notice = here.choosing.notice
    if notice is None:
        return []
    return _lines(_aged(notice, local_day(now, timezone=here.controller.timezone)), path)


def doubtful(here: Installation, path: Path) -> list[str]:
    """What is no contradiction and still wants a look, for `check`: a recipient without a contract, a purpose of which
    nobody is told though data are sold or shared."""
    return _lines([*_unbound(here), *_untold(here)], path)


def _unbound(here: Installation) -> Iterator[Fault]:
    for nth, each in enumerate(here.recipients):
        if not each.contract.strip():
            words = f"of {each.id!r} is missing: share nothing with it before there is one; it is told all the same"
            yield Fault("recipients", "contract", words, UNBOUND, nth)


def _untold(here: Installation) -> Iterator[Fault]:
    for nth, purpose in enumerate(here.purposes):
        if purpose.kind in GIVEN_AWAY and not any(purpose.id in each.purposes for each in here.recipients):
            words = f"{purpose.id!r} is of kind {purpose.kind!r}, but no recipient names it: nobody hears of a no to it"
            yield Fault("purposes", "id", words, UNTOLD, nth)


def _recipients(here: Installation, law: Library) -> Iterator[Fault]:
    known = {purpose.id for purpose in here.purposes} or set(law.kinds)
    for nth, each in enumerate(here.recipients):
        if unknown := sorted(set(each.purposes) - known):
            words = f"of {each.id!r} name {unknown[0]!r}, which is no purpose of this installation"
            yield Fault("recipients", "purposes", words, UNTOLD, nth)
        if strange := sorted(set(each.rights) - set(RIGHTS)):
            words = f"of {each.id!r} name {strange[0]!r}; recipients are told of: {', '.join(RIGHTS)}"
            yield Fault("recipients", "rights", words, UNTOLD, nth)


def _aged(notice: date, today: date) -> list[Fault]:
    if notice > today:
        return [Fault("choices", "notice", f"is {notice}, which has not come yet: nobody has looked it over", STALE)]
    if add_months(notice, FRESH) < today:
        words = f"is {notice}, older than {FRESH} months: look the notice over and write the day here"
        return [Fault("choices", "notice", words, STALE)]
    return []


def _lines(found: list[Fault], path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8") if found else ""
    return [
        f"{path}:{lines.spot(text, fault.table, fault.key, nth=fault.nth)}: [{fault.table}] {fault.key} "
        f"{fault.words} ({fault.rule})"
        for fault in found
    ]


def _asked(here: Installation) -> Iterator[Fault]:
    asks, verify = here.choosing.asks, here.choosing.verify
    if len(asks) > MOST:
        words = f"names {len(asks)} fields: an opt-out may offer one at most, and demand none"
        yield Fault("choices", "asks", words, TOO_MUCH)
    elif unknown := sorted(set(asks) - set(FIELDS)):
        words = f"names {unknown[0]!r}, a field that the page does not have; it has: {', '.join(FIELDS)}"
        yield Fault("choices", "asks", words, TOO_MUCH)
    if verify:
        yield Fault("choices", "verify", "is true: an opt-out needs no verification and may not wait for one", VERIFIED)


def _outdated_never(here: Installation) -> Iterator[Fault]:
    if here.purposes and here.choosing.notice is None:
        words = "is missing: say on which day the notice about these purposes was last looked over"
        yield Fault("choices", "notice", words, STALE)


def _purposes(here: Installation, law: Library) -> Iterator[Fault]:
    seen: set[str] = set()
    for nth, purpose in enumerate(here.purposes):
        if purpose.id in seen:
            words = f"is {purpose.id!r} a second time: your systems could not tell the two apart"
            yield Fault("purposes", "id", words, MIXED, nth)
        if purpose.kind not in law.kinds:
            words = f"is {purpose.kind!r}, which workflows/purposes/kinds.toml lacks; it has: {', '.join(law.kinds)}"
            yield Fault("purposes", "kind", words, UNKNOWN, nth)
        seen.add(purpose.id)


def _sites(here: Installation) -> Iterator[Fault]:
    domain, seen = here.choosing.cookie_domain.casefold(), set[str]()
    for nth, site in enumerate(here.sites):
        if not HOST.fullmatch(site.host) or site.host in seen:
            words = f"is {site.host!r}: write each host once, small and bare, like shop.example.com"
            yield Fault("sites", "host", words, UNREACHED, nth)
        seen.add(site.host)
        if not 1 <= site.steps_out <= site.steps_in:
            words = f"is {site.steps_out} where {site.steps_in} lead to a yes: a no never takes more steps than a yes"
            yield Fault("sites", "steps_out", words, LONGER, nth)
        if site.bridge is Bridge.cookie and not _is_below(site.host, domain):
            words = f'is "cookie", but {site.host} is not below cookie_domain {domain!r}: the choice would not reach it'
            yield Fault("sites", "bridge", words, UNREACHED, nth)
        if site.bridge is Bridge.handoff and (why := _why_no_handoff(site)):
            yield Fault("sites", "handoff", why, UNREACHED, nth)


def _probes(here: Installation) -> Iterator[Fault]:
    """A probe's address must be nobody's, and a test that never comes proves nothing."""
    probes, mail = here.probes, here.controller.contact_email.rpartition("@")[2].lower()
    if not 0 <= probes.every_hours <= LONGEST_PERIOD:
        words = f"is {probes.every_hours}: write 1 to {LONGEST_PERIOD} hours, or 0 for no probes"
        yield Fault("probes", "every_hours", words, UNTESTED)
    if not probes.every_hours:
        return
    if not 1 <= probes.answer_hours <= LONGEST_ANSWER:
        words = f"is {probes.answer_hours}: write 1 to {LONGEST_ANSWER} hours"
        yield Fault("probes", "answer_hours", words, UNTESTED)
    if "." not in probes.domain or not HOST.fullmatch(probes.domain):
        yield Fault("probes", "domain", f"is {probes.domain!r}: write it small and bare, with a dot", UNTESTED)
    elif probes.domain == mail:
        words = f"is {probes.domain!r}, where you get mail: name one below it that gets none, like probes.{mail}"
        yield Fault("probes", "domain", words, UNTESTED)


def _loaded(here: Installation) -> Iterator[Fault]:
    """What probes load of a site: its own pages, and the names of whom it may load from."""
    for nth, site in enumerate(here.sites):
        for page in site.pages if HOST.fullmatch(site.host) else ():  # a wrong host has its own line
            if why := _why_no_page(site, page, loopback=here.loopback):
                yield Fault("sites", "pages", f"name {page!r}, which {why}", UNTESTED, nth)
        for host in site.third_parties:
            if not HOST.fullmatch(host):
                words = f"name {host!r}: write each host small and bare, like cdn.example.com"
                yield Fault("sites", "third_parties", words, UNTESTED, nth)


def _why_no_page(site: Site, page: str, *, loopback: bool) -> str:
    try:
        address = urlsplit(page)
        host, _ = address.hostname or "", address.port
    except ValueError:
        return "is no address"
    if address.scheme != "https" and not (loopback and address.scheme == "http" and host in LOOPBACK):
        return "is no https address"
    return "" if host == site.host else f"is no page of {site.host}"


def _is_below(host: str, domain: str) -> bool:
    """Whether a browser sends a cookie of this domain to this host; it keeps none for a domain without a dot."""
    return "." in domain and (host == domain or host.endswith(f".{domain}"))


def _why_no_handoff(site: Site) -> str:
    try:
        address = urlsplit(site.handoff)
        host, _ = address.hostname or "", address.port
    except ValueError:
        return f"is {site.handoff!r}, which is no address"
    if address.scheme != "https" and not (address.scheme == "http" and host in LOOPBACK):
        return "must be an https address: a signed choice never travels in clear"
    if host != site.host or address.username or address.password:
        return f"must be an address of {site.host} itself: the signed choice is for nobody else"
    return ""
