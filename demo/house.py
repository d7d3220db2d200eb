"""The sample house: its settings, its database, its staff."""

import base64
import os
import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from privacy_center import settings
from privacy_center.casework import staffing
from privacy_center.casework.work import OPERATOR
from privacy_center.center import Center

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "demo"
ENVIRONMENT = VAR / "environment"
SAMPLE = ROOT / "examples" / "northwind.toml"
INSTALLATION = VAR / "northwind.toml"
PROGRAM = [sys.executable, "-m", "privacy_center"]

# Everybody has these keys: the center refuses them wherever PRIVACY_CENTER_DEMO is not 1 on a loopback address.
SECRET = "privacy-center-demo: links that everybody can sign"  # noqa: S105 (public on purpose)
DATA = b"privacy-center-demo data key 001"
INDEX = b"privacy-center-demo index key 01"
SIGNING = b"privacy-center-demo signing k 01"


def write_installation(post: str) -> None:
    """The sample's file with probes on, and with AdReach on the mailbox's server: nothing of it leaves this machine."""
    text = SAMPLE.read_text(encoding="utf-8")
    text = text.replace('url = "https://hooks.adreach.example/privacy"', f'url = "{post}/adreach"')
    text = text.replace("loopback = false", "loopback = true").replace("every_hours = 0", "every_hours = 24")
    text = re.sub(r"^pages = .*https?:.*\n", "", text, flags=re.MULTILINE)
    text = text.replace("[[sites]]\n", "[[sites]]\npages = []\n")  # invented hosts, which nobody can load
    VAR.mkdir(parents=True, exist_ok=True)
    INSTALLATION.write_text(text, encoding="utf-8")


def environment(*, base_url: str, smtp_url: str) -> dict[str, str]:
    """What `serve`, `work` and the other commands need, without any setting of the developer's own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PRIVACY_CENTER_")}
    return kept | {
        "PYTHONUNBUFFERED": "1",
        "PRIVACY_CENTER_DEMO": "1",
        "PRIVACY_CENTER_INSTALLATION": str(INSTALLATION),
        "PRIVACY_CENTER_DATABASE_URL": f"sqlite:///{VAR / 'privacy.db'}",
        "PRIVACY_CENTER_BASE_URL": base_url,
        "PRIVACY_CENTER_SECRET_KEYS": SECRET,
        "PRIVACY_CENTER_DATA_KEYS": base64.b64encode(DATA).decode(),
        "PRIVACY_CENTER_INDEX_KEY": base64.b64encode(INDEX).decode(),
        "PRIVACY_CENTER_SIGNING_KEYS": base64.b64encode(SIGNING).decode(),
        "PRIVACY_CENTER_SMTP_URL": smtp_url,
        "PRIVACY_CENTER_MAIL_FROM": "Northwind Privacy <privacy@northwind.example>",
    }


def write_environment(environ: Mapping[str, str]) -> None:
    """The demo's settings as a file that a shell reads, for this user alone: the command line then speaks to it."""
    ours = {key: value for key, value in environ.items() if key.startswith("PRIVACY_CENTER_")}
    lines = [f"export {key}={shlex.quote(value)}\n" for key, value in ours.items()]
    VAR.mkdir(parents=True, exist_ok=True)
    ENVIRONMENT.unlink(missing_ok=True)
    with os.fdopen(os.open(ENVIRONMENT, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.writelines(lines)


async def invite(staff: Mapping[str, str], *, environ: Mapping[str, str]) -> list[str]:
    """Let these people in (address: role); returns the one-time address of each."""
    center = await Center.open(settings.read(environ))
    try:
        async with center.work(by=OPERATOR) as work:
            return [await staffing.invite(work, email, role) for email, role in staff.items()]
    finally:
        await center.close()
