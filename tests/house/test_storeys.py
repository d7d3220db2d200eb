"""Each storey leans on those below it, never above."""

import subprocess
import sys

from tests.house.tree import ROOT


def test_the_import_contracts_are_kept() -> None:
    run = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", run, "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
