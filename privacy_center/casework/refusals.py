"""Why something may not be: few errors, each with what the page needs to say."""

from collections.abc import Mapping
from datetime import datetime


class Refused(Exception):
    """A step is not open; `why` is one sentence for the person who tried."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Invalid(Exception):
    """Something typed is missing or wrong; the errors stand beside their fields."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


class NotFound(Exception):
    """No such thing, or none that this visitor may see: both look the same (S7)."""


class LinkExpired(Exception):
    """A link that was right once."""

    def __init__(self, since: datetime, *, used: bool = False) -> None:
        super().__init__(f"expired since {since.isoformat()}")
        self.since = since
        self.used = used


class TooMany(Exception):
    """A limit is reached; `retry_after` is in seconds."""

    def __init__(self, why: str, retry_after: int) -> None:
        super().__init__(why)
        self.why = why
        self.retry_after = retry_after


class Stale(Exception):
    """Somebody else changed the case in the meantime."""
