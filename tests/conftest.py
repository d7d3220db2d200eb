"""What every test may ask for: real databases, a real mail server, real processes, a real browser."""

import asyncio
import base64
import hashlib
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler.loadscope import LoadScopeScheduling  # type: ignore[import-untyped]

from privacy_center import settings as settings_module
from privacy_center.center import Center
from privacy_center.settings import Settings
from tests import browsers, processes
from tests.browsers import Browse, Judged, Profiles
from tests.databases import KINDS, PostgresqlDatabases, SqliteDatabases
from tests.mailbox import Mailbox
from tests.processes import Running

NORTHWIND = Path(__file__).parent.parent / "examples" / "northwind.toml"
SHARED = re.compile(rf"house-on-({'|'.join(KINDS)})")
"""What the name of a test says that uses a house which others use as well."""

HOUSES = [f"house-on-{kind}" for kind in KINDS]
A_TUESDAY = datetime(2026, 11, 24, 16, 1, tzinfo=UTC)


class ByHouse(LoadScopeScheduling):  # type: ignore[misc]
    """Journeys on one database share a house: one process runs them all, and runs them first, for they take longest."""

    def _split_scope(self, nodeid: str) -> str:
        found = SHARED.search(nodeid)
        return found[0] if found else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByHouse:
    """Ours for every distribution: the groups of xdist 3.8 are lost on pytest 9.2."""
    return ByHouse(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--crossed` walks every journey in every look on each database."""
    parser.addoption("--crossed", action="store_true", help="journeys in every look on each database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A journey of several looks (script or none, light or dark) takes the databases in turn: each look is seen and
    each database walked on, but not each in each. A page does not know on which of them it stands.
    """
    spared = [] if config.getoption("crossed") else list(_out_of_turn(items))
    config.hook.pytest_deselected(items=spared)
    items[:] = _apart([item for item in items if item not in spared])


def _apart(items: list[pytest.Item]) -> list[pytest.Item]:
    """The journeys on one database from the first, on the other from the last: what axe has judged in one is known in
    the other, unless both come to it at the same moment."""
    places = [n for n, item in enumerate(items) if f"house-on-{KINDS[-1]}" in item.nodeid]
    backwards = {here: items[there] for here, there in zip(places, reversed(places), strict=True)}
    return [backwards.get(n, item) for n, item in enumerate(items)]


def _out_of_turn(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    looks: dict[tuple[str, str], list[pytest.Item]] = {}
    for item in items:
        if found := SHARED.search(item.nodeid):
            looks.setdefault((item.nodeid.partition("[")[0], found[1]), []).append(item)
    for (_, kind), walked in looks.items():
        if len(walked) > 1:
            yield from walked[1 - KINDS.index(kind) :: len(KINDS)]


class Clock:
    """The moment as a test says it is."""

    def __init__(self, now: datetime = A_TUESDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **duration: float) -> datetime:
        """Let time pass: `clock.forward(days=3)`."""
        self.now += timedelta(**duration)
        return self.now


def key(name: str) -> str:
    """Thirty-two bytes that nobody guards, as a setting writes them."""
    return base64.b64encode(hashlib.sha256(name.encode()).digest()).decode()


def settings_for(database_url: str, mailbox: Mailbox) -> dict[str, str]:
    """Every setting of a house on this database and this mail server."""
    return {
        "PRIVACY_CENTER_INSTALLATION": str(NORTHWIND),
        "PRIVACY_CENTER_DATABASE_URL": database_url,
        "PRIVACY_CENTER_BASE_URL": "http://localhost:8000",
        "PRIVACY_CENTER_SECRET_KEYS": key("secret"),
        "PRIVACY_CENTER_DATA_KEYS": key("data"),
        "PRIVACY_CENTER_INDEX_KEY": key("index"),
        "PRIVACY_CENTER_SIGNING_KEYS": key("signing"),
        "PRIVACY_CENTER_SMTP_URL": mailbox.url,
        "PRIVACY_CENTER_MAIL_FROM": "Northwind Privacy <privacy@northwind.example>",
    }


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    """Fresh SQLite files."""
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[PostgresqlDatabases]:
    """Fresh PostgreSQL databases, on one server a test process."""
    databases = PostgresqlDatabases()
    yield databases
    databases.close()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated database of the test's own, once on SQLite and once on PostgreSQL."""
    with request.getfixturevalue(f"{request.param}_databases").fresh() as url:
        yield url


@pytest.fixture(scope="session")
def _mail_server() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    yield mailbox
    mailbox.stop()


@pytest.fixture
def mailbox(_mail_server: Mailbox) -> Iterator[Mailbox]:
    """An empty mailbox, up and refusing nobody."""
    _mail_server.mails.clear()
    _mail_server.refuse.clear()
    yield _mail_server
    _mail_server.down()
    _mail_server.up()


@pytest.fixture
def environ(database_url: str, mailbox: Mailbox) -> dict[str, str]:
    """The settings as an environment, for processes; change it before you ask for `settings`."""
    return settings_for(database_url, mailbox)


@pytest.fixture
def settings(environ: dict[str, str]) -> Settings:
    """The settings, read and checked."""
    return settings_module.read(environ)


@pytest.fixture
def clock() -> Clock:
    """The center's clock: a Tuesday in November, until the test says otherwise."""
    return Clock()


@pytest.fixture
async def center(settings: Settings, clock: Clock) -> AsyncIterator[Center]:
    """An open house on a fresh database, with the test's clock."""
    center = await Center.open(settings, now=clock)
    yield center
    await center.close()


@pytest.fixture
async def american(environ: dict[str, str], clock: Clock, tmp_path: Path) -> AsyncIterator[Center]:
    """The same house, established in California: no law follows it from Europe."""
    text = NORTHWIND.read_text(encoding="utf-8")
    text = text.replace('country = "IE"', 'country = "US"').replace('"Europe/Dublin"', '"America/Los_Angeles"')
    path = tmp_path / "american.toml"
    path.write_text(text, encoding="utf-8")
    center = await Center.open(settings_module.read({**environ, "PRIVACY_CENTER_INSTALLATION": str(path)}), now=clock)
    yield center
    await center.close()


@asynccontextmanager
async def opened(
    request: pytest.FixtureRequest, folder: Path, *, cold: bool = False, **more: str
) -> AsyncIterator[Running]:
    """`serve` and `work` on a free port and a database of the kind that the fixture's parameter names."""
    with ExitStack() as stack:
        mailbox = Mailbox()
        stack.callback(mailbox.stop)
        url = stack.enter_context(request.getfixturevalue(f"{request.param}_databases").fresh())
        async with processes.house(settings_for(url, mailbox) | more, mailbox=mailbox, logs=folder, cold=cold) as house:
            yield house


@pytest.fixture(scope="session")
async def profiles(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Profiles]:
    """The profiles of one browser a session."""
    ours = tmp_path_factory.getbasetemp()
    Judged.folder = (ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours) / "judged"
    Judged.folder.mkdir(exist_ok=True)
    async with browsers.chromium() as browser:
        yield Profiles(browser)


@pytest.fixture
async def browse(profiles: Profiles) -> AsyncIterator[Browse]:
    """Opens pages: `await browse(javascript=False)`. The test fails when one of them complained."""
    browse = Browse(profiles)
    yield browse
    await asyncio.sleep(0)
    await browse.close()
    assert not browse.complaints, "\n".join(browse.complaints)


@pytest.fixture
async def page(browse: Browse) -> Page:
    """A page in a fresh profile."""
    return await browse()
