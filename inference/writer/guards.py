"""What only a language model does to a text: it leaves blanks to fill and quotes its instructions."""

import re
from collections.abc import Iterator

from inference.checks import CheckInput
from inference.text import fold
from inference.types import Finding, Span

_BLANK = re.compile(r"\[[^\]\n]{1,40}\]|\{[^}\n]{0,40}\}|<[^>\n]{1,40}>|_{3,}|\bx{3,}\b", re.IGNORECASE)
_RUN = 8


def check_writing(given: CheckInput, instructions: str, fence: str) -> Iterator[Finding]:
    """Find blanks to fill, and the prompt's own words.

    Args:
        given: The text with its sources.
        instructions: The prompt without the data of others.
        fence: The token of the prompt's fences.
    """
    text = given.folded.text
    # The policy's phrases, which back other words, hold blanks of their own.
    quoted = "\n".join(fold(source.quote).text for source in given.sources)
    for match in _BLANK.finditer(text):
        if match.group() not in quoted:
            yield given.finding("blank", at=match.span())
    # Folding shortens runs of one letter, which a token may hold.
    if (at := given.text.find(fence)) >= 0:
        yield given.finding("prompt_leak", span=Span(start=at, end=at + len(fence), text=fence))
    yield from _repeated(given, instructions)


def _repeated(given: CheckInput, instructions: str) -> Iterator[Finding]:
    """Find the first run of words that stands in the instructions and in no source."""
    secret = " ".join(re.findall(r"\w+", fold(instructions).text))
    known = " ".join(re.findall(r"\w+", given.backing))
    words = list(re.finditer(r"\w+", given.folded.text))
    for start in range(len(words) - _RUN + 1):
        run = " ".join(word.group() for word in words[start : start + _RUN])
        if run in secret and run not in known:
            yield _leak(given, words[start].start(), words[start + _RUN - 1].end())
            return


def _leak(given: CheckInput, start: int, end: int) -> Finding:
    return given.finding("prompt_leak", at=(start, end))
