"""Logs: one line of JSON an event, on standard error.

A line never holds an address, a token, a query or anything that somebody typed.
"""

import logging
import sys

import structlog


def begin(*, for_good: bool = False) -> None:
    """From now on this process logs so; `for_good` where nothing will ever change that: it is then cheaper."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=for_good,
    )
