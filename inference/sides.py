"""Which side of a pair a customer is on: in a shop or online, cash or cheque, the card's PIN or the app's passcode.

A resolution often holds a step for each side, and two resolutions often differ in the side alone. Precision comes
first: a side counts only where the customer's words name it plainly and do not deny it, and nothing is concluded
against a side that they mention in any way. The words live in ``lexicons/sides.yaml``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from inference.lexicons import load_lexicon
from inference.text import fold, fold_pattern

LONGEST = 4_000
"""What lies behind this many characters of a message is not read for sides."""

_CONTEXT = 40
"""Characters before a side's words in which a negation is looked for."""
# A word of a pattern may carry a conjunction, and an article or a preposition.
_PREFIX = r"[وف]?(?:[بكفهع]?ال|لل|[بلع])?"


@dataclass(frozen=True)
class _Side:
    """One side of a pair: how customers name it plainly, or in any way, and how steps' conditions and titles do."""

    name: str
    said: re.Pattern[str]
    mentioned: re.Pattern[str]
    condition: re.Pattern[str]
    title: re.Pattern[str]


def ruled_out(words: str, steps: Sequence[str]) -> frozenset[int]:
    """Return the indices of the steps whose condition names a side on which the customer plainly is not.

    A step that only goes on from one that is ruled out ("if it isn't back by then") is ruled out with it.

    Args:
        words: The customer's own words, in whatever language or dialect.
        steps: The steps of a resolution, in Arabic or English; none is ruled out where none would remain.
    """
    out: set[int] = set()
    for index, step in enumerate(steps):
        goes_on = index - 1 in out and _goes_on(step)
        if goes_on or any(_is_elsewhere(words, pair, side) for pair, side in _condition_sides(step)):
            out.add(index)
    return frozenset(out) if len(out) < len(steps) else frozenset()


def opposed(words: str, title: str) -> frozenset[str]:
    """Return the pairs of which a title names one side, and the customer plainly and only the other."""
    return frozenset(pair for pair, side in _title_sides(title) if _is_elsewhere(words, pair, side))


def meets(words: str, title: str, pairs: frozenset[str]) -> bool:
    """Tell whether a title names, of every one of ``pairs``, a side that the customer plainly names."""
    named = dict(_title_sides(title))
    return all(pair in named and named[pair] in _spoken(words, pair)[1] for pair in pairs)


def _is_elsewhere(words: str, pair: str, side: str) -> bool:
    mentioned, plain = _spoken(words, pair)
    return side not in mentioned and bool(plain)


@lru_cache(maxsize=256)  # the search's hits are compared with one message
def _spoken(words: str, pair: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the sides of a pair that a message mentions in any way, and those that it names without denying them."""
    text = fold(words[:LONGEST]).text
    said = [(side.name, match) for side in _pairs()[pair] for match in side.said.finditer(text)]
    mentioned = {side.name for side in _pairs()[pair] if side.mentioned.search(text)}
    plain = set()
    for name, match in said:
        if not _negation().search(text, max(0, match.start() - _CONTEXT), match.start()):
            mentioned.add(name)
            plain.add(name)
        # "No cash came out" names the one side, and does not mention the other.
        elif not any(name != other and _overlap(match, by) for other, by in said):
            mentioned.add(name)
    return frozenset(mentioned), frozenset(plain)


def _overlap(first: re.Match[str], second: re.Match[str]) -> bool:
    return first.start() < second.end() and second.start() < first.end()


@lru_cache(maxsize=4_096)  # a resolution's steps recur from message to message
def _condition_sides(step: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs of which a step's condition names one side, with that side.

    Every alternative of a condition must name it: "if the card is new or you've just switched it on" names none.
    """
    leading = _condition().match(fold(step).text)
    if leading is None:
        return ()
    parts = _or().split(leading.group())
    found: list[tuple[str, str]] = []
    for pair, sides in _pairs().items():
        named = [{side.name for side in sides if side.condition.search(part)} for part in parts]
        if len(named[0]) == 1 and all(names == named[0] for names in named):
            found.append((pair, next(iter(named[0]))))
    return tuple(found)


@lru_cache(maxsize=4_096)  # as for the steps
def _title_sides(title: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs of which a title names exactly one side, with that side."""
    text = fold(title).text
    named = ((pair, [side.name for side in sides if side.title.search(text)]) for pair, sides in _pairs().items())
    return tuple((pair, names[0]) for pair, names in named if len(names) == 1)


def _goes_on(step: str) -> bool:
    return _follows().search(fold(step).text) is not None


@cache
def _pairs() -> dict[str, tuple[_Side, ...]]:
    return {
        pair: tuple(
            _Side(name, *(_words(side.get(part)) for part in ("said", "mentioned", "condition", "title")))
            for name, side in sides.items()
        )
        for pair, sides in load_lexicon("sides")["pairs"].items()
    }


def _words(part: Any) -> re.Pattern[str]:  # noqa: ANN401 - as the file has it
    """Compile the patterns of both scripts as whole words; nothing matches where there are none."""
    if part is None:
        return re.compile(r"(?!)")
    arabic = "|".join(map(fold_pattern, part.get("ar", ()))) or r"(?!)"
    latin = "|".join((*part.get("en", ()), *part.get("arabizi", ()))) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{_PREFIX}(?:{arabic})|(?:{latin}))(?!\w)")


@cache
def _negation() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(fold_pattern, load_lexicon('sides')['negations']))})\s*$")


@cache
def _condition() -> re.Pattern[str]:
    return re.compile("|".join(map(fold_pattern, load_lexicon("sides")["conditions"])))


@cache
def _or() -> re.Pattern[str]:
    return re.compile(fold_pattern(load_lexicon("sides")["or"]))


@cache
def _follows() -> re.Pattern[str]:
    return re.compile("|".join(map(fold_pattern, load_lexicon("sides")["follows"])))
