"""Starts the demo and stays until Ctrl-C."""

import argparse
import asyncio
import shutil
import signal
import sys
from types import FrameType

from demo import house, pages, ports
from demo.children import Children, Ended
from demo.house import VAR
from demo.mailbox import Mailbox
from privacy_center.law.library import Contradictions
from privacy_center.records.migrations import migrate
from privacy_center.settings import SettingsError

STAFF = {"lea@northwind.example": "lead", "hana@northwind.example": "handler"}
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """The demo's one act; returns the status."""
    wants = _arguments()
    if not (ports.is_free(wants.port) and ports.is_free(wants.port + 1)):
        return _busy(wants.port)
    if wants.fresh:
        shutil.rmtree(VAR, ignore_errors=True)
    for number in ENDS:
        signal.signal(number, _interrupt)
    try:
        _run(wants.port)
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0
    except (Ended, SettingsError, Contradictions) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("dev.py demo", description="The whole privacy center, on this machine only.")
    parser.add_argument("--port", type=int, default=8000, help="of the center; the mailbox is on the next one")
    parser.add_argument("--fresh", action="store_true", help="begin with an empty database and an empty mailbox")
    wants = parser.parse_args()
    if not 1 <= wants.port <= 65_000:
        parser.error("--port must be between 1 and 65000")
    return wants


def _busy(port: int) -> int:
    free = ports.next_pair(port + 10)
    print(
        f"Port {port} or {port + 1} is taken by another program. Try: python3 dev.py demo --port {free}",
        file=sys.stderr,
    )
    return 1


def _run(port: int) -> None:
    center, post = f"http://localhost:{port}", f"http://localhost:{port + 1}"
    mailbox = Mailbox(VAR / "mail")
    pages.serve(mailbox, port + 1, center=center)
    house.write_installation(post)
    environ = house.environment(base_url=center, smtp_url=mailbox.url)
    house.write_environment(environ)
    migrate(environ["PRIVACY_CENTER_DATABASE_URL"])
    children = Children(environ, VAR)
    try:
        children.start("serve", "--port", str(port))
        children.start("work")
        lead, handler = asyncio.run(house.invite(STAFF, environ=environ))
        children.wait_until_ready(f"{center}/readyz")
        _say(center, lead, handler, post)
        children.watch()
    finally:
        children.stop()


def _say(center: str, lead: str, handler: str, post: str) -> None:
    """One address a line, so that a person and a script find them."""
    print(
        "\nThe privacy center is open, for this machine only. Everything in it is invented.\n\n"
        f"  Center        {center}/ for people who file requests\n"
        f"  Desk          {lead} signs Lea in once, as lead\n"
        f"  Mailbox       {post}/ has every mail that the center sends\n"
        f"  Second desk   {handler} signs Hana in once, as handler\n\n"
        "The command line, in a second terminal, from this folder:\n\n"
        "  . var/demo/environment && .venv/bin/privacy-center trail verify\n\n"
        "Ctrl-C stops all of it. Its files are in var/demo; --fresh begins anew.",
        flush=True,
    )


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """Stop everything, once: a second Ctrl-C does not leave half of it running."""
    for number in ENDS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
