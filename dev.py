"""The developer's door: `python3 dev.py` lists what it does. Needs Python 3.11 and nothing else installed."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 (an older Python reads this line, too)
    sys.exit("Privacy Center needs Python 3.11 or newer, not " + sys.version.split()[0] + ". Try: python3.11 dev.py")

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMP = VENV / "installed"
LOCK = ROOT / "requirements-dev.txt"
COMPILE = (
    "uv",
    "pip",
    "compile",
    "--quiet",
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-annotate",
    "--no-header",
    "pyproject.toml",
)


def demo(arguments: list[str]) -> int:
    """[--port N] [--fresh]  the whole center with sample data and a mailbox, on this machine only"""
    install()
    os.chdir(ROOT)
    os.execv(  # noqa: S606 (takes this process's place, so that Ctrl-C reaches the demo alone)
        BIN / "python", [str(BIN / "python"), "-m", "demo", *arguments]
    )


def test(arguments: list[str]) -> int:
    """[pytest arguments]    every test, on SQLite and PostgreSQL"""
    install()
    spread = () if arguments else ("-n", str(min(os.cpu_count() or 1, 6)), "--dist", "loadgroup")
    return run(BIN / "pytest", *spread, *arguments)


def check(_arguments: list[str]) -> int:
    """lint, types, import contracts, the law library and the letters"""
    install()
    sample = {"PRIVACY_CENTER_INSTALLATION": str(ROOT / "examples" / "northwind.toml")}
    done = [
        run(BIN / "ruff", "check"),
        run(BIN / "mypy"),
        run(BIN / "lint-imports", "--no-logo"),
        run(BIN / "privacy-center", "check", environ=sample),
    ]
    return max(done)


def bench(arguments: list[str]) -> int:
    """[intake|start|law|choices|telling|pages]  how fast it is, beside the bare limit of this machine"""
    install()
    return run(BIN / "python", "-m", "bench", *arguments)


def pictures(_arguments: list[str]) -> int:
    """take the pictures of README anew: docs/*.png (needs Chromium)"""
    install()
    return run(BIN / "python", "-m", "demo.pictures")


def wheel(_arguments: list[str]) -> int:
    """what an operator installs: dist/privacy_center-*.whl"""
    install()
    return run(BIN / "python", "-m", "hatchling", "build", "-t", "wheel")


def words(_arguments: list[str]) -> int:
    """collect the messages of the pages for translators: templates/languages"""
    install()
    return run(BIN / "python", "-m", "words")


def lock(_arguments: list[str]) -> int:
    """choose the versions of all dependencies anew (needs uv)"""
    if shutil.which("uv") is None:
        sys.exit("lock needs uv on the PATH: see https://docs.astral.sh/uv/ or `pipx install uv`")
    return run(*COMPILE, "-o", "requirements.txt") or run(
        *COMPILE, "--group", "dev", "-c", "requirements.txt", "-o", "requirements-dev.txt"
    )


def install() -> None:
    """Make .venv what the lock says, unless it is already."""
    digest = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == digest:
        return
    print("Installing into .venv; this takes a moment the first time.", file=sys.stderr, flush=True)
    must(*(with_uv if shutil.which("uv") else with_pip)("--require-hashes", "--only-binary", ":all:", "-r", LOCK))
    must(*(with_uv if shutil.which("uv") else with_pip)("--no-deps", "--no-build-isolation", "-e", ROOT))
    STAMP.write_text(digest)


def with_uv(*what: object) -> tuple[object, ...]:
    """The command that installs something with uv."""
    if not VENV.exists():
        must("uv", "venv", "--quiet", "--python", sys.executable, VENV)
    return "uv", "pip", "install", "--quiet", "--python", BIN / "python", *what


def with_pip(*what: object) -> tuple[object, ...]:
    """The command that installs something with pip."""
    if not (BIN / "pip").exists():
        if importlib.util.find_spec("ensurepip") is None:
            sys.exit("This Python has no venv. On Debian and Ubuntu: apt-get install python3-venv")
        must(sys.executable, "-m", "venv", VENV)
    return BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what


def must(*command: object) -> None:
    """Run a command; end with its status when it fails."""
    if status := run(*command):
        sys.exit(status)


def run(*command: object, environ: dict[str, str] | None = None) -> int:
    """Run a command in the project's folder; returns its status."""
    try:
        return subprocess.run([str(c) for c in command], cwd=ROOT, env={**os.environ, **(environ or {})}).returncode
    except KeyboardInterrupt:
        return 130


JOBS = {job.__name__: job for job in (demo, test, check, bench, pictures, wheel, words, lock)}


def main() -> int:
    """Do one job, or list them."""
    name, arguments = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if name in JOBS:
        return JOBS[name](arguments)
    print("python3 dev.py …\n" + "\n".join(f"  {job:8} {does.__doc__}" for job, does in JOBS.items()))
    return 0 if name in {"", "-h", "--help"} else 2


if __name__ == "__main__":
    sys.exit(main())
