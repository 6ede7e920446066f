"""Word lists and patterns as data, each read once."""

from functools import cache
from importlib.resources import files
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


@cache
def load_lexicon(name: str) -> Any:  # noqa: ANN401 - each caller validates its own shape
    """Read ``inference/lexicons/<name>.yaml``."""
    return read_yaml((files(__package__) / f"{name}.yaml").read_text(encoding="utf-8"))
