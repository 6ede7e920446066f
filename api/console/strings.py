"""The console's words in both languages, and its sample messages."""

from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from inference.lexicons import load_lexicon

Language = Literal["ar", "en"]
LANGUAGES: tuple[Language, ...] = ("ar", "en")


@cache
def _table() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = yaml.safe_load(_read("strings.yaml"))
    review: dict[str, dict[str, str]] = yaml.safe_load(_read("review_strings.yaml"))
    steps = load_lexicon("step_names")  # findings call them the same
    return {
        language: words | review[language] | {f"step.{name}": said for name, said in steps[language].items()}
        for language, words in table.items()
    }


@cache
def samples() -> tuple[dict[str, Any], ...]:
    """Return the sample messages: key, language, channel, label by language, text."""
    return tuple(yaml.safe_load(_read("samples.yaml")))


def keys(language: Language) -> frozenset[str]:
    """Return the names of all words of a language."""
    return frozenset(_table()[language])


def say(language: Language, key: str) -> str:
    """Return one word; the last part of an unknown enumeration key, so that a new value still shows."""
    return _table()[language].get(key) or key.rsplit(".", 1)[-1].replace("_", " ")


def choose_language(asked: str | None, remembered: str | None, accepted: str) -> Language:
    """Choose the page's language: what the address asks for, else the cookie, else ``Accept-Language``, else Arabic."""
    for wish in (asked, remembered):
        for language in LANGUAGES:
            if wish == language:
                return language
    return _accepted(accepted)


def _accepted(header: str) -> Language:
    best: tuple[float, Language] | None = None
    for part in header[:500].split(","):
        tag, _, weight = part.strip().partition(";")
        code = tag.strip().lower().split("-")[0]
        for language in LANGUAGES:
            quality = _quality(weight)
            if code == language and quality > 0 and (best is None or quality > best[0]):
                best = (quality, language)
    return "ar" if best is None else best[1]


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _read(name: str) -> str:
    return files("api.console").joinpath(name).read_text(encoding="utf-8")
