"""Tells whether a reply speaks to whoever judges it, in any reading: what is said of it proves nothing then."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from inference.text import fold_pattern
from inference.untrusted import instructions_in
from inference.untrusted.views import SENTENCE, views

_PLAIN = frozenset({"soft", "wording", "claim", "secret", "resist"})
"""Kinds of orders that a plain reply to a customer may resemble: alone they are none."""


def addresses_judge(reply: str) -> bool:
    """Tell whether a reply speaks to whoever judges it, or gives orders to a model."""
    if any(order.kinds - _PLAIN for order in instructions_in(reply)):
        return True
    return any(_speaks(_evened(view.folded.text)) for view in views(reply))


def _speaks(text: str) -> bool:
    if _lines().search(text):
        return True
    sentences = SENTENCE.findall(text)
    return any(judging.search(said) and judged.search(said) for said in sentences for judging, judged in _together())


def _evened(text: str) -> str:
    """Leave one white space where there are several, a line's end where one is among them."""
    return re.sub(r"\s+", lambda match: "\n" if "\n" in match.group() else " ", text)


@cache
def _lines() -> re.Pattern[str]:
    told = _told()
    return re.compile("|".join(_bounded(line, told["words"]) for line in told["lines"]))


@cache
def _together() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    told = _told()
    judging, judged = (
        [re.compile(_bounded(pair[name], told["words"])) for pair in told["together"]] for name in ("judging", "judged")
    )
    return tuple(zip(judging, judged, strict=True))


def _told() -> Any:  # noqa: ANN401 - a file of our own, all of whose parts the tests use
    return yaml.safe_load((files(__package__) / "addresses.yaml").read_bytes())


def _bounded(line: str, words: dict[str, str]) -> str:
    for name in reversed(words):  # later words are made of earlier ones
        line = line.replace(f"{{{name}}}", words[name])
    folded = fold_pattern(line).replace(" ", r"\s")
    return rf"(?<!\w)[وف]?(?:{folded})(?:(?<=\W)|(?!\w))"
