"""The bare limit of choices: routes that run the same statements on the same connections, and do nothing else.

`uvicorn bench.bare_choices:app` with the settings of `serve`.
"""

import hashlib
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bench import identities
from privacy_center import settings
from privacy_center.casework.preferences import BY_INDEX
from privacy_center.casework.tokens import SHOWN
from privacy_center.records.database import Database
from privacy_center.records.preference import Fingerprint, Preference
from privacy_center.records.rows import new_id
from privacy_center.records.sealed import Keyring, identity_digest


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Open the database, take the keys."""
    given = settings.read(os.environ)
    app.state.keys = Keyring(given.data_keys, given.index_keys[-1])
    app.state.database = Database(given.database_url)
    yield
    await app.state.database.dispose()


def _index(request: Request, person: dict[str, str]) -> tuple[str, str]:
    keys: Keyring = request.app.state.keys
    return next(iter(keys.fingerprints(identity_digest("email", person["value"])).items()))


async def look_up(request: Request) -> Response:
    """The same two statements, and an answer of the same size."""
    asked = json.loads(await request.body())
    indexes = [_index(request, person)[1] for person in asked["identifiers"]]
    secret = request.headers["authorization"].partition(" ")[2]
    async with request.app.state.database.reading() as session:
        connection = await session.connection()
        await connection.execute(SHOWN, {"digest": hashlib.sha256(secret.encode()).hexdigest()})
        rows = (await connection.execute(BY_INDEX, {"indexes": indexes, "names": ["sale"]})).all()
    stands = {row[0]: row[3] for row in rows}
    return JSONResponse({"answers": [_answer(stands.get(index)) for index in indexes]})


def _answer(choice: str | None) -> dict[str, Any]:
    said = {"allowed": choice != "out", "reason": "opted_out", "basis": "b" * 40, "valid_until": "2026-11-25T00:00:00"}
    return {"purposes": {"sale": said | {"ask_again": "2027-11-24"}}}


async def report(request: Request) -> Response:
    """One person and one choice in one commit."""
    asked = json.loads(await request.body())
    key_id, index = _index(request, asked["identifiers"][0])
    made, now = new_id(), datetime.now(UTC)
    person = {"id": made, "kind": "email", "key_id": key_id, "index": index, "digest": identities.SEALED}
    choice = {"fingerprint_id": made, "press": str(made)[:20], "purpose": "sale", "choice": "out", "source": "api"}
    async with request.app.state.database.transaction() as session:
        connection = await session.connection()
        await connection.execute(insert(Fingerprint), person | {"created_at": now})
        await connection.execute(
            insert(Preference),
            choice | {"regime": "any", "notice_version": "1", "at": now, "facts": {"token": str(made)}},
        )
    return JSONResponse({"press": choice["press"]})


async def ready(_request: Request) -> Response:
    """It listens."""
    return JSONResponse({})


app = Starlette(
    routes=[
        Route("/bare/lookup", look_up, methods=["POST"]),
        Route("/bare/report", report, methods=["PUT"]),
        Route("/readyz", ready),
    ],
    lifespan=lifespan,
)
