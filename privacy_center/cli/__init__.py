"""The command line: how the house is started, checked and staffed."""

from privacy_center.cli import keys, library, processes, staff, tokens, trail
from privacy_center.cli.program import main

__all__ = ["keys", "library", "main", "processes", "staff", "tokens", "trail"]
