"""The processes: web, worker, and the database before them."""

import asyncio

import click

from privacy_center import installation, logs
from privacy_center.center import Center, check_notice
from privacy_center.cli.program import in_house, main, settings
from privacy_center.law.library import Contradictions


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes; more than one needs PostgreSQL to be of use.")
def serve(host: str, port: int, workers: int) -> None:
    """The web: public pages and desk."""
    import uvicorn  # the worker has no web in it, and weighs the less

    from privacy_center import app
    from privacy_center.web import own_pages

    given = settings()
    logs.begin(for_good=True)
    if wrong := own_pages.faults(installation.read(given.installation)):
        raise Contradictions(wrong)
    in_house(_look_around, given)  # a reason not to start is told in one line, before a server is there
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


async def _look_around(center: Center) -> None:
    """Opening the house is check enough; what has grown old is said aloud, but never keeps the doors shut (L11)."""
    for line in check_notice(str(center.settings.installation), center.now()):
        click.secho(f"privacy-center: WARNING: {line}", err=True, bold=True)


@main.command()
@click.option("--slot", default=None, help="This worker's name among several; without it the first that is free.")
def work(slot: str | None) -> None:
    """The worker: sends letters and lets time act."""
    from privacy_center import worker  # the web needs none of it, and starts the sooner

    given = settings()
    logs.begin(for_good=True)
    in_house(_look_around, given)
    asyncio.run(worker.run(given, slot=slot))


@main.command()
def migrate() -> None:
    """Bring the database to this version, the job engine's tables included."""
    from privacy_center.records import migrations  # the same

    migrations.migrate(settings().database_url)
