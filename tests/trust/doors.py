"""Browsers without a browser: each visitor has cookies of their own and knocks at the real doors, in this process."""

import re
from collections.abc import Collection

from httpx2 import ASGITransport, AsyncClient, Response
from sqlalchemy import select
from starlette.applications import Starlette

from privacy_center import app
from privacy_center.casework import cases, letters, sessions, staffing
from privacy_center.casework import mailed as casework_mailed
from privacy_center.casework.work import CLOCK, OPERATOR, REQUESTER
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.links import Purpose
from privacy_center.records.rows import METADATA
from privacy_center.web.errors import HANDLERS
from privacy_center.web.routes import ROUTES
from tests import builders

SEAL = re.compile(r'name="seal" value="([0-9a-f]+)"')
COUNTS = frozenset({"pc_counter"})
"""How often one came is counted even where nothing else changes."""


def site(center: Center) -> Starlette:
    """The web's side of a house that is open already."""
    built = Starlette(routes=ROUTES, middleware=app.middleware(center.settings), exception_handlers=HANDLERS)
    app.furnish(built, center)
    return built


def visitor(center: Center, *, address: str = "198.51.100.7", javascript: bool = False) -> AsyncClient:
    """Somebody who has never been here. `javascript` sends what a real browser sends with a form."""
    transport = ASGITransport(site(center), raise_app_exceptions=False, client=(address, 40000))
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost:8000"} if javascript else {}
    return AsyncClient(transport=transport, base_url="http://localhost:8000", headers=headers)


async def staff(center: Center, role: Role, email: str | None = None) -> AsyncClient:
    """A member of staff who has signed in."""
    async with center.work(by=OPERATOR) as work:
        address = await staffing.invite(work, email or f"{role}@northwind.example", role)
    async with center.work(by=REQUESTER) as work:
        cookie = await staffing.enter(work, address.rpartition("/")[2])
    client = visitor(center)
    client.cookies.set("staff", cookie)
    return client


async def requester(center: Center, reference: str, *, fresh: bool = False) -> AsyncClient:
    """The requester of a case, in session for it alone."""
    async with center.work(by=REQUESTER) as work:
        case = await cases.seen(work, reference)
        cookie = sessions.open_requester(work, case=case)
        await work.session.flush()
        if fresh and (found := await sessions.visitor(work, cookie)):
            await sessions.make_fresh(work, found, case)
    client = visitor(center)
    client.cookies.set("requester", cookie)
    return client


async def token(
    center: Center, reference: str, purpose: Purpose = Purpose.verify, *, asked: Purpose | None = None
) -> str:
    """The link that a case's mail carries for this purpose."""
    async with center.reading(by=REQUESTER) as work:
        challenge = await builders.challenge(work, reference, asked or purpose)
        return work.house.links.sign(purpose, str(challenge.id))


async def code(center: Center, reference: str, purpose: Purpose = Purpose.verify) -> str:
    """The code of the same mail."""
    async with center.reading(by=REQUESTER) as work:
        challenge = await builders.challenge(work, reference, purpose)
        return work.house.links.code(str(challenge.id), challenge.attempt)


async def mailed(center: Center, reference: str) -> None:
    """A mail server has taken all letters of a case: their codes count from now."""
    async with center.work(by=CLOCK) as work:
        for letter in await letters.of_case(work, await cases.locked(work, reference)):
            if letter.accepted_at is None:
                await casework_mailed.note_accepted(work, letter)


async def press(client: AsyncClient, path: str, **fields: str) -> Response:
    """Open the page and press its button, as a person does."""
    page = await client.get(path)
    return await client.post(path, data={"seal": seal(page), **fields})


def seal(page: Response) -> str:
    """What a confirming page ties its button with."""
    found = SEAL.search(page.text)
    assert found, f"{page.status_code}: {page.text[:300]}"
    return found[1]


async def rows(center: Center, *, but: Collection[str] = COUNTS) -> dict[str, list[str]]:
    """Every row of every table: two of these are equal when nothing at all has changed."""
    tables = [table for table in METADATA.sorted_tables if table.name.startswith("pc_") and table.name not in but]
    async with center.database.reading() as session:
        connection = await session.connection()
        return {table.name: sorted(map(repr, await connection.execute(select(table)))) for table in tables}
