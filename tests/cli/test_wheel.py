"""The wheel, as an operator installs it: away from the source tree, with an overlay, serving real people."""

import re
import subprocess
import sys
import sysconfig
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests import processes, wheels
from tests.cli import overlays
from tests.conftest import settings_for
from tests.mailbox import Mailbox

MODULE = ("-m", "privacy_center")


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of an environment of its own, which has the wheel and, beside it, the locked packages of this one."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    (packages,) = (folder / "venv" / "lib").glob("python*/site-packages")
    with zipfile.ZipFile(wheels.build(folder)) as wheel:
        wheel.extractall(packages)
    (packages / "locked.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "venv" / "bin" / "python"


def run(*command: object, cwd: Path, environ: Mapping[str, str] | None = None) -> str:
    """Run a command to its good end; returns what it printed."""
    done = subprocess.run([str(each) for each in command], cwd=cwd, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def get(url: str, form: Mapping[str, str] | None = None) -> str:
    """What a page answers, or the page after a form."""
    data = urlencode(form).encode() if form else None
    with urllib.request.urlopen(url, data, timeout=10) as answer:  # noqa: S310 (a loopback address of our own)
        return str(answer.read().decode())


def settings(folder: Path, mailbox: Mailbox, base_url: str) -> dict[str, str]:
    """The settings of a house with an overlay, and nothing of the source tree."""
    database = f"sqlite:///{folder / 'privacy.db'}"
    ours = settings_for(database, mailbox) | {
        "PRIVACY_CENTER_INSTALLATION": str(overlays.written(folder)),
        "PRIVACY_CENTER_BASE_URL": base_url,
    }
    return {key: value for key, value in processes.environment(ours).items() if key != "PYTHONPATH"}


@contextmanager
def running(program: Path, folder: Path, environ: Mapping[str, str], port: int) -> Iterator[None]:
    """`serve` and `work` from the wheel."""
    commands = (["serve", "--port", str(port)], ["work"])
    started = []
    try:
        with (folder / "house.log").open("ab") as log:
            for each in commands:
                command = [str(program), *MODULE, *each]
                started.append(subprocess.Popen(command, env=dict(environ), cwd=folder, stdout=log, stderr=log))
        yield
    finally:
        for process in started:
            processes.stop(process)


async def test_it_runs_away_from_the_source_with_an_overlay(installed: Path, mailbox: Mailbox, tmp_path: Path) -> None:
    port = processes.free_port()
    url = f"http://localhost:{port}"
    environ = settings(tmp_path, mailbox, url)
    where = run(installed, "-c", "import privacy_center; print(privacy_center.__file__)", cwd=tmp_path, environ=environ)
    assert where.startswith(str(installed.parent.parent))
    run(installed, *MODULE, "migrate", cwd=tmp_path, environ=environ)
    assert "do not contradict" in run(installed, *MODULE, "check", cwd=tmp_path, environ=environ)
    with running(installed, tmp_path, environ, port):
        await processes.answers(url + "/readyz")
        assert "Come to our counter" in get(url + "/contact")
        assert "Ask about a recall" in get(url + "/requests/new")
        assert '<html lang="es"' in get(url + "/contact?lang=es")
        style = re.findall(r'href="(/static/style[^"]+)"', get(url + "/"))[0]
        assert "font-face" in get(url + style)
        filed = {"right": "recall", "place": "US-OH", "email": "ada@home.example"}
        assert "Now look in your mailbox" in get(url + "/requests/new", filed)
        (letter,) = await mailbox.wait(to="ada@home.example")
        assert "Good day," in letter.text
        assert "Ask about a recall" in letter.text
