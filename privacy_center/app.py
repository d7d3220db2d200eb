"""How the house is put together for the web."""

import gc
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from privacy_center import logs, settings
from privacy_center.center import Center, wall_clock
from privacy_center.settings import Settings
from privacy_center.web import forms
from privacy_center.web.errors import HANDLERS
from privacy_center.web.middleware import RequestLog, SameOrigin, SecureHeaders
from privacy_center.web.pages import Pages
from privacy_center.web.routes import ROUTES
from privacy_center.web.signal import Honour, Visits
from privacy_center.web.speech import GoesOn


def create() -> Starlette:
    """What a server process runs; the settings come from its environment."""
    logs.begin(for_good=True)
    return build(settings.read(os.environ))


def build(given: Settings, *, now: Callable[[], datetime] = wall_clock) -> Starlette:
    """The web's side of the center; it opens and closes the house with the server."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        center = await Center.open(given, now=now)
        furnish(app, center)
        gc.freeze()  # what the house is made of is never garbage: nobody looks through it while a visitor waits
        try:
            yield
        finally:
            await app.state.visits.write(center, now=True)
            await center.close()

    return Starlette(routes=ROUTES, middleware=middleware(given), exception_handlers=HANDLERS, lifespan=lifespan)


def furnish(app: Starlette, center: Center) -> None:
    """Give the doors what they reach for."""
    app.state.center = center
    here = center.house.installation
    app.state.pages = Pages(here.templates, installation=here, tongues=center.house.catalogues)
    app.state.visits = Visits()


def middleware(given: Settings) -> list[Middleware]:
    """Outermost first."""
    return [
        Middleware(RequestLog),
        Middleware(SecureHeaders, secure=given.secure),
        Middleware(SameOrigin, base_url=given.base_url),
        Middleware(GoesOn),
        Middleware(RequestBodyLimitMiddleware, max_body_size=forms.SMALL),
        Middleware(Honour, folded=bool(given.trusted_proxies)),
    ]
