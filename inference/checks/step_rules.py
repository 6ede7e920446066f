"""The patterns by which sentences of a free reply show their steps (``inference/lexicons/steps.yaml``), compiled."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from inference.lexicons import load_lexicon
from inference.text import fold_pattern

SPOKEN_TO = re.compile(
    r"(?<!\w)(?:you(?:'re|'ve|'d|'ll|r|rs)?|(?!يتم|تتم|ستتم|سيتم|كاتم|خاتم)\w{2,}تم(?:و\w{1,3})?|\w{2,}كم|انتم|وانتم)(?!\w)"
)
YOURS = re.compile(
    r"\s*(?:so |and |well, |hello,? |hi,? )?(?:you(?:'re|'ve|r)?|"
    r"(?:لو |قد |لقد |انكم )?(?!يتم|تتم|ستتم|سيتم|ليتم)\w{2,}تم(?:و\w{1,3})?)"
    r"(?!\w| can| could| may| need| should| will)"
)


@cache
def rules_of(language: str) -> Mapping[str, re.Pattern[str]]:
    """Return the patterns of a language by what they show."""
    entries: dict[str, Any] = load_lexicon("steps")
    return {name: _compiled(name, entry[language]) for name, entry in entries.items()}


def _compiled(name: str, patterns: Sequence[str]) -> re.Pattern[str]:
    either = "|".join(map(fold_pattern, patterns))
    # A step's opening words stand at the head of the sentence; an order may begin at a comma or a line.
    heads = {"greet": r"^\s*", "conditional": r"(?:^\s*|[,;:] )", "imperative": ""}
    head = heads.get(name, r"(?<!\w)")
    return re.compile(rf"{head}(?:{either})(?!\w)")
