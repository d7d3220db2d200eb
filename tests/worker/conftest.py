"""A worker in the test's own process looks more often than it does in earnest, where nobody waits for it."""

import pytest

from privacy_center.worker import engine, sweep


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "EVERY", 0.3)
    monkeypatch.setattr(engine, "GOODBYE", 1)
