"""YAML files that people write: every fault is told with its line and place."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from inference.lexicons import SafeLoader, read_yaml
from models.errors import ConfigurationError

_LARGEST = 2_000_000
_TOLD = 10
"""Most faults that one error names."""
Kind = TypeVar("Kind", bound=BaseModel)


def read_document(raw: bytes, model: type[Kind], name: str) -> Kind:
    """Return what a YAML file holds, validated.

    Args:
        raw: the file.
        model: what it must fit.
        name: what the file is called in errors, at the beginning of a sentence ("The policy").

    Raises:
        ConfigurationError: it is not YAML, names a key twice or does not fit; names each place at fault with its line.
    """
    if len(raw) > _LARGEST:
        raise ConfigurationError(f"{name} has more than {_LARGEST:,} bytes: is it the right one?")
    root, content = _parse(raw, name)
    if doubled := list(_doubled(root)):
        raise ConfigurationError(f"{name} names a key twice, and one of the two would be lost: " + _told(doubled))
    try:
        return model.model_validate(content)
    except ValidationError as error:
        faults = [_fault(root, item["loc"], item["msg"]) for item in error.errors(include_url=False)]
        raise ConfigurationError(f"{name} does not fit its schema: " + _told(faults)) from error


def _parse(raw: bytes, name: str) -> tuple[yaml.Node | None, Any]:
    """Return the file's nodes, which know their lines, and what they mean."""
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(raw, Loader=SafeLoader)):
            raise ConfigurationError(f"{name} uses a YAML alias (*name): write the value out.")
        return yaml.compose(raw, Loader=SafeLoader), read_yaml(raw)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ConfigurationError(f"{name} is not valid YAML{where}: {getattr(error, 'problem', error)}.") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{name} is not UTF-8: save it as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{name} cannot be read ({error}): a date, or a nesting, is wrong.") from error


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
            continue  # which kind of several it is stands in a place, and not in the file
        line, node = found[0].start_mark.line + 1, found[1]
    return line


def _told(faults: Sequence[str]) -> str:
    more = f"; and {len(faults) - _TOLD} more" if len(faults) > _TOLD else ""
    return "; ".join(faults[:_TOLD]) + more + "."
