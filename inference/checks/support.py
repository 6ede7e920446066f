"""What backs a reply, sentence by sentence: the line of a source, fact or policy that speaks of the same thing."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from inference.checks.base import CheckInput
from inference.checks.reading import reading_of
from inference.stems import stem_words
from inference.text import Folded, fold
from inference.types import Source


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence that may back a reply.

    Attributes:
        text: Folded.
        stems: Of its telling words, in their order.
        source: The id of the source that it stands in.
        quote: As it is written there.
    """

    text: str
    stems: tuple[str, ...]
    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class Support:
    """The line that comes nearest to something said.

    Attributes:
        line: The line.
        covered: The share of what was said, in stems, that the line holds.
    """

    line: Line
    covered: float


def lines(source: Source) -> tuple[Line, ...]:
    """Return a source's sentences."""
    return _lines(source.id, source.quote)


@lru_cache(maxsize=512)  # the same resolutions back thousands of replies
def _lines(source: str, quote: str) -> tuple[Line, ...]:
    return tuple(_read(source, fold(quote)))


def _read(source: str, folded: Folded) -> Iterator[Line]:
    for sentence in reading_of(folded.text).sentences:
        words = tuple(item.text for item in stem_words(sentence.text))
        yield Line(sentence.text.strip(), words, source, folded.span(*sentence.span).text.strip())


def best_support(said: str, given: CheckInput) -> Support | None:
    """Return the line of any source that holds most of what a stretch of folded text says; None for nothing at all."""
    words = {item.text for item in stem_words(said)}
    if not words:
        return None
    found = (
        Support(line, len(words & set(line.stems)) / len(words)) for source in given.trusted for line in lines(source)
    )
    return max(found, key=lambda item: item.covered, default=None)
