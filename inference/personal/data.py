"""Word lists as data, each read once."""

from functools import cache
from importlib.resources import files
from typing import Any

from inference.lexicons import read_yaml


@cache
def load(name: str) -> Any:  # noqa: ANN401 - each caller knows its own shape
    """Read ``inference/personal/<name>.yaml``."""
    return read_yaml((files(__package__) / f"{name}.yaml").read_text(encoding="utf-8"))
