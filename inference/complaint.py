"""Formal complaints: what makes a message one, by the customer's own word or by what it threatens."""

import re
from functools import cache

from inference.lexicons import load_lexicon
from inference.policy import ComplaintRules
from inference.signals import expand, rule_signals
from inference.text import fold, fold_pattern
from inference.types import Analysis

EXPLICIT = "explicit"
"""The ground of a complaint that the customer calls one."""


def complaint_ground(words: str, analysis: Analysis, rules: ComplaintRules) -> str | None:
    """Return why a message is a complaint: the name of a signal, ``explicit``, or None where it is none.

    A signal counts from the policy's confidence on, or where its rule alone finds it: a regulator that is named must
    not be missed because the encoder doubts it.

    Args:
        words: the customer's own words.
        analysis: what was understood of them.
        rules: the policy's section.
    """
    named = {signal.name for signal in rule_signals(words)}
    for name in rules.signals:
        if analysis.has(name, least=rules.raise_from) or name in named:
            return name.value
    return EXPLICIT if is_formal(words) else None


def is_formal(words: str) -> bool:
    """Tell whether a customer says that they make a formal complaint."""
    made, cancelled = _patterns()
    folded = cancelled.sub(lambda match: "\x00" * len(match.group()), fold(words).text)
    return made.search(folded) is not None


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    lexicon = load_lexicon("complaints")
    names, rules = lexicon["names"], lexicon["rules"]
    arabic = "|".join(fold_pattern(expand(names, item)) for item in rules["ar"])
    latin = "|".join(expand(names, item) for item in (*rules["en"], *rules["arabizi"]))
    cancelled = "|".join(fold_pattern(expand(names, item)) for item in rules["not"])
    made = re.compile(rf"(?<!\w)[وف]?(?:{arabic})(?!\w)|(?<!\w)(?:{latin})(?!\w)")
    return made, re.compile(rf"(?<!\w)(?:{cancelled})(?!\w)")
