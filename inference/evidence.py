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
    words = [match.span() for match in _WORD.finditer(text)]
    found: list[Evidence] = []
    for head in ("anger", "sentiment") if anger else ("sentiment",):
        weights = [sum(getattr(token, head) for token in tokens if start <= token.start < end) for start, end in words]
        # Anger evidence is what raised the logit; a word that lowered it is no reason to call someone angry.
        sizes = [max(weight, 0.0) if head == "anger" else abs(weight) for weight in weights]
        floor = _SHARE * max(sizes, default=0.0)
        leading = sorted(range(len(words)), key=lambda index: (-sizes[index], index))[:_MOST]
        for index in sorted(leading):
            if sizes[index] > 0 and sizes[index] >= floor:
                start, end = words[index]
                found.append(
                    Evidence(head=head, span=Span(start=start, end=end, text=text[start:end]), weight=weights[index])
                )
    return tuple(found)
