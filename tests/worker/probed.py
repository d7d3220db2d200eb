"""A house that tests itself: a real web server at its public address, real recipients, a real site, a real worker."""

import asyncio
import re
import urllib.request
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from sqlmodel import col, select

from privacy_center.casework import letters, proofs
from privacy_center.casework.proofs import Proof
from privacy_center.casework.work import CLOCK
from privacy_center.center import Center
from privacy_center.records.letter import Letter
from privacy_center.records.probe import Finding, Probe, What
from privacy_center.records.probe import Path as Way
from tests import processes
from tests.processes import PATIENCE
from tests.recipient import Behaviour, answers
from tests.worker import hearing

PLAIN = b'<html><head><link rel="stylesheet" href="/own.css"></head><body>Shop</body></html>'
TRACKED = b'<html><body><script src="https://pixel.adreach.example/t.js"></script></body></html>'


def page(html: bytes, *cookies: str) -> Behaviour:
    """A site that answers with this page, and sets these cookies."""
    more = {"set_cookie": "\r\nset-cookie: ".join(cookies)} if cookies else {}
    return answers(200, html, content_type="text/html", **more)


def installation(folder: Path, hook: str, site: str, *more: str, every: int = 24) -> Path:
    """The sample's file with probes on, AdReach at this address, and one site that is loaded."""
    path = hearing.installation(folder, hook, *more)
    text = path.read_text(encoding="utf-8").replace("every_hours = 0", f"every_hours = {every}")
    ours = f'host = "localhost"\nbridge = "none"\npages = ["{site}"]'
    text = text.replace('host = "shop.northwind.example"\nbridge = "cookie"', ours)
    text = text.replace('host = "app.northwind.example"', 'host = "app.northwind.example"\npages = []')
    text = re.sub(r'pages = \["https://northwind-outlet[^]]*\]', "pages = []", text)
    path.write_text(text, encoding="utf-8")
    return path


@asynccontextmanager
async def web(environ: Mapping[str, str], log: Path) -> AsyncIterator[None]:
    """`serve` at the public address that the settings name."""
    base = environ["PRIVACY_CENTER_BASE_URL"]
    port = str(urlsplit(base).port)
    process = processes.start("serve", "--port", port, environ=processes.environment(environ), log=log)
    try:
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not await asyncio.to_thread(_is_open, base):
            assert asyncio.get_running_loop().time() < deadline, log.read_text()
            await asyncio.sleep(0.05)
        yield
    finally:
        await asyncio.to_thread(processes.stop, process)


def _is_open(base: str) -> bool:
    try:
        with urllib.request.urlopen(f"{base}/readyz", timeout=2) as answer:  # noqa: S310 (loopback)
            return bool(answer.status == 200)
    except OSError:
        return False


async def standing(center: Center) -> dict[str, Proof]:
    """How each path stands now, by its name."""
    async with center.reading(by=CLOCK) as work:
        return {proof.path: proof for proof in await proofs.standing(work)}


async def until(center: Center, holds: Callable[[dict[str, Proof]], bool]) -> dict[str, Proof]:
    """How the paths stand, once this holds of them."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not holds(found := await standing(center)):
        assert asyncio.get_running_loop().time() < deadline, found
        await asyncio.sleep(0.1)
    return found


async def stands(center: Center, state: str, *ways: Way) -> dict[str, Proof]:
    """The paths, once these (or all) stand so."""
    return await until(center, lambda found: all(found[way].state == state for way in ways or found))


async def probes(center: Center, way: Way) -> Sequence[Probe]:
    """The probes of one path, the oldest first."""
    async with center.reading(by=CLOCK) as work:
        query = select(Probe).where(col(Probe.path) == way).order_by(col(Probe.committed_at))
        return list(await work.session.exec(query))


async def findings(center: Center, what: What) -> Sequence[Finding]:
    """What was found of this kind, the oldest first."""
    async with center.reading(by=CLOCK) as work:
        query = select(Finding).where(col(Finding.what) == what).order_by(col(Finding.at), col(Finding.id))
        return list(await work.session.exec(query))


async def alarms(center: Center) -> list[str]:
    """The subjects of the letters that told staff of probes."""
    async with center.reading(by=CLOCK) as work:
        query = select(Letter).where(col(Letter.kind) == "staff_probe").order_by(col(Letter.id))
        return [letters.words(work, letter)[0] for letter in await work.session.exec(query)]


async def told(center: Center, *subjects: str) -> None:
    """Wait until staff have been written to, by these letters and no others."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while (found := await alarms(center)) != list(subjects):
        assert asyncio.get_running_loop().time() < deadline, found
        await asyncio.sleep(0.1)
