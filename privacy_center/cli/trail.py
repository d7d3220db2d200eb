"""The record of what has happened, at the command line."""

import click

from privacy_center.casework import anchors, proof
from privacy_center.casework.work import OPERATOR
from privacy_center.center import Center
from privacy_center.cli.program import committed, in_house, main


@main.group()
def trail() -> None:
    """The record of what has happened."""


@trail.command()
@click.argument("reference", required=False)
def verify(reference: str | None) -> None:
    """Check the chain of one case, or of all."""
    chains, broken = in_house(lambda center: _verify(center, reference))
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
    for anchor in in_house(committed(anchors.listed)):
        click.echo(f"{anchor.number}\t{anchor.day}\t{anchor.chains}\t{anchor.digest}")
