"""Edit distance (Levenshtein 1966) between a draft and what was sent, by words and by characters.

Computed bit-parallel (Myers 1999, in the form of Hyyrö 2003): one step of whole-number arithmetic a symbol.
"""

from collections.abc import Hashable, Sequence

from inference.matching.page import WORD
from inference.text import fold


def edit_distance(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    """Return how many symbols must be inserted, deleted or replaced to make one sequence of the other."""
    if first == second:
        return 0
    start, end = _alike(first, second)
    first, second = first[start : len(first) - end], second[start : len(second) - end]
    if not first or not second:
        return len(first) + len(second)
    masks: dict[Hashable, int] = {}
    for place, symbol in enumerate(first):
        masks[symbol] = masks.get(symbol, 0) | 1 << place
    full, top, distance = (1 << len(first)) - 1, 1 << (len(first) - 1), len(first)
    positive, negative = full, 0
    for symbol in second:
        mask = masks.get(symbol, 0)
        diagonal = (((mask & positive) + positive) ^ positive) | mask | negative
        up, down = negative | ~(diagonal | positive) & full, positive & diagonal
        distance += bool(up & top) - bool(down & top)
        up, down = (up << 1 | 1) & full, (down << 1) & full
        positive, negative = down | ~(diagonal | up) & full, up & diagonal
    return distance


def _alike(first: Sequence[Hashable], second: Sequence[Hashable]) -> tuple[int, int]:
    """Return how many symbols two different sequences share at their beginning and, beyond those, at their end."""
    most = min(len(first), len(second))
    start = next((place for place in range(most) if first[place] != second[place]), most)
    rest = most - start
    end = next((place for place in range(rest) if first[-1 - place] != second[-1 - place]), rest)
    return start, end


def edited_shares(draft: str, sent: str) -> tuple[float, float]:
    """Return the edited shares of words and of characters, in [0, 1]: the distance over the longer text's length.

    Texts are compared folded (``inference.text.fold``), so that a mark or a hamza more is no edit, nor
    is layout.
    """
    before, after = (WORD.findall(fold(text).text) for text in (draft, sent))
    return _share(before, after), _share(" ".join(before), " ".join(after))


def _share(before: Sequence[Hashable], after: Sequence[Hashable]) -> float:
    longest = max(len(before), len(after))
    return edit_distance(before, after) / longest if longest else 0.0
