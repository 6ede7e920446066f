"""Whether a customer writes about a death in their circle: condolence comes before everything else, and no alarm."""

import re
from functools import cache

from inference.lexicons import load_lexicon
from inference.text import fold, fold_pattern
from inference.types import Span

_GAP = r"(?:\W+\w+){0,2}?\W+"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    lexicon = load_lexicon("bereavement")
    parts = []
    for script in ("ar", "en", "arabizi"):
        relative, death = (fold_pattern(lexicon[name][script]) for name in ("relative", "death"))
        parts += [f"{relative}{_GAP}{death}", f"{death}{_GAP}{relative}"]
    parts += map(fold_pattern, lexicon["deceased"].values())
    cancelled = "|".join(map(fold_pattern, lexicon["not"]))
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)"), re.compile(cancelled)


def deaths(text: str) -> tuple[Span, ...]:
    """Return the words that tell of a close person's death; empty where nothing does."""
    folded = fold(text)
    pattern, cancelled = _patterns()
    told = cancelled.sub(lambda match: "\x00" * len(match.group()), folded.text)
    return tuple(folded.span(*match.span()) for match in pattern.finditer(told))
