"""Word lists and patterns as data, each read once."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def load_lexicon(name: str) -> Any:  # noqa: ANN401 - each caller validates its own shape
    """Read ``inference/lexicons/<name>.yaml``."""
    return yaml.safe_load((files(__package__) / f"{name}.yaml").read_text(encoding="utf-8"))
