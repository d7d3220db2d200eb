"""The command line: how the house is started, checked and staffed."""

from privacy_center.cli import keys, library, processes, recipients, staff, tokens, trail
from privacy_center.cli.program import main

__all__ = ["keys", "library", "main", "processes", "recipients", "staff", "tokens", "trail"]
