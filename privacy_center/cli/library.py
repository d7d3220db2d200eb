"""The law library at the command line: what contradicts itself, what a clock says, how a workflow looks."""

import sys

import click

from privacy_center import places
from privacy_center.casework import drift
from privacy_center.casework.work import OPERATOR
from privacy_center.center import (
    Center,
    check_installation,
    check_notice,
    doubts,
    installation_at,
    law_of,
    wall_clock,
)
from privacy_center.cli.program import has_database, in_house, installation_path, main
from privacy_center.installation import Installation
from privacy_center.law import drawing, explain, library
from privacy_center.law.library import Library


@main.command()
def check() -> None:
    """Every contradiction of the law library, the installation and its letters, one a line; and what is about to go
    wrong. With a database named in the settings, also the open cases whose dates an upgrade would move."""
    from privacy_center.web import own_pages  # only this command looks at pages: no other has the web in it

    path = installation_path()
    here = installation_at(path)
    law = law_of(here) if here else _law()
    lines = check_installation(law, path) + check_notice(path, wall_clock())
    lines += own_pages.faults(here) if here else []
    for line in lines:
        click.echo(line)
    for warning in law.calendars.ending(wall_clock().date()) + doubts(path) + _unsaid(here) + _drift():
        click.echo(f"warning: {warning}")
    if lines:
        sys.exit(1)
    click.echo("the law library and the letters do not contradict each other")


def _unsaid(here: Installation | None) -> list[str]:
    from privacy_center.web import own_pages  # as above

    return own_pages.doubts(here) if here else []


def _drift() -> list[str]:
    """Open cases that an upgrade of the code or of a calendar would move; without a database, none."""
    if not has_database():
        return []
    return in_house(_moved)


async def _moved(center: Center) -> list[str]:
    async with center.reading(by=OPERATOR) as work:
        return [line async for line in drift.moved(work)]


def _law() -> Library:
    """The law with the overlay of the installation, where one is named, and with every open question read carefully."""
    here = installation_at(installation_path())
    return library.load(here.workflows if here else places.WORKFLOWS)


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
