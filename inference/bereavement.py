"""Whether a customer writes about a death in their circle: condolence comes before everything else, and no alarm."""

import re
from functools import cache

from inference.language import is_arabizi
from inference.lexicons import load_lexicon
from inference.text import fold, fold_pattern
from inference.types import Span

_GAP = r"(?:\s+(?!و|and\b|but\b|w\b)\w+)?\s+"


@cache
def _told(*, arabizi: bool) -> re.Pattern[str]:
    lexicon = load_lexicon("bereavement")
    parts = []
    for script in ("arabizi",) if arabizi else ("ar", "en"):
        relative, death, before = (fold_pattern(lexicon[name][script]) for name in ("relative", "death", "before"))
        parts += [f"{relative}{_GAP}{death}", rf"{before}\s+{relative}(?!'s)"]
    parts += [] if arabizi else map(fold_pattern, lexicon["deceased"].values())
    return re.compile(rf"(?<!\w)(?:[وف]?(?:{'|'.join(parts)}))(?!\w)")


@cache
def _cancelled() -> re.Pattern[str]:
    return re.compile("|".join(map(fold_pattern, load_lexicon("bereavement")["not"])))


def deaths(text: str) -> tuple[Span, ...]:
    """Return the words that tell of a close person's death; empty where nothing does."""
    folded = fold(text)
    left = _cancelled().sub(lambda match: "\x00" * len(match.group()), folded.text)
    patterns = [_told(arabizi=False), *([_told(arabizi=True)] if is_arabizi(folded.text) else [])]
    return tuple(folded.span(*match.span()) for pattern in patterns for match in pattern.finditer(left))
