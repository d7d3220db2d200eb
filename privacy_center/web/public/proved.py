"""Proved: what the page of the choices says of how saying no was tested; nothing while the records are away (L7)."""

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request

from privacy_center.casework import probing, proofs
from privacy_center.casework.proofs import Proof
from privacy_center.casework.work import REQUESTER
from privacy_center.web import access

log = structlog.get_logger()


async def of(request: Request) -> list[Proof]:
    """How each path stands; empty where probes are off, for then nothing is claimed, and nothing asked."""
    center = access.center(request)
    if not probing.is_on(center.house):
        return []
    try:
        async with center.reading(by=REQUESTER) as work:
            return await proofs.standing(work)
    except (SQLAlchemyError, OSError) as error:
        log.warning("proofs_not_read", error=type(error).__name__)
        return []
