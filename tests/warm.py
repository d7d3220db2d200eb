"""What every process of the house reads before it begins: imported once by the process from which tests fork them."""

from privacy_center import app, cli, places, worker
from privacy_center.law import library
from privacy_center.records import migrations

__all__ = ["app", "cli", "migrations", "worker"]

library.load(places.WORKFLOWS)
