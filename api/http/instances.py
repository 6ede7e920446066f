"""An instance of a JSON schema, for documentation: the smallest one that shows every needed field."""

import re
from typing import Any

_FORMATS = {
    "date-time": "2030-01-31T10:15:00Z",
    "date": "2030-01-31",
    "uuid": "8e03978e-40d5-43e8-bc93-6894a57f9324",
    "uri": "https://helpdesk.example/",
    "email": "sara@example.com",
}
_NAMED = {
    "id": "4d7c0f5be2a94b6d9c1e8a7f3b2d6c50",
    "draft_id": "4d7c0f5be2a94b6d9c1e8a7f3b2d6c50",
    "language": "en",
}
_TYPICAL = ("en", "SA", "https://helpdesk.example/", "2030-01-31", "a1", "0" * 32)
"""Strings that fields with a pattern may want."""
_PREFIX = "#/components/schemas/"


def example_of(schema: dict[str, Any], schemas: dict[str, Any], *, name: str = "", depth: int = 0) -> Any:  # noqa: ANN401 - JSON holds anything
    """Return an instance of a schema.

    Args:
        schema: as of OpenAPI 3.1.
        schemas: the document's components, by name.
        name: the field that holds it.
        depth: how deep it stands; optional fields are shown at the top only.
    """
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].removeprefix(_PREFIX)], schemas, name=name, depth=depth)
    given = [schema[key] for key in ("example", "const", "default") if key in schema]
    given += [schema[key][0] for key in ("examples", "enum") if schema.get(key)]
    if given:
        return given[0]
    for key in ("oneOf", "anyOf", "allOf"):
        if schema.get(key):
            return None if name == "next" else example_of(schema[key][0], schemas, name=name, depth=depth)
    return _typed(schema, schemas, name, depth)


def _typed(schema: dict[str, Any], schemas: dict[str, Any], name: str, depth: int) -> Any:  # noqa: ANN401 - as above
    kind = schema.get("type", "object")
    if kind == "object":
        return _object(schema, schemas, depth)
    if kind == "array":
        return _array(schema, schemas, depth)
    if kind == "string":
        return _string(schema, name)
    return {"integer": schema.get("minimum", 1), "number": schema.get("minimum", 1), "boolean": True}.get(kind)


def _string(schema: dict[str, Any], name: str) -> str:
    text = _FORMATS.get(schema.get("format", "")) or _NAMED.get(name, "text")
    pattern = re.compile(schema.get("pattern", ""))
    text = next((item for item in (text, *_TYPICAL) if pattern.search(item)), text)
    return text[: schema.get("maxLength", len(text))]


def _array(schema: dict[str, Any], schemas: dict[str, Any], depth: int) -> list[Any]:
    if schema.get("minItems", 0) == 0 and depth > 3:
        return []
    items = schema.get("prefixItems") or [schema.get("items", {})]
    return [example_of(item, schemas, depth=depth + 1) for item in items]


def _object(schema: dict[str, Any], schemas: dict[str, Any], depth: int) -> dict[str, Any]:
    needed = set(schema.get("required", ()))
    fields = schema.get("properties", {})
    return {
        name: example_of(field, schemas, name=name, depth=depth + 1)
        for name, field in fields.items()
        if name in needed or depth == 0
    }
