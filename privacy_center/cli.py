"""The command line: how the house is started, checked and staffed."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click
import structlog
import uvicorn

from privacy_center import __version__, app, places, worker
from privacy_center import settings as environment
from privacy_center.casework import anchors, drift, proof, rotation, staffing
from privacy_center.casework.refusals import Invalid, NotFound
from privacy_center.casework.work import OPERATOR, Work
from privacy_center.center import Center, answers_of, check_installation, wall_clock
from privacy_center.law import drawing, explain, library
from privacy_center.law.library import Contradictions, Library
from privacy_center.records.migrations import migrate as migrate_database
from privacy_center.settings import Settings, SettingsError
from privacy_center.worker import rekeying

Result = TypeVar("Result")


class Program(click.Group):
    """Says in one line what is missing or wrong, instead of where in the code it was noticed."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (SettingsError, Contradictions, Invalid) as error:
            for line in str(error).splitlines():
                click.echo(f"privacy-center: {line}", err=True)
            sys.exit(1)


@click.group(cls=Program, help=__doc__)
@click.version_option(__version__)
def main() -> None:
    """Every command begins here."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _settings() -> Settings:
    given = environment.read(os.environ)
    for warning in given.warnings:
        click.echo(f"privacy-center: {warning}", err=True)
    return given


def _in_house(act: Callable[[Center], Awaitable[Result]], given: Settings | None = None) -> Result:
    """Open the house, act, close it."""

    async def run() -> Result:
        center = await Center.open(given or _settings())
        try:
            return await act(center)
        finally:
            await center.close()

    return asyncio.run(run())


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes; more than one needs PostgreSQL to be of use.")
def serve(host: str, port: int, workers: int) -> None:
    """The web: public pages and desk."""
    given = _settings()
    _in_house(_nothing, given)  # a reason not to start is told in one line, before a server is there
    options = {
        "host": host,
        "port": port,
        "proxy_headers": bool(given.trusted_proxies),
        "forwarded_allow_ips": list(given.trusted_proxies),
        "access_log": False,  # it would print the tokens of links
        "server_header": False,
        "log_level": "warning",
    }
    if workers == 1:
        uvicorn.run(app.build(given), **options)  # type: ignore[arg-type]
    else:
        uvicorn.run("privacy_center.app:create", factory=True, workers=workers, **options)  # type: ignore[arg-type]


async def _nothing(_center: Center) -> None:
    """Opening the house is check enough."""


@main.command()
@click.option("--slot", default=None, help="This worker's name among several; without it the first that is free.")
def work(slot: str | None) -> None:
    """The worker: sends letters and lets time act."""
    given = _settings()
    _in_house(_nothing, given)
    asyncio.run(worker.run(given, slot=slot))


@main.command()
def migrate() -> None:
    """Bring the database to this version, the job engine's tables included."""
    migrate_database(_settings().database_url)


@main.command()
def check() -> None:
    """Every contradiction of the law library, the installation and its letters, one a line; and what is about to go
    wrong. With a database named in the settings, also the open cases whose dates an upgrade would move."""
    path = os.environ.get("PRIVACY_CENTER_INSTALLATION", "")
    law = library.load(places.WORKFLOWS, answers_of(path))
    lines = check_installation(law, path)
    for line in lines:
        click.echo(line)
    for warning in law.calendars.ending(wall_clock().date()) + _drift():
        click.echo(f"warning: {warning}")
    if lines:
        sys.exit(1)
    click.echo("the law library and the letters do not contradict each other")


def _drift() -> list[str]:
    """Open cases that an upgrade of the code or of a calendar would move; without a database, none."""
    if "PRIVACY_CENTER_DATABASE_URL" not in os.environ and "PRIVACY_CENTER_DATABASE_URL_FILE" not in os.environ:
        return []
    return _in_house(_moved)


async def _moved(center: Center) -> list[str]:
    async with center.reading(by=OPERATOR) as work:
        return [line async for line in drift.moved(work)]


def _law() -> Library:
    return library.load(places.WORKFLOWS)


@main.command("explain")
@click.argument("regime", required=False)
@click.argument("right", required=False)
@click.option("--received", help="When the request came in, with an offset: 2026-11-25T09:00:00+01:00.")
@click.option("--profile", default="default", show_default=True)
@click.option("--calendar", default=None, help="A calendar of the library, or a code like DE or GB-ENG.")
@click.option("--timezone", default=None, help="The zone whose days count.")
@click.option("--event", "events", multiple=True, help="NAME=TIME, like extension_noticed_at=2026-12-01T12:00:00Z.")
@click.option("--jsonl", is_flag=True, help="Answer questions from standard input, one JSON object a line.")
def explain_command(
    regime: str | None,
    right: str | None,
    received: str | None,
    profile: str,
    calendar: str | None,
    timezone: str | None,
    events: tuple[str, ...],
    jsonl: bool,
) -> None:
    """The dates of a request and every reason for them, with its citation."""
    if jsonl:
        _explain_lines()
        return
    happened = dict(event.partition("=")[::2] for event in events)
    question = {
        "regime": regime,
        "right": right,
        "received_at": received,
        "profile": profile,
        "calendar": calendar,
        "timezone": timezone,
        "events": happened,
    }
    try:
        for line in explain.prose(*explain.clock(_law(), question)):
            click.echo(line)
    except explain.Unexplainable as error:
        raise click.UsageError(str(error)) from None


def _explain_lines() -> None:
    law = _law()
    for line in sys.stdin:
        if line.strip():
            click.echo(explain.as_json(explain.line(law, line)))


@main.command()
@click.argument("workflow")
@click.option("--format", "form", type=click.Choice(["table", "mermaid"]), default="table", show_default=True)
def draw(workflow: str, form: str) -> None:
    """A workflow as a table or a diagram."""
    law = _law()
    if workflow not in law.workflows:
        raise click.UsageError(f"no workflow is called {workflow!r}; there are: {', '.join(law.workflows)}")
    drawn = drawing.table if form == "table" else drawing.mermaid
    click.echo(drawn(law.workflows[workflow]), nl=False)


@main.group()
def staff() -> None:
    """Who answers: invitations are the operator's own act, and stand in the trail (D27)."""


@staff.command()
@click.argument("email")
@click.option("--role", required=True, help="handler, lead, auditor or admin.")
def invite(email: str, role: str) -> None:
    """Print a one-time address that lets somebody in, or changes their role."""
    click.echo(_in_house(_committed(lambda work: staffing.invite(work, email, role))))


@staff.command("list")
def list_staff() -> None:
    """Everybody who is or was let in."""
    for member in _in_house(_committed(staffing.listed)):
        state = "revoked" if member.revoked_at else "joined" if member.joined_at else "invited"
        click.echo(f"{member.email}\t{member.role}\t{state}")


@staff.command()
@click.argument("email")
def revoke(email: str) -> None:
    """End somebody's access at once."""
    try:
        _in_house(_committed(lambda work: staffing.revoke(work, email)))
    except NotFound:
        raise click.ClickException(f"{email} has no access") from None


def _committed(act: Callable[[Work], Awaitable[Result]]) -> Callable[[Center], Awaitable[Result]]:
    async def run(center: Center) -> Result:
        async with center.work(by=OPERATOR) as work:
            return await act(work)

    return run


@main.group()
def trail() -> None:
    """The record of what has happened."""


@trail.command()
@click.argument("reference", required=False)
def verify(reference: str | None) -> None:
    """Check the chain of one case, or of all."""
    chains, broken = _in_house(lambda center: _verify(center, reference))
    if reference and not chains:
        raise click.ClickException(f"there is no case {reference}")
    if broken:
        raise click.ClickException(f"{broken} of {chains} chains are broken")
    click.echo(f"{chains} {'chain is' if chains == 1 else 'chains are'} whole")


async def _verify(center: Center, reference: str | None) -> tuple[int, int]:
    chains = broken = 0
    async with center.reading(by=OPERATOR) as work:
        async for _, fault in proof.verify(work, reference):
            chains += 1
            if fault is not None:
                broken += 1
                click.echo(f"{fault.reference}: {fault.why}")
    return chains, broken


@trail.command("anchors")
def list_anchors() -> None:
    """Each day's anchor: number, day, chains that had changed, digest. Compare it with what was mailed or printed."""
    for anchor in _in_house(_committed(anchors.listed)):
        click.echo(f"{anchor.number}\t{anchor.day}\t{anchor.chains}\t{anchor.digest}")


@main.group()
def keys() -> None:
    """The keys under which personal data are sealed."""


@keys.command()
def rotate() -> None:
    """Seal everything under the newest data key, beside web and workers. Cut short, it is simply run again."""
    given = _settings()
    found = _in_house(lambda center: rekeying.rotate(center, click.echo), given)
    for line in rekeying.told(found, len(given.data_keys), derived=bool(given.warnings)):
        click.echo(line)
    if found[rotation.UNREADABLE]:
        sys.exit(1)
