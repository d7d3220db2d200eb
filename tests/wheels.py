"""The wheel, built from this tree as `python3 dev.py wheel` does."""

import subprocess
import sys
from pathlib import Path

from tests.programs import ROOT


def build(folder: Path) -> Path:
    """Put it into a folder; returns where it is."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel
