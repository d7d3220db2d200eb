"""The bare limit: one route that writes the same rows and one job in one commit, and does nothing else.

`uvicorn bench.bare:app` with the settings of `serve`; it learns the rows from one real request at its start.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import insert
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bench import sample
from privacy_center import settings
from privacy_center.casework.letters import JOB
from privacy_center.records.database import Database
from privacy_center.records.jobs import Jobs
from privacy_center.records.rows import new_id


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Learn the rows, open the database."""
    given = settings.read(os.environ)
    app.state.sample = await sample.of_one_request(given)
    app.state.database, app.state.jobs = Database(given.database_url), Jobs(given.database_url)
    yield
    app.state.jobs.close()
    await app.state.database.dispose()


async def post(request: Request) -> Response:
    """Read the form, write the rows, enqueue the job, answer."""
    state = request.app.state
    await request.form()
    key = str(new_id())
    async with state.database.transaction() as session:
        connection = await session.connection()
        for table, rows in state.sample.fresh():
            await connection.execute(insert(table), rows)
        await state.jobs.enqueue(session, JOB, key=key, argument=key)
    return RedirectResponse("/", status_code=303)


async def counted(request: Request) -> Response:
    """What the real request wrote."""
    found = request.app.state.sample
    return JSONResponse({"rows": len(found.rows), "statements": list(found.statements)})


app = Starlette(routes=[Route("/bare", post, methods=["POST"]), Route("/readyz", counted)], lifespan=lifespan)
