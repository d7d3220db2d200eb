"""Tokens for machines, at the command line."""

from uuid import UUID

import click

from privacy_center.casework import aliases, settling
from privacy_center.casework import tokens as casework
from privacy_center.casework.refusals import NotFound
from privacy_center.casework.work import OPERATOR
from privacy_center.center import Center
from privacy_center.cli.program import committed, in_house, main


@main.group()
def token() -> None:
    """What machines show at the door of the API."""


@token.command("create")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, help="May be given several times.")
@click.option("--purpose", "purposes", multiple=True, help="Binds the token to these purposes; without one, to none.")
@click.option("--hashes", is_flag=True, help="Its holder may name people by keyed hashes; prints the key as well.")
def create(name: str, scopes: tuple[str, ...], purposes: tuple[str, ...], hashes: bool) -> None:
    """Print a token once. NAME is the recipient's. One that was cut short is simply created again."""
    try:
        secret, key = in_house(lambda center: _create(center, name, scopes, purposes, hashes))
    except settling.Unsettled:
        raise click.ClickException("somebody is writing for too long: create it again") from None
    click.echo(secret)
    if hashes:
        click.echo(key.hex())


async def _create(
    center: Center, name: str, scopes: tuple[str, ...], purposes: tuple[str, ...], hashes: bool
) -> tuple[str, bytes]:
    async with center.work(by=OPERATOR) as work:
        made = await casework.prepare(work, name, scopes=scopes, purposes=purposes, hashes=hashes)
    if hashes:
        await _name_everybody(center, made)
    async with center.work(by=OPERATOR) as work:
        return await casework.issue(work, made), aliases.key(work.house, made)


async def _name_everybody(center: Center, made: UUID) -> None:
    """Before anybody has the token: a person without an alias would be a stranger to it, and perhaps sold."""
    async with center.reading(by=OPERATOR) as work:
        await casework.settle(work)
    async with center.work(by=OPERATOR) as work:
        last = await casework.name_some(work, made)
    while last is not None:
        async with center.work(by=OPERATOR) as work:
            last = await casework.name_some(work, made, after=last)


@token.command("list")
def list_tokens() -> None:
    """Every token: name, state, scopes, purposes, whether it has hashes, and the day of its last use."""
    for found in in_house(committed(casework.listed)):
        purposes = " ".join(found.purposes) or "every purpose"
        kind = "hashes" if found.hashes else "-"
        used = found.used_on.isoformat() if found.used_on else "never used"
        click.echo("\t".join((found.name, casework.state(found), " ".join(found.scopes), purposes, kind, used)))


@token.command("revoke")
@click.argument("name")
def revoke(name: str) -> None:
    """End a token at once."""
    try:
        in_house(committed(lambda work: casework.revoke(work, name)))
    except NotFound:
        raise click.ClickException(f"no live token is called {name}") from None
