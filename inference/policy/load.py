"""Reading a policy file: every fault is told with its line and place."""

import hashlib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from inference.lexicons import SafeLoader, read_yaml
from inference.policy.policy import Policy
from models.errors import ConfigurationError

_LARGEST = 2_000_000
_TOLD = 10
"""Most faults that one error names."""


def load_policy(path: Path | None = None) -> Policy:
    """Read and validate a policy file (the default one when ``path`` is None).

    Raises:
        ConfigurationError: The file is absent, is not YAML, names a key twice or does not fit the schema; names each
            place at fault with its line.
    """
    source = files("inference.policies") / "default.yaml" if path is None else path
    try:
        raw = source.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"The policy file {path} cannot be read ({error.strerror}): set RIFQ_POLICY to a readable file."
        ) from error
    if len(raw) > _LARGEST:
        raise ConfigurationError(f"The policy file has more than {_LARGEST:,} bytes: is it the right one?")
    root, content = _parse(raw)
    if doubled := list(_doubled(root)):
        raise ConfigurationError("The policy names a key twice, and one of the two would be lost: " + _told(doubled))
    try:
        policy = Policy.model_validate(content)
    except ValidationError as error:
        faults = [_fault(root, item["loc"], item["msg"]) for item in error.errors(include_url=False)]
        raise ConfigurationError("The policy does not fit its schema: " + _told(faults)) from error
    policy._revision = hashlib.sha256(raw).hexdigest()[:12]
    return policy


def policy_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a policy file, for editors that complete and check YAML."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Policy.model_json_schema()


def _parse(raw: bytes) -> tuple[yaml.Node | None, Any]:
    """Return the file's nodes, which know their lines, and what they mean."""
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(raw, Loader=SafeLoader)):
            raise ConfigurationError("The policy file uses a YAML alias (*name): write the value out.")
        return yaml.compose(raw, Loader=SafeLoader), read_yaml(raw)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ConfigurationError(
            f"The policy file is not valid YAML{where}: {getattr(error, 'problem', error)}."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError("The policy file is not UTF-8: save it as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(
            f"The policy file cannot be read ({error}): a date, or a nesting, is wrong."
        ) from error


def _doubled(node: yaml.Node | None, place: str = "") -> Iterator[str]:
    if isinstance(node, yaml.MappingNode):
        lines: dict[str, int] = {}
        for key, value in node.value:
            name = f"{place}.{key.value}".lstrip(".")
            if name in lines:
                yield f"line {key.start_mark.line + 1}: {name} stands at line {lines[name]} already"
            lines.setdefault(name, key.start_mark.line + 1)
            yield from _doubled(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from _doubled(item, f"{place}.{number}")


def _fault(root: yaml.Node | None, location: Sequence[int | str], said: str) -> str:
    """Tell a fault with the line of the deepest part of its place that the file holds."""
    said = said.removeprefix("Value error, ")
    place = ".".join(str(part) for part in location)
    if not place and ":" in said:  # a check of the whole names its place itself
        place, said = (part.strip() for part in said.split(":", 1))
    line = _line(root, place.split("."))
    return f"line {line}: {place or 'the file'}: {said}"


def _line(node: yaml.Node | None, parts: Sequence[str]) -> int:
    line = 1
    for part in parts:
        found: tuple[yaml.Node, yaml.Node] | None = None
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == part), None)
        elif isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
            found = (node.value[int(part)],) * 2
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line


def _told(faults: Sequence[str]) -> str:
    more = f"; and {len(faults) - _TOLD} more" if len(faults) > _TOLD else ""
    return "; ".join(faults[:_TOLD]) + more + "."
