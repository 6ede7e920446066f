"""The patterns of ``inference/lexicons/disclosure.yaml``, compiled."""

import re
from functools import cache, lru_cache

from inference.checks.address import any_number
from inference.guarded import Guarded
from inference.lexicons import load_lexicon
from inference.text import fold, fold_pattern

# Before a noun, particles and the article are written onto it.
_ATTACHED = "(?:بال|لل|ال|[بل])?"
_NAMING = frozenset({"what", "strongar", "weak"})
CLAUSE = re.compile(r"[^,;:()\n—]+")


@lru_cache(maxsize=512)  # the same resolutions back thousands of replies
def plain(text: str) -> str:
    """Return a source's text, folded."""
    return fold(text).text


@cache
def pattern(group: str, *names: str) -> Guarded:
    """Compile entries of a group as alternatives with borders on both sides."""
    data = load_lexicon("disclosure")[group]
    entries = [data] if isinstance(data, list) else [data[name] for name in names]
    lines = [line for entry in entries for line in (entry if isinstance(entry, list) else [entry])]
    attached = _ATTACHED if _NAMING.intersection(names) else ""
    return Guarded([rf"(?<!\w)[وف]?{attached}(?:{any_number(fold_pattern(line))})(?!\w)" for line in lines])
