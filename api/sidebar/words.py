"""The sidebar's words in both languages; what it shares with the console it says in the console's words."""

from functools import cache
from importlib.resources import files

from api.console.strings import Language, say
from inference.lexicons import read_yaml


@cache
def _table() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = read_yaml(files("api.sidebar").joinpath("strings.yaml").read_bytes())
    return table


def keys(language: Language) -> frozenset[str]:
    """Return the names of the sidebar's own words of a language."""
    return frozenset(_table()[language])


def said(language: Language, key: str) -> str:
    """Return one word."""
    return _table()[language].get(key) or say(language, key)
