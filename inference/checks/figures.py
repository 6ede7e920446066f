"""Numbers: each must stand in a source, a supplied fact, the policy or the customer's own words."""

import re
from collections.abc import Iterator
from functools import lru_cache

from inference.checks.base import CheckInput
from inference.contradiction.figures import figures
from inference.text import fold
from inference.thread import own_words
from inference.types import Finding, Message

_NUMBER = re.compile(r"\d+(?:[.,:/٫٬-]\d+)*[%٪]?")
_SEPARATORS = str.maketrans("٫٬٪", ".,%")
_LIST_MARK = re.compile(r"(?m)^\s*\d{1,2}[.)]\s")


def check_numbers(given: CheckInput) -> Iterator[Finding]:
    """Find numbers that no source, fact, policy phrase or customer's word holds."""
    backing = f"{given.backing}\n{fold(given.message.text).text}"
    known = {number.translate(_SEPARATORS) for number in _NUMBER.findall(backing)}
    marks = {match.start() for match in _LIST_MARK.finditer(given.folded.text)}
    for match in _NUMBER.finditer(given.folded.text):
        listed = any(start <= match.start() < start + 4 for start in marks)
        number = match.group().translate(_SEPARATORS)
        if number not in known and not listed and number not in _worded(given.message):
            yield given.finding("unsupported_number", at=match.span())


@lru_cache(maxsize=64)
def _worded(message: Message) -> frozenset[str]:
    """Return the numbers that the customer wrote, those in words too, in ASCII digits."""
    return frozenset(
        f"{figure.written:g}" for figure in figures(fold(own_words(message)).text) if isinstance(figure.written, float)
    )
