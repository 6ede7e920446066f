"""Whether a reply is the draft, comes from it, or has nothing of it.

What counts is phrases: two replies about one matter share its words, but hardly three in a row that the one did not
take from the other. So a word of the draft is kept where a run of ``_RUN`` stems that it stands in stands in the reply,
wherever that is: what was moved is kept. The cuts were chosen on the development half of the labelled pairs of
``evaluation/sent``; the figures of the other half are in ``evaluation/results/sent.md``.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from inference.language import detect
from inference.matching.changes import changes
from inference.matching.page import Page, Token
from inference.types import Comparison, Draft, Verdict

_RUN = 3
_KEPT = 0.3
_OWN = 0.4
_FEWEST = 5
"""Fewest words that must be shared for a reply to come from a draft."""
_NEAR = 0.5
"""How near a translation's sentences lie at least: of the same answer 0.58 to 0.75, of another one 0.25 to 0.43 (ten
dev pairs each; ``python -m evaluation.sent all``)."""
_SHORT = 12
"""A draft of fewer words is compared word by word."""
_SHORT_KEPT = 0.6
_SENTENCES = 2
_GAP = re.compile(
    r"\{{1,2}[^{}\n]{1,60}\}{1,2}|\[[^\[\]\n]{1,60}\]|<[^<>\n]{1,40}>|_{3,}|\.{4,}|…{2,}|xxx+", re.IGNORECASE
)
_MOST_PAIRS = 1_000_000
"""Pairs of words up to which a draft with gaps is compared word by word."""
_FILLED = 6
"""Most words that fill one gap of a draft."""
_MARK = "rifqgap"


def compare(draft: Draft, sent: str, *, text: str | None = None, near: float | None = None) -> Comparison:
    """Compare a reply with the draft that was there.

    Args:
        draft: what the agent was shown.
        sent: the reply, plain text (``plain``).
        text: another rendering of the draft, where it is compared with that one.
        near: the ``nearness`` of the two where they are in two languages (``foreign``); without it a translation counts
            as words of the agent's own.
    """
    shown = draft.text if text is None else text
    before, after = Page(_GAP.sub(_MARK, shown)), Page(sent)
    if not before.tokens or not after.tokens:
        return Comparison(verdict=Verdict.UNUSED, kept=0.0, own=0.0)
    if _same(before, after):
        return Comparison(verdict=Verdict.ACCEPTED, kept=1.0, own=1.0)
    kept, own = _shares(before.tokens, after.tokens)
    translated = near is not None and near >= _NEAR and foreign(shown, sent)
    if not (translated or _follows(before, kept, own)):
        return Comparison(verdict=Verdict.UNUSED, kept=kept, own=own)
    return Comparison(verdict=Verdict.EDITED, kept=kept, own=own, changes=changes(draft, Page(shown), after))


def foreign(text: str, sent: str) -> bool:
    """Tell whether two texts are in two languages, and long enough for their sentences to be compared."""
    least = min(len(sentences(text)), len(sentences(sent)))
    return least >= _SENTENCES and detect(text).language != detect(sent).language


def _same(before: Page, after: Page) -> bool:
    """Tell whether the words are the same, gaps of the draft filled."""
    first, second = [token.text for token in before.tokens], [token.text for token in after.tokens]
    if _MARK not in first:
        return first == second or "".join(first) == "".join(second)
    if len(first) * len(second) > _MOST_PAIRS:
        return False
    for kind, start, end, low, high in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        gaps = sum(word == _MARK for word in first[start:end])
        if gaps < end - start or high - low > _FILLED * gaps:
            return False
    return True


def _shares(before: Sequence[Token], after: Sequence[Token]) -> tuple[float, float]:
    """Return the shares of the telling words of each that stand in a phrase of both."""
    first, second = [token.stem for token in before], [token.stem for token in after]
    size = _RUN if min(len(first), len(second)) >= _SHORT else 2
    common = _runs(first, size).keys() & _runs(second, size).keys()
    return _covered(before, first, common, size), _covered(after, second, common, size)


def _runs(words: Sequence[str], size: int) -> dict[tuple[str, ...], None]:
    return dict.fromkeys(tuple(words[at : at + size]) for at in range(len(words) - size + 1))


def _covered(tokens: Sequence[Token], words: Sequence[str], common: set[tuple[str, ...]], size: int) -> float:
    held = bytearray(len(words))
    for at in range(len(words) - size + 1):
        if tuple(words[at : at + size]) in common:
            held[at : at + size] = b"\1" * size
    telling = [index for index, token in enumerate(tokens) if token.telling] or list(range(len(tokens)))
    return sum(held[index] for index in telling) / len(telling)


def _follows(before: Page, kept: float, own: float) -> bool:
    if len(before.tokens) < _SHORT:
        return kept >= _SHORT_KEPT
    shared = kept * sum(token.telling for token in before.tokens)
    return shared >= _FEWEST and (kept >= _KEPT or own >= _OWN)


def nearness(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Return how near the sentences of two texts lie, whatever their languages: the mean of each one's best cosine.

    Args:
        first: unit vectors of one text's ``sentences``, [n, dimension].
        second: of the other's, [m, dimension].
    """
    cosines = first @ second.T
    return float((cosines.max(axis=1).mean() + cosines.max(axis=0).mean()) / 2)


def sentences(text: str) -> list[str]:
    """Return a text's sentences as ``compare`` reads them: without greeting, signature and quoted history."""
    page = Page(text)
    return [page.said(item.tokens[0], item.tokens[-1]) for item in page.sentences]
