"""Whether a customer tells us of a privacy breach of ours, and whose data it is: theirs, or another person's."""

import re
from enum import StrEnum
from functools import cache, partial

from inference.language import is_arabizi
from inference.lexicons import load_lexicon
from inference.signals import expand
from inference.text import fold, fold_pattern

_BETWEEN = r"""(?:[\s,;:()"-]+)"""
"""What a space in a rule stands for: within a sentence, and however a message is broken into lines."""


_MOST_CHARACTERS = 4_000


class Exposure(StrEnum):
    """What a customer says went to whom."""

    DISCLOSED = "disclosed"  # theirs, through us, to others
    RECEIVED = "received"  # another person's, from us, to them


def exposure(text: str) -> Exposure | None:
    """Return the privacy breach of ours that a customer tells of; None where they tell of none.

    A message that tells of both is ``DISCLOSED``: its writer is the one harmed.
    """
    folded = fold(text[:_MOST_CHARACTERS]).text
    told = _cancelled().sub(".", folded)  # nothing is read across the cut
    arabizi = is_arabizi(folded)
    for kind in Exposure:
        if any(_rules(kind, script).search(told) for script in ("ar", "en", *(["arabizi"] if arabizi else []))):
            return kind
    return None


@cache
def _rules(kind: Exposure, script: str) -> re.Pattern[str]:
    prefix = "[وف]?" if script == "ar" else ""
    rules = "|".join(map(_pattern, load_lexicon("exposure")["rules"][kind.value][script]))
    return re.compile(rf"(?<!\w){prefix}(?:{rules})(?!\w)")


@cache
def _cancelled() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_pattern, load_lexicon('exposure')['not']))})")


def _pattern(rule: str) -> str:
    named = partial(expand, load_lexicon("exposure")["names"])
    return fold_pattern(named(rule)).replace(" ", _BETWEEN)
