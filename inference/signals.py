"""Signals: precise rules over folded text, each match returned as evidence in the customer's own words."""

import re
from dataclasses import dataclass
from functools import cache

from inference.lexicons import load_lexicon
from inference.text import Folded, fold, fold_pattern
from inference.types import Signal, SignalName

_MAX_EVIDENCE = 5


@dataclass(frozen=True, slots=True)
class _Rule:
    name: SignalName
    confidence: float
    pattern: re.Pattern[str]
    cancelled: re.Pattern[str] | None


def _compile(patterns: list[str], *, prefix: str) -> str:
    return rf"(?<!\w){prefix}(?:{'|'.join(patterns)})(?!\w)"


@cache
def _rules() -> tuple[_Rule, ...]:
    rules = []
    for name, entry in load_lexicon("signals").items():
        arabic = _compile([fold_pattern(item) for item in entry["ar"]], prefix="[وفبل]?")
        latin = _compile([*entry["en"], *entry.get("arabizi", [])], prefix="")
        cancelled = entry.get("not")
        rules.append(
            _Rule(
                name=SignalName(name),
                confidence=entry["confidence"],
                pattern=re.compile(f"{arabic}|{latin}"),
                cancelled=re.compile("|".join(map(fold_pattern, cancelled))) if cancelled else None,
            )
        )
    return tuple(rules)


def find_signals(text: str) -> tuple[Signal, ...]:
    """Return the signals found in ``text``, in the order of :class:`SignalName`, with their evidence spans."""
    folded = fold(text)
    return tuple(signal for rule in _rules() if (signal := _apply(rule, folded)) is not None)


def _apply(rule: _Rule, folded: Folded) -> Signal | None:
    # A cancelled context is blanked, not cut, so that offsets stay exact.
    target = rule.cancelled.sub(lambda m: "\x00" * len(m.group()), folded.text) if rule.cancelled else folded.text
    matches = [match for match in rule.pattern.finditer(target) if match.end() > match.start()]
    if not matches:
        return None
    evidence = tuple(folded.span(*match.span()) for match in matches[:_MAX_EVIDENCE])
    return Signal(name=rule.name, confidence=rule.confidence, evidence=evidence)
