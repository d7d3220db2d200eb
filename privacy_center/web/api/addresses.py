"""The addresses of the API, and what answers there when something is wrong."""

from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import BaseRoute, Mount, Route

from privacy_center.web.api import deliveries, openapi, preferences
from privacy_center.web.api.problems import API_HANDLERS

UNLIMITED = 1 << 60
"""The doors count the bytes themselves, so that too many are told as a problem and not as plain words."""

ADDRESSES: list[BaseRoute] = [
    Route("/openapi.json", openapi.openapi, methods=["GET"]),
    Route("/v1/preferences", preferences.put, methods=["PUT"]),
    Route("/v1/preferences/lookup", preferences.lookup, methods=["POST"]),
    Route("/v1/preferences/links", preferences.link, methods=["POST"]),
    Route("/v1/preferences/changes", preferences.changes, methods=["GET"]),
    Route("/v1/deliveries/{delivery}", deliveries.answered, methods=["POST"]),
]
API = Mount(
    "/api",
    routes=ADDRESSES,
    middleware=[Middleware(ExceptionMiddleware, handlers=API_HANDLERS)],
    max_body_size=UNLIMITED,
    name="api",
)
