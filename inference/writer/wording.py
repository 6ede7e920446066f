"""The writer's own wording: what the model is told of the task, and the agent of the model."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def _raw() -> bytes:
    return (files(__package__) / "wording.yaml").read_bytes()


@cache
def wording() -> Any:  # noqa: ANN401 - a file of our own, all of whose parts the tests use
    """Read ``wording.yaml``."""
    return yaml.safe_load(_raw())


def prompt_revision() -> str:
    """Short hash of the wording: another prompt is another writer."""
    return hashlib.sha256(_raw()).hexdigest()[:8]


def writer_note(language: str, key: str, /, **values: str) -> str:
    """Return one note to the agent, in English where the wording lacks the language."""
    notes = wording()["notes"]
    line: str = notes.get(language, notes["en"])[key]
    return line.format_map(values)
