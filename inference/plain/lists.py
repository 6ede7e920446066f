"""Word lists as data."""

from functools import cache
from importlib.resources import files

import yaml

from inference.plain.words import folded_word


@cache
def word_list(name: str) -> frozenset[str]:
    """Return one list of ``lists.yaml``, folded."""
    lists: dict[str, list[str]] = yaml.safe_load((files(__package__) / "lists.yaml").read_text(encoding="utf-8"))
    return frozenset(map(folded_word, lists[name]))
