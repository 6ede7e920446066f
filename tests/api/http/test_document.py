"""The OpenAPI document: valid, complete, and true in its examples."""

from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from schemathesis.core.result import Ok

from api.http.app import create_app
from api.http.instances import example_of
from api.settings import Settings

METHODS = {"get", "put", "post", "delete", "patch"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app(Settings(host="127.0.0.1")).openapi()


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {path}", operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def resolved(document: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        found: Any = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        value = found
    return value


def check(document: dict[str, Any], media: dict[str, Any], where: str) -> None:
    schema = {**media["schema"], "components": document["components"]}
    given = [media["example"]] if "example" in media else []
    given += [resolved(document, item)["value"] for item in media.get("examples", {}).values()]
    assert given, f"{where} has no example"
    validator = jsonschema_rs.Draft202012Validator(schema)
    for example in given:
        errors = [f"{list(error.instance_path)}: {error.message}" for error in validator.iter_errors(example)]
        assert not errors, (where, errors[:3])


def test_schemathesis_reads_it(document: dict[str, Any]) -> None:
    schema = schemathesis.openapi.from_dict(document)
    assert len([result for result in schema.get_all_operations() if isinstance(result, Ok)]) == len(
        operations(document)
    )


def test_every_request_and_answer_has_a_valid_example(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for kind, media in operation.get("requestBody", {}).get("content", {}).items():
            if kind == "application/json":
                check(document, media, f"{name} request")
        answers = {status: item for status, item in operation["responses"].items() if status.startswith("2")}
        assert answers, name
        for status, response in answers.items():
            for kind, media in response.get("content", {}).items():
                if kind == "application/json":
                    check(document, media, f"{name} {status}")


def test_every_problem_is_listed_with_its_codes(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            if status.startswith(("4", "5")):
                found = resolved(document, response)
                assert found["x-problem-codes"], (name, status)
                check(document, found["content"]["application/problem+json"], f"{name} {status}")
        if "requestBody" in operation:
            assert {"400", "413", "415", "422"} <= set(operation["responses"]), name


def test_whoever_is_admitted_needs_a_scope_that_is_named(document: dict[str, Any]) -> None:
    assert set(document["components"]["securitySchemes"]) == {"bearer", "session"}
    public = {name for name, operation in operations(document) if not operation.get("security")}
    assert {"get /livez", "get /readyz"} <= public
    assert not [name for name in public if "/v1/" in name and "/v1/hooks/" not in name]
    for name, operation in operations(document):
        if operation.get("security"):
            assert {"401", "403", "429"} <= set(operation["responses"]), name


def test_what_stores_takes_a_key(document: dict[str, Any]) -> None:
    keyed = {
        name
        for name, operation in operations(document)
        if any(item["name"].lower() == "idempotency-key" for item in operation.get("parameters", ()))
    }
    assert {
        "post /v1/drafts",
        "post /v1/drafts/batch",
        "post /v1/drafts/stream",
        "post /v1/drafts/{id}/again",
        "post /v1/drafts/{id}/feedback",
        "post /v1/resolutions",
        "post /v1/resolutions/import",
        "post /v1/resolutions/{id}/verify",
        "post /v1/resolutions/{id}/retire",
        "post /v1/resolutions/{id}/restore",
        "post /v1/knowledge/contradictions/dismiss",
        "post /v1/commitments/{id}/events",
    } <= keyed
    assert all(name.startswith("post ") for name in keyed)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {"type": "string", "maxLength": 2}}, "required": ["a"]},
        {"type": "array", "items": {"type": "integer", "minimum": 3}, "minItems": 1},
        {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
        {"enum": ["x", "y"]},
        {"$ref": "#/components/schemas/Thing"},
        {"type": "array", "prefixItems": [{"type": "number"}, {"type": "boolean"}]},
    ],
)
def test_an_instance_fits_its_schema(schema: dict[str, Any]) -> None:
    components = {"Thing": {"type": "object", "properties": {"n": {"const": 5}}, "required": ["n"]}}
    whole = {**schema, "components": {"schemas": components}}
    jsonschema_rs.Draft202012Validator(whole).validate(example_of(schema, components))
