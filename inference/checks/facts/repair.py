"""The source's figure in place of one that stands nowhere, where only one can be meant."""

from inference.checks.base import CheckInput
from inference.checks.support import best_support
from inference.contradiction.figures import Figure, extent, figures
from inference.text import fold
from inference.types import Edit

_NEAR = 0.4
"""Share of a sentence's stems that a line must hold to speak of the same thing."""


def replacement(given: CheckInput, figure: Figure) -> Edit | None:
    """Return the edit that puts the source's figure, unit and all, in place of an unsupported one.

    None unless the nearest line of the sources holds exactly one figure of its kind, and the sentence no other.
    """
    text = given.folded.text
    start, end = next(((start, end) for start, end in given.sentences if start <= figure.start < end), (0, len(text)))
    near = best_support(text[start:end], given)
    if near is None or near.covered < _NEAR:
        return None
    line = fold(near.line.quote)
    rivals = [item for item in figures(line.text) if item.kind is figure.kind]
    alike = [item for item in figures(text[start:end]) if item.kind is figure.kind]
    if len(rivals) != 1 or len(alike) != 1:
        return None
    place, source = given.folded.span(*extent(text, figure)), line.span(*extent(line.text, rivals[0]))
    return Edit(start=place.start, end=place.end, replacement=source.text)
