"""The description of the API (OpenAPI 3.1), made from the very models that check what comes in."""

from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from privacy_center import __version__
from privacy_center.casework.tokens import Scope
from privacy_center.web.api import schemas
from privacy_center.web.api.problems import MEDIA_TYPE, TITLES

REFERENCE = "#/components/schemas/{model}"
HEADERS = {
    "Privacy-Center-Signature": {
        "description": "key id:base64 of Ed25519 over the exact body; keys at /.well-known/privacy-center-keys.json",
        "schema": {"type": "string"},
    }
}
Call = tuple[str, str, str, Scope, type[BaseModel], type[BaseModel]]
READ, WRITE = Scope.preferences_read, Scope.preferences_write
CALLS: tuple[Call, ...] = (
    ("post", "/preferences/lookup", "May it be done?", READ, schemas.Lookup, schemas.LookupAnswer),
    ("put", "/preferences", "Somebody has chosen", WRITE, schemas.Put, schemas.PutAnswer),
    ("post", "/preferences/links", "A one-click unsubscribe", WRITE, schemas.LinkWanted, schemas.Link),
    ("get", "/preferences/changes", "What has changed since", READ, schemas.Asked, schemas.Changes),
)


async def openapi(_request: Request) -> Response:
    """GET /api/openapi.json"""
    return JSONResponse(description(), headers={"Cache-Control": "public, max-age=300"})


@cache
def description() -> dict[str, Any]:
    """The whole document."""
    sent = [(call[4], "validation") for call in CALLS] + [(schemas.Callback, "validation")]
    answered = [(call[5], "serialization") for call in CALLS]
    answered += [(schemas.DeliveryStands, "serialization"), (schemas.ProblemDetails, "serialization")]
    names, made = models_json_schema([*sent, *answered], ref_template=REFERENCE)  # type: ignore[list-item]
    references = {key[0]: reference for key, reference in names.items()}
    paths: dict[str, Any] = {}
    for method, path, title, scope, body, answer in CALLS:
        paths.setdefault(path, {})[method] = _operation(method, title, scope, body, references[answer])
    paths["/deliveries/{delivery}"] = _callback(references[schemas.DeliveryStands])
    return {
        "openapi": "3.1.0",
        "info": {"title": "Privacy Center", "version": __version__, "summary": "What people allow, for machines."},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": made["$defs"],
            "responses": {str(status): _problem(title) for status, title in TITLES.items()},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "delivery": {"type": "http", "scheme": "bearer", "description": "The token that came in the delivery."},
                "signature": {"type": "apiKey", "in": "header", "name": "webhook-signature"},
            },
        },
    }


def _operation(method: str, title: str, scope: Scope, body: type[BaseModel], answer: dict[str, Any]) -> dict[str, Any]:
    good: dict[str, Any] = {"description": title, "content": {"application/json": {"schema": answer}}}
    said: dict[str, Any] = {"summary": title, "description": f"{body.__doc__} Scope: `{scope}`."}
    if method == "get":
        good["headers"] = HEADERS
        said["parameters"] = [
            {"name": name, "in": "query", "schema": schema}
            for name, schema in body.model_json_schema()["properties"].items()
        ]
    else:
        content = {"application/json": {"schema": {"$ref": REFERENCE.format(model=body.__name__)}}}
        said["requestBody"] = {"required": True, "content": content}
    problems = {str(status): {"$ref": f"#/components/responses/{status}"} for status in TITLES}
    return said | {"responses": {"200": good, **problems}}


def _callback(answer: dict[str, Any]) -> dict[str, Any]:
    """The one call that needs no token of ours: its own came with the delivery (docs/telling.md)."""
    body = {"schema": {"$ref": REFERENCE.format(model=schemas.Callback.__name__)}}
    good = {"description": "What stands", "content": {"application/json": {"schema": answer}}}
    post: dict[str, Any] = {
        "summary": "What a recipient says of a delivery",
        "description": f"{schemas.Callback.__doc__} Late or again it changes nothing, and the answer is 200.",
        "security": [{"delivery": []}, {"signature": []}],
        "requestBody": {"required": True, "content": {"application/json": body}},
        "responses": {"200": good, **{str(status): {"$ref": f"#/components/responses/{status}"} for status in TITLES}},
    }
    named = {"name": "delivery", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    return {"parameters": [named], "post": post}


def _problem(title: str) -> dict[str, Any]:
    schema = {"$ref": REFERENCE.format(model=schemas.ProblemDetails.__name__)}
    return {"description": title, "content": {MEDIA_TYPE: {"schema": schema}}}
