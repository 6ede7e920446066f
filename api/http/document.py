"""The OpenAPI document: who may call what, what each operation answers, and every problem that it can have."""

import json
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.http.instances import example_of
from api.http.problems import MEDIA_TYPE, Problem

VERSION = "0.1.0"
DESCRIPTION = (
    "A customer's message goes in, Arabic or English; sentiment, anger, similar past resolutions and a grounded draft "
    "come out, for an agent to accept, edit or reject. Every error is problem+json (RFC 9457) with a stable `code`. "
    "The header `X-Request-ID` is taken over or made up, `Server-Timing` holds the phase times. What is to go away is "
    "marked `deprecated` here and answers with the headers `Deprecation` and `Sunset`, at least six months before."
)
_PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {"description": "What went wrong, and what to do.", "content": {MEDIA_TYPE: _PROBLEM}}
}
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key; `security` names the scope it needs."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "rifq_session",
        "description": "The session of somebody who signed in to the console.",
    },
}
_RETRY_AFTER = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
_SIGNED = ["unauthenticated", "bad_signature"]
_METHODS = {"get", "put", "post", "delete", "patch"}
_ANSWERS = Path(__file__).parent / "answers.json"
CODES: dict[str, str] = {
    "invalid_json": "The body is not JSON in UTF-8: correct it.",
    "invalid_input": "A field is not valid: `errors` names it and says what to do.",
    "missing_wording": "The reply lacks a paragraph that must stand in it as it is: `detail` names it.",
    "idempotency_conflict": "The Idempotency-Key was used for another request: choose a new one.",
    "unauthenticated": "Send an API key as `Authorization: Bearer KEY`, or sign in.",
    "bad_signature": "The delivery is not signed with the secret that is configured, or is too old.",
    "forbidden": "The key or role lacks the scope: ask an administrator.",
    "cross_site": "A page of another site may not call the service.",
    "not_found": "There is nothing under this id or address.",
    "method_not_allowed": "The address does not take this method: see `Allow`.",
    "not_acceptable": "The answer's media type is not one of `Accept`.",
    "conflict": "The present state does not allow it: read it again.",
    "still_running": "A request with this Idempotency-Key is being answered: repeat after `Retry-After`.",
    "precondition_failed": "It has changed since you read it: read it again and use its new ETag.",
    "too_large": "The request is larger than the service takes: send less, or in several requests.",
    "not_json": "Send the media type that the operation reads.",
    "encoded_body": "Send the body without Content-Encoding.",
    "wrong_host": "The Host name is not one of RIFQ_ALLOWED_HOSTS.",
    "rate_limited": "Too many requests: repeat after `Retry-After`.",
    "overloaded": "The service is full or still starting: repeat after `Retry-After`.",
    "storage": "The database cannot be used: the operator must look.",
    "configuration": "A setting or policy is at fault: the operator must look.",
    "artifact": "The model's files are not right: the operator must look.",
    "internal": "Something went wrong on our side: repeat with the same Idempotency-Key, then report the request id.",
}
"""Every stable problem code of the API, and what to do about it."""


def operation_id(route: APIRoute) -> str:
    """Return the id of an operation: its function's name and its tag."""
    return route.name.strip("_") + "_" + "_".join(str(tag) for tag in route.tags)


def as_text(document: dict[str, Any]) -> str:
    """Return the document as it is served."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """Return the application's OpenAPI document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        components = document["components"]
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        components["schemas"] |= schema.pop("$defs", {}) | {"Problem": schema}
        components["securitySchemes"] = _SECURITY
        for path, item in document["paths"].items():
            for method, operation in item.items():
                if method in _METHODS:
                    _complete(path, method, operation, components)
        for name in ("HTTPValidationError", "ValidationError"):
            components["schemas"].pop(name, None)
        app.openapi_schema = document
    return app.openapi_schema


def _complete(path: str, method: str, operation: dict[str, Any], components: dict[str, Any]) -> None:
    """Add the problems, and examples where there are none."""
    responses = operation["responses"]
    responses.pop("422", None)  # FastAPI's own shape
    for status, codes in _problems(path, method, operation).items():
        name = ".".join((str(status), *codes))
        components.setdefault("responses", {}).setdefault(name, _problem_response(status, codes))
        responses[str(status)] = {"$ref": f"#/components/responses/{name}"}
    good = [response for status, response in responses.items() if status.startswith("2")]
    for message in (operation.get("requestBody", {}), *good):
        media = message.get("content", {}).get("application/json")
        if media is not None and not {"example", "examples"} & set(media):
            media.update(_example(media["schema"], components))


def _example(schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """Return a real answer of this shape where one is recorded, else the smallest one."""
    shape = (schema.get("anyOf") or [schema])[0].get("$ref", "").rsplit("/", 1)[-1]
    if shape in (recorded := _answers()):
        components.setdefault("examples", {})[shape] = {"value": recorded[shape]}
        return {"examples": {"answer": {"$ref": f"#/components/examples/{shape}"}}}
    return {"example": example_of(schema, components["schemas"])}


def _problems(path: str, method: str, operation: dict[str, Any]) -> dict[int, list[str]]:
    """Return the problem codes of an operation by status."""
    headers = {item["name"].lower() for item in operation.get("parameters", ()) if item["in"] == "header"}
    body, keyed = "requestBody" in operation, "idempotency-key" in headers
    writes = method != "get"
    found: dict[int, list[str]] = {
        400: ["invalid_json"] if body else [],
        401: ["unauthenticated"] if operation.get("security") else _SIGNED if "/hooks/" in path else [],
        403: [*(["forbidden"] if operation.get("security") else []), *(["cross_site"] if writes else [])],
        404: ["not_found"] if "{" in path or path.endswith(("/dismiss", "/erasures")) else [],
        406: ["not_acceptable"],
        409: [
            *(["conflict"] if writes and ("{" in path or keyed or path == "/v1/people") else []),
            *(["still_running"] if keyed else []),
        ],
        412: ["precondition_failed"] if "if-match" in headers else [],
        413: ["too_large"] if writes else [],
        415: ["not_json", "encoded_body"] if body else [],
        422: [
            *(["invalid_input"] if body or operation.get("parameters") else []),
            *(["missing_wording"] if "/complaints/{" in path and writes else []),
            *(["idempotency_conflict"] if keyed else []),
        ],
        429: ["rate_limited"] if operation.get("security") else [],
        500: ["internal", "storage"],
        503: ["overloaded"] if path != "/livez" else [],
    }
    return {status: codes for status, codes in found.items() if codes}


def _problem_response(status: int, codes: list[str]) -> dict[str, Any]:
    examples = {
        code: {
            "value": {
                "type": f"urn:rifq:problem:{code}",
                "title": HTTPStatus(status).phrase,
                "status": status,
                "code": code,
                "detail": CODES[code],
                "request_id": "5f0c954d1f1b4b6c8f3e2a7d9c0b1a2e",
                "errors": [],
            }
        }
        for code in codes
    }
    response: dict[str, Any] = {
        "description": " ".join(f"`{code}`: {CODES[code]}" for code in codes),
        "content": {MEDIA_TYPE: {**_PROBLEM, "examples": examples}},
        "x-problem-codes": codes,
    }
    if status in {429, 503} or "still_running" in codes:
        response["headers"] = _RETRY_AFTER
    return response


@cache
def _answers() -> dict[str, Any]:
    """Return real answers, by the names of their shapes; a test compares them with the schemas."""
    found: dict[str, Any] = json.loads(_ANSWERS.read_text(encoding="utf-8"))
    return found
