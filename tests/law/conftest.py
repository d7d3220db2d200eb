"""What the law's tests share."""

import pytest

from privacy_center import places
from privacy_center.law import library as libraries
from privacy_center.law.library import Library


@pytest.fixture(scope="session")
def library() -> Library:
    """The law as this house knows it."""
    return libraries.load(places.WORKFLOWS)
