"""What is given away: no machine of ours in any file, locks that name no host, a wheel with all it needs."""

import re
import zipfile
from pathlib import Path

import pytest

from tests import wheels
from tests.house.tree import ROOT, name, ours, text

PATHS = re.compile(r"(?<![\w.])/(?:work|root|mnt|Users)/\w|(?<![\w.])/home/(?!\w*\.example)\w", re.IGNORECASE)
"""Folders of a machine; examples in the documentation use /var/lib and /opt."""

MAIL = re.compile(r"[\w.+-]+@((?:[\w-]+\.)+[a-z]{2,})", re.IGNORECASE)
LOCKS = ("requirements.txt", "requirements-dev.txt")
MOST = 60
"""Distributions that a running center may need."""


def is_foreign(path: Path) -> bool:
    """Texts of others, kept as they are."""
    return path.name in {"LICENSE", *LOCKS} or "vendor" in path.parts or "fonts" in path.parts


def test_no_file_names_a_folder_of_a_machine() -> None:
    found = {name(path): hits for path in ours() if not is_foreign(path) and (hits := PATHS.findall(text(path) or ""))}
    assert not found


def test_nobody_real_is_in_any_file() -> None:
    hosts = {(name(path), host) for path in ours() if not is_foreign(path) for host in MAIL.findall(text(path) or "")}
    assert not {(path, host) for path, host in hosts if not host.endswith((".example", "example.com"))}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_hashes_and_no_host(lock: str) -> None:
    said = (ROOT / lock).read_text(encoding="utf-8")
    pinned = re.findall(r"^[a-z0-9-]+==", said, re.MULTILINE)
    assert "://" not in said
    assert "--index" not in said
    assert len(re.findall(r"^[a-z0-9-]+==[^\n]*\\\n +--hash=sha256:", said, re.MULTILINE)) == len(pinned) > 30


def test_a_running_center_needs_few_packages() -> None:
    said = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert len(re.findall(r"^\S+==", said, re.MULTILINE)) <= MOST


def test_the_wheel_has_the_law_the_letters_and_the_look(tmp_path: Path) -> None:
    with zipfile.ZipFile(wheels.build(tmp_path)) as opened:
        packed = set(opened.namelist())
    assert not wanted() - packed
    assert not {path for path in packed if path.startswith(("tests/", "demo/", "bench/"))}


def wanted() -> set[str]:
    """Every file that the running center reads, as the wheel names it."""
    folders = {
        "templates": "privacy_center/_templates",
        "workflows": "privacy_center/_workflows",
        "privacy_center": "privacy_center",
    }
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    inside = (path.relative_to(ROOT) for path in files if "__pycache__" not in path.parts)
    found = {f"{folders[path.parts[0]]}/{'/'.join(path.parts[1:])}" for path in inside}
    assert len(found) > 100
    return found
