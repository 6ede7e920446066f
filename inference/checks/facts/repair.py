"""The source's figure in place of one that stands nowhere, where only one can be meant."""

from functools import lru_cache

from inference.checks.base import CheckInput
from inference.checks.support import best_support
from inference.contradiction.figures import Figure, extent, figures
from inference.text import fold
from inference.types import DifferenceKind, Edit

_NEAR = 0.4
"""Share of a sentence's stems that a line must hold to speak of the same thing."""


def replacement(given: CheckInput, figure: Figure) -> Edit | None:
    """Return the edit that puts the source's figure, unit and all, in place of an unsupported one.

    None unless the nearest line of the sources holds exactly one figure of its kind, and the sentence no other.
    """
    text = given.folded.text
    index = given.sentence_at(figure.start)
    said = text if index is None else text[slice(*given.sentences[index])]
    if len(_of_kind(said, figure.kind)) != 1:
        return None
    near = best_support(said, given)
    if near is None or near.covered < _NEAR:
        return None
    line = fold(near.line.quote)
    rivals = _of_kind(line.text, figure.kind)
    if len(rivals) != 1:
        return None
    place, source = given.folded.span(*extent(text, figure)), line.span(*extent(line.text, rivals[0]))
    return Edit(start=place.start, end=place.end, replacement=source.text)


@lru_cache(maxsize=512)  # one sentence has many figures, and one line stands behind many replies
def _of_kind(text: str, kind: DifferenceKind) -> tuple[Figure, ...]:
    return tuple(item for item in figures(text) if item.kind is kind)
