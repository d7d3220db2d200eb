"""Who answers, at the command line."""

import click

from privacy_center.casework import staffing
from privacy_center.casework.refusals import NotFound
from privacy_center.cli.program import committed, in_house, main


@main.group()
def staff() -> None:
    """Who answers: invitations are the operator's own act, and stand in the trail (D27)."""


@staff.command()
@click.argument("email")
@click.option("--role", required=True, help="handler, lead, auditor or admin.")
def invite(email: str, role: str) -> None:
    """Print a one-time address that lets somebody in, or changes their role."""
    click.echo(in_house(committed(lambda work: staffing.invite(work, email, role))))


@staff.command("list")
def list_staff() -> None:
    """Everybody who is or was let in."""
    for member in in_house(committed(staffing.listed)):
        state = "revoked" if member.revoked_at else "joined" if member.joined_at else "invited"
        click.echo(f"{member.email}\t{member.role}\t{state}")


@staff.command()
@click.argument("email")
def revoke(email: str) -> None:
    """End somebody's access at once."""
    try:
        in_house(committed(lambda work: staffing.revoke(work, email)))
    except NotFound:
        raise click.ClickException(f"{email} has no access") from None
