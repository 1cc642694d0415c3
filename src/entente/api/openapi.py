"""What a program may ask, as an OpenAPI 3.1 document that is computed from the types which the doors themselves read.

Nothing in it is written twice: shapes come from msgspec, deeds from their table, the errors of each from the order in
which a request is checked. Partners' nodes speak another, signed protocol, told here in words; it stands whole in
docs/protocol.md.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import msgspec

from entente.api.shapes import PROGRAM_DEEDS, Health, NodeStands, ProgramDeed, Refusal
from entente.model.wire import VERSION

_JSON = "application/json"
ABOUT = f"""What a program may ask of an Entente node, in the name of the officer whose token it bears.

Every deed is registered like the officer's own: with the reason and the matter that stand in the body. Which records,
parts and partners it reaches is decided by the same rules. Errors say in French and English what happened and what to
do. A token asks 120 times at once and then four times a second, and what searches counts four times; a distress is
never limited.

**/health** tells a program of the node's own machine whether the node answers and has read all; from elsewhere it is
not there.

**/v1** is for partners' nodes and not for programs: `GET /v1/hello`, `GET /v1/lanes/{{lane}}`, `GET /v1/receipts`,
`POST /v1/wake`. Every request bears a detached signature in `Entente-Signature` by the partner's pinned key, over
method, target and body; every answer is signed by ours; what is sealed inside is for the partner alone. Protocol
{VERSION}.
"""

# What each status means, in the order in which a request is checked.
_REFUSED = {
    400: "The body cannot be read, or what it says is not complete.",
    401: "No token, or one that is unknown, withdrawn or past its day.",
    403: "A rule forbids it: the token's scope, the officer's role, or a rule that `code` names.",
    404: "Nothing of that name that the officer may know of. Absent and not for you are the same.",
    409: "It contradicts what is already recorded.",
    413: "The body is too large.",
    415: "The body is not announced as JSON.",
    429: "The token asks too fast.",
    502: "Something that a partner said does not hold against its key.",
    503: "The node cannot do it now. Nothing was recorded; try again.",
}


def document(node: str) -> dict[str, Any]:
    """The whole document for a node of that name."""
    deeds = PROGRAM_DEEDS.values()
    types = list(
        dict.fromkeys([*(deed.asked for deed in deeds), *(deed.answer for deed in deeds), Health, Refusal])
    )
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    of: dict[Any, dict[str, Any]] = dict(zip(types, schemas, strict=True))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Entente, {node}",
            "version": version("entente"),
            "summary": "What a program may ask of this node.",
            "description": ABOUT,
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "tags": [
            {"name": "deeds", "description": "What an officer does, asked for by a program."},
            {"name": "node", "description": "Of the node itself."},
        ],
        "paths": {
            **{f"/api/{deed.name}": {"post": _deed(deed, of)} for deed in deeds},
            "/api/openapi.json": {"get": _itself()},
            "/health": {"get": _health(of[Health])},
        },
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A program's token, made by an administrator for one officer, for named deeds and a "
                    "time. Its scopes are the names of the deeds.",
                }
            },
            "responses": {
                str(status): _response(said, of[Refusal], status) for status, said in _REFUSED.items()
            },
            "schemas": components,
        },
    }


def _response(said: str, schema: dict[str, Any], status: int) -> dict[str, Any]:
    response: dict[str, Any] = {"description": said, "content": {_JSON: {"schema": schema}}}
    headers = {
        401: {"WWW-Authenticate": {"description": "Bearer", "required": True, "schema": {"const": "Bearer"}}},
        429: {
            "Retry-After": {
                "description": "Seconds until the token may ask again.",
                "required": True,
                "schema": {"type": "integer", "minimum": 1},
            }
        },
    }
    return response | ({"headers": headers[status]} if status in headers else {})


def _deed(deed: ProgramDeed, of: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    # A distress is refused for its token alone.
    statuses = _REFUSED if deed.weight else (401, 403, 502, 503)
    return {
        "operationId": deed.name,
        "tags": ["node" if deed.answer is NodeStands else "deeds"],
        "summary": deed.does.partition(". ")[0].rstrip(".") + ".",
        "description": f"{deed.does} The token's scopes name `{deed.name}`.",
        "requestBody": _body(deed, of[deed.asked]),
        "responses": {
            "200": {"description": "Done.", "content": {_JSON: {"schema": of[deed.answer]}}},
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses},
        },
    }


def _body(deed: ProgramDeed, schema: dict[str, Any]) -> dict[str, Any]:
    if deed.weight:
        return {"required": True, "content": {_JSON: {"schema": schema, "example": deed.example}}}
    anything = {
        "description": "The distress itself, in whatever shape it came.",
        "example": "Mayday, 50.95 N 1.60 E",
    }
    return {
        "required": False,
        "description": "Whatever came. A body of the shape named first may also say its reason and matter; a draft in "
        "JSON is read as one; anything else is kept to the letter.",
        "content": {
            _JSON: {"schema": {"anyOf": [schema, {}]}, "example": deed.example},
            "text/plain": {"schema": {"type": "string"}, "example": anything["example"]},
            "application/octet-stream": {"schema": {}},
        },
    }


def _itself() -> dict[str, Any]:
    return {
        "operationId": "openapi",
        "tags": ["node"],
        "summary": "This document.",
        "security": [],
        "responses": {
            "200": {"description": "This document.", "content": {_JSON: {"schema": {"type": "object"}}}}
        },
    }


def _health(schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": "health",
        "tags": ["node"],
        "summary": "Whether the node answers; for programs of its own machine.",
        "security": [],
        "responses": {
            "200": {"description": "It answers.", "content": {_JSON: {"schema": schema}}},
            "404": {"description": "Asked from elsewhere."},
        },
    }
