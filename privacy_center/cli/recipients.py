"""Recipients, at the command line: what they are given, and how they stand."""

import base64

import click

from privacy_center.casework import introductions
from privacy_center.casework.introductions import MOST, Keys
from privacy_center.casework.refusals import NotFound
from privacy_center.casework.work import OPERATOR
from privacy_center.center import Center
from privacy_center.cli.program import committed, in_house, main
from privacy_center.mailroom import webhooks
from privacy_center.recipients import Way

HOW = """A person is named by the HMAC-SHA256 under the hash key (its bytes, not its base64) over the 64 small
hexadecimal digits of the SHA-256 of `kind:identifier`, like `email:ada@people.example`: NFKC, trimmed, case folded.
docs/telling.md has it as code."""


@main.group()
def recipient() -> None:
    """Who else has people's data, and is told of what they say."""


@recipient.command()
@click.argument("name")
def show(name: str) -> None:
    """Print what a recipient needs to check calls and to find people. That it was shown stands in the trail."""
    try:
        keys = in_house(committed(lambda work: introductions.show(work, name)))
    except NotFound:
        raise click.ClickException(f"no recipient is called {name}: see `privacy-center recipient list`") from None
    for line in _told(keys):
        click.echo(line)


def _told(keys: Keys) -> list[str]:
    lines = [f"recipient\t{keys.recipient.id}", f"name\t{keys.recipient.name}", f"told by\t{keys.recipient.way}"]
    if keys.recipient.way is Way.mail:
        return [*lines, "It is told by mail and needs no secret: each mail leads to a page that explains itself."]
    newest, *older = (webhooks.secret(each) for each in keys.secrets)
    lines += [f"secret\t{newest}", *(f"old secret\t{each}" for each in older)]
    return [*lines, f"hash key\t{base64.b64encode(keys.hash_key).decode()}", "", HOW]


@recipient.command("list")
def list_recipients() -> None:
    """Each recipient: how it is told, whether it is called, and how much waits to be sent."""
    for line in in_house(_listed):
        click.echo(line)


async def _listed(center: Center) -> list[str]:
    async with center.reading(by=OPERATOR) as work:
        silent = await introductions.silences(work)
        lines = []
        for each in work.house.installation.recipients:
            found = silent.get(each.id)
            state = f"silent since {found.since.date()}: {found.why}" if found else "called"
            number = await introductions.waiting(work, each)
            waits = f"{MOST} or more wait" if number >= MOST else f"{number} wait"
            lines.append("\t".join((each.id, each.way, state, waits, each.name)))
        return lines
