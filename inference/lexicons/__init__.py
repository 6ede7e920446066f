"""Word lists and patterns as data, each read once."""

import gzip
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's safe loader, in C where its build has one: ten times as fast."""


def read_yaml(text: str | bytes) -> Any:  # noqa: ANN401 - as the file has it
    """Read plain YAML.

    Raises:
        yaml.YAMLError: the text is none.
    """
    return yaml.load(text, Loader=SafeLoader)  # noqa: S506 - a safe loader


def read_list(file: Traversable) -> list[str]:
    """Read the lines of a compressed list, without its comments."""
    lines = gzip.decompress(file.read_bytes()).decode("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def write_list(file: Path, content: str) -> None:
    """Write a compressed list; the same content makes the same bytes."""
    file.write_bytes(gzip.compress(content.encode("utf-8"), mtime=0))


@cache
def load_lexicon(name: str) -> Any:  # noqa: ANN401 - each caller validates its own shape
    """Read ``inference/lexicons/<name>.yaml``."""
    return read_yaml((files(__package__) / f"{name}.yaml").read_text(encoding="utf-8"))
