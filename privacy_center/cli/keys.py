"""The keys, at the command line."""

import sys

import click

from privacy_center.casework import rotation
from privacy_center.cli.program import in_house, main, settings
from privacy_center.worker import rekeying


@main.group()
def keys() -> None:
    """The keys under which personal data are sealed."""


@keys.command()
def rotate() -> None:
    """Seal everything under the newest data key, beside web and workers. Cut short, it is simply run again."""
    given = settings()
    found = in_house(lambda center: rekeying.rotate(center, click.echo), given)
    for line in rekeying.told(found, len(given.data_keys), derived=bool(given.warnings)):
        click.echo(line)
    if found[rotation.UNREADABLE]:
        sys.exit(1)
