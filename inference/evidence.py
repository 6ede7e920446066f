"""The words that moved a head: exact token contributions of the encoder's graph, gathered into words."""

import re
from collections.abc import Sequence

from inference.types import Evidence, Span
from models.encoder import TokenWeight

_WORD = re.compile(r"\S+")
_MOST = 5
_SHARE = 0.25


def word_evidence(text: str, tokens: Sequence[TokenWeight], *, anger: bool) -> tuple[Evidence, ...]:
    """Gather token contributions into words and keep those that weigh most, in reading order.

    Args:
        text: The original text.
        tokens: Contributions per token, with offsets into ``text``.
        anger: Whether to name the words behind anger too (a calm message has none worth naming).
    """
    words = _words(text)
    found: list[Evidence] = []
    for head in ("anger", "sentiment") if anger else ("sentiment",):
        weights = _gathered(words, tokens, [getattr(token, head) for token in tokens])
        # Anger evidence is what raised the logit; a word that lowered it is no reason to call someone angry.
        sizes = [max(weight, 0.0) if head == "anger" else abs(weight) for weight in weights]
        found += [
            Evidence(head=head, span=_span(text, words[index]), weight=weights[index]) for index in _leading(sizes)
        ]
    return tuple(found)


def leading_words(text: str, tokens: Sequence[TokenWeight], weights: Sequence[float]) -> tuple[Span, ...]:
    """Return the words whose tokens' ``weights`` raise a logit most, in reading order, neighbours as one span."""
    words = _words(text)
    sizes = [max(weight, 0.0) for weight in _gathered(words, tokens, weights)]
    spans: list[tuple[int, int]] = []
    previous = -2
    for index in _leading(sizes):
        start, end = words[index]
        spans.append((spans.pop()[0] if index == previous + 1 else start, end))
        previous = index
    return tuple(_span(text, span) for span in spans)


def _words(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _WORD.finditer(text)]


def _gathered(words: Sequence[tuple[int, int]], tokens: Sequence[TokenWeight], weights: Sequence[float]) -> list[float]:
    pairs = list(zip(tokens, weights, strict=True))
    return [sum(weight for token, weight in pairs if start <= token.start < end) for start, end in words]


def _leading(sizes: Sequence[float]) -> list[int]:
    floor = _SHARE * max(sizes, default=0.0)
    ranked = sorted(range(len(sizes)), key=lambda index: (-sizes[index], index))[:_MOST]
    return [index for index in sorted(ranked) if sizes[index] > 0 and sizes[index] >= floor]


def _span(text: str, place: tuple[int, int]) -> Span:
    return Span(start=place[0], end=place[1], text=text[place[0] : place[1]])
