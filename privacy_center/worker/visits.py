"""Visits: what a probe does where a person would. It sends what a browser sends, and nothing that tells it from one."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode, urljoin, urlsplit

from privacy_center.casework import preferences, receipts
from privacy_center.casework.probing import Found
from privacy_center.casework.receipts import NotGenuine
from privacy_center.casework.work import House
from privacy_center.installation import Site
from privacy_center.mailroom import markup, outbound
from privacy_center.mailroom.markup import Form, Page
from privacy_center.mailroom.outbound import Answer, Blocked, Trouble
from privacy_center.records.probe import Outcome, What
from privacy_center.settings import LOOPBACK

BROWSER = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "accept-language": "en-US,en;q=0.5",
    "upgrade-insecure-requests": "1",
    "sec-fetch-dest": "document",
    "sec-fetch-mode": "navigate",
    "sec-fetch-site": "none",
    "sec-fetch-user": "?1",
}
"""A site that knows a test by its browser may behave for it alone: this is what Firefox sends."""

GPC = {"sec-gpc": "1"}
HONORED = "Opt-out request honored"
COOKIES = ("choice", "__Host-choice", "__Secure-choice")
SIZE = 2 * 1024 * 1024
"""Bytes that a page may have."""

AGAIN: Sequence[float] = (2.0, 10.0)
"""Seconds before a page that could not be loaded is asked for once more: a restart is no fault of a path."""

HOPS = 3
"""Redirects of a site that are followed, each through the guard."""


class Failed(Exception):
    """The path does not work; `why` is for staff."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _receipt(answer: Answer) -> str:
    """The reference in the signed receipt of a page. Raises Failed."""
    try:
        compact, _ = receipts.found(answer.body.decode(errors="replace"))
        return str(receipts.read(compact.split(".")[1])["ref"])
    except (NotGenuine, KeyError):
        raise Failed(f"The press gave no receipt (status {answer.status}).") from None


class Visitor:
    """Somebody who comes to the center and to its sites like anybody else."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._here = house.base_url

    async def is_open(self) -> bool:
        """Whether the center answers at its public address at all."""
        try:
            answer = await self._call("GET", f"{self._here}/healthz", {})
        except (Trouble, Blocked):
            return False
        return answer.status == 200

    async def press(self, email: str) -> str:
        """Say no to everything with the page's own form; returns the reference of its receipt. Raises Failed."""
        form = _form(await self._page(f"{self._here}/choices", {}), self._house.offers)
        fields = urlencode([*form.hidden, ("email", email)]).encode()
        headers = {"content-type": "application/x-www-form-urlencoded", "origin": self._here}
        headers |= {"referer": f"{self._here}/choices", "sec-fetch-site": "same-origin"}
        answer = await self._tried("POST", urljoin(f"{self._here}/choices", form.action), headers, fields)
        press = _receipt(answer)
        _check_kept(answer, self._house.offers, "The page’s cookie does not hold the no to")
        return press

    async def signal(self, now: datetime) -> None:
        """Come with Global Privacy Control, once new and once with a yes to all it speaks of. Raises Failed."""
        covered = preferences.covered(self._house)
        await self._honored(GPC)
        text = ".".join(["v1", *(f"{name}:in:{int(now.timestamp()) - 60}" for name in covered)])
        answer = await self._honored({**GPC, "cookie": "; ".join(f"{name}={text}" for name in COOKIES)})
        _check_kept(answer, covered, "With the signal the cookie still allows")

    async def load(self, site: Site) -> list[Found]:
        """Load each page of a site with the signal; the last finding is the verdict."""
        found = [await self._load(site, page) for page in site.pages]
        failing = [each for each in found if each.outcome is Outcome.failing]
        end = Found(
            Outcome.failing if failing else Outcome.proved,
            " ".join(each.words for each in failing),
            cookies=sum(each.cookies or 0 for each in found),
            third_parties=sum(each.third_parties or 0 for each in found),
        )
        return [*found, end]

    async def _load(self, site: Site, page: str) -> Found:
        try:
            url, text, cookies = await self._followed(site, page)
        except Failed as failed:
            return Found(Outcome.failing, failed.why, what=What.page, subject=page)
        strangers = markup.foreign(Page(url, text).loaded, [*self._own(site), *site.third_parties])
        words = f"{page} loads from {', '.join(strangers)}." if strangers else ""
        outcome = Outcome.failing if strangers else Outcome.proved
        counts = {"cookies": cookies, "third_parties": len(strangers)}
        return Found(outcome, words, what=What.page, subject=page, **counts)

    async def _followed(self, site: Site, page: str) -> tuple[str, str, int]:
        """The page behind a site's own redirects: its address, its text, and the cookies set on the way."""
        url, cookies = page, 0
        for _ in range(HOPS + 1):
            answer = await self._tried("GET", url, GPC, own=False)
            cookies += len(answer.cookies)
            if answer.status not in {301, 302, 303, 307, 308}:
                break
            url = urljoin(url, answer.headers.get("location", ""))
            if strangers := markup.foreign([url], self._own(site)):
                raise Failed(f"{page} sends its visitors to {strangers[0]}.")
        if answer.status != 200:
            raise Failed(f"{page} answered {answer.status}.")
        return url, answer.body.decode(errors="replace"), cookies

    def _own(self, site: Site) -> list[str]:
        """Hosts that are the controller's own: the site's, all its other sites, this center, the cookie's domain."""
        here = self._house.installation
        ours = [site.host, site.host.removeprefix("www."), *(each.host for each in here.sites)]
        domain = here.choosing.cookie_domain.strip(".").lower()
        return [*ours, urlsplit(self._here).hostname or "", *([domain] if domain else [])]

    async def _honored(self, headers: Mapping[str, str]) -> Answer:
        answer = await self._tried("GET", f"{self._here}/choices", headers)
        text = answer.body.decode(errors="replace")
        said = {tongue.one(HONORED) for tongue in self._house.catalogues.values()}
        if answer.status != 200 or not any(words in text for words in said):
            raise Failed(f"The page did not say that the signal is honored (status {answer.status}).")
        return answer

    async def _page(self, url: str, headers: Mapping[str, str]) -> Page:
        answer = await self._tried("GET", url, headers)
        if answer.status != 200:
            raise Failed(f"The page of the choices answered {answer.status}.")
        return Page(url, answer.body.decode(errors="replace"))

    async def _tried(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"", *, own: bool = True
    ) -> Answer:
        """What came, after a few tries; a press is made once. Raises Failed."""
        for pause in (*(AGAIN if method == "GET" else ()), None):
            try:
                return await self._call(method, url, headers, body, own=own)
            except (Trouble, Blocked) as trouble:
                if pause is None or isinstance(trouble, Blocked):
                    raise Failed(f"{url} could not be loaded: {trouble.why}.") from None
                await asyncio.sleep(pause)
        raise AssertionError("the last try returns or raises")

    async def _call(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"", *, own: bool = True
    ) -> Answer:
        loopback = urlsplit(self._here).hostname in LOOPBACK if own else self._house.installation.loopback
        sent = {**BROWSER, **headers}
        return await outbound.call(method, url, sent, body, loopback=loopback, guarded=not own, limit=SIZE)


def _form(page: Page, purposes: Iterable[str]) -> Form:
    """The form by which an address says no to everything, as the page has it. Raises Failed."""
    wanted = set(purposes)
    for form in page.forms:
        named = {value for name, value in form.hidden if name == "purpose"}
        if ("choice", "out") in form.hidden and "email" in form.asked and named >= wanted:
            return form
    raise Failed("The page has no form that says no to everything for an address.")


def _check_kept(answer: Answer, purposes: Iterable[str], words: str) -> None:
    """Whether the cookie that the page sets says no to all of these. Raises Failed."""
    texts = [cookie.partition(";")[0].partition("=") for cookie in answer.cookies]
    said = ".".join(text for name, _, text in texts if name in COOKIES).split(".")
    refused = {entry.split(":")[0] for entry in said if entry.split(":")[1:2] == ["out"]}
    if missing := [name for name in purposes if name not in refused]:
        raise Failed(f"{words} {', '.join(missing)}.")
