"""The program: how a command opens the house, and says in one line what is missing."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from privacy_center import __version__, logs
from privacy_center import settings as environment
from privacy_center.casework.refusals import Invalid
from privacy_center.casework.work import OPERATOR, Work
from privacy_center.center import Center
from privacy_center.law.library import Contradictions
from privacy_center.settings import Settings, SettingsError

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


@click.group(cls=Program, help="How the house is started, checked and staffed.")
@click.version_option(__version__)
def main() -> None:
    """Every command begins here."""
    logs.begin()


def settings() -> Settings:
    """The settings of this environment; their warnings are told."""
    given = environment.read(os.environ)
    for warning in given.warnings:
        click.echo(f"privacy-center: {warning}", err=True)
    return given


def in_house(act: Callable[[Center], Awaitable[Result]], given: Settings | None = None) -> Result:
    """Open the house, act, close it."""

    async def run() -> Result:
        center = await Center.open(given or settings())
        try:
            return await act(center)
        finally:
            await center.close()

    return asyncio.run(run())


def committed(act: Callable[[Work], Awaitable[Result]]) -> Callable[[Center], Awaitable[Result]]:
    """An act in one transaction of the operator's own."""

    async def run(center: Center) -> Result:
        async with center.work(by=OPERATOR) as work:
            return await act(work)

    return run


def installation_path() -> str:
    """The path of the installation, empty where none is named."""
    return os.environ.get("PRIVACY_CENTER_INSTALLATION", "")


def has_database() -> bool:
    """Whether the settings name a database."""
    return "PRIVACY_CENTER_DATABASE_URL" in os.environ or "PRIVACY_CENTER_DATABASE_URL_FILE" in os.environ
