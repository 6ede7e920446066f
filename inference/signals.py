"""Signals: precise rules over folded text joined with the encoder's heads, each with the words that show it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from inference.bereavement import deaths
from inference.evidence import leading_words
from inference.fusion import Fusion
from inference.lexicons import load_lexicon
from inference.text import Folded, fold, fold_pattern
from inference.types import Signal, SignalName, Span
from models.encoder import TokenWeight
from models.outputs import SIGNAL_NAMES

_OUTRIGHT = {SignalName.SELF_HARM: 0.5, SignalName.URGENCY: 0.6, SignalName.FRAUD_OR_THEFT: 0.76}
"""Least confidence where a rule speaks: who says outright that they want to die is never doubted because the head knows
none of their words, nor is an exam tomorrow, or a stranger who spends from my account. The rules of self-harm stop 7 of
6,450 messages of ``support_messages`` (train and dev), five of which tell of despair; of 57 dev messages in which those
of urgency speak, 52 are urgent; of 385 dev stories the rules of theft make 8 more sure, all of them thefts."""


_MAX_EVIDENCE = 5


@dataclass(frozen=True, slots=True)
class _Rule:
    name: SignalName
    confidence: float
    pattern: re.Pattern[str]
    cancelled: re.Pattern[str] | None
    needs: re.Pattern[str] | None
    sure: float


def _compile(patterns: list[str], *, prefix: str) -> str:
    return rf"(?<!\w){prefix}(?:{'|'.join(patterns)})(?!\w)"


def _any(patterns: Iterable[str]) -> re.Pattern[str] | None:
    joined = "|".join(map(fold_pattern, patterns))
    return re.compile(joined) if joined else None


def expand(names: dict[str, str], pattern: str) -> str:
    """Put the patterns of ``names`` in place of their <name>; a name may use those before it."""
    for name in reversed(names):
        pattern = pattern.replace(f"<{name}>", names[name])
    return pattern


@cache
def _rules() -> tuple[_Rule, ...]:
    rules = []
    lexicon = load_lexicon("signals")
    named = partial(expand, lexicon["names"])
    for name, entry in lexicon["rules"].items():
        arabic = _compile([fold_pattern(named(item)) for item in entry["ar"]], prefix="[وفبل]?")
        latin = _compile([*map(named, entry["en"]), *map(named, entry.get("arabizi", []))], prefix="")
        rules.append(
            _Rule(
                name=SignalName(name),
                confidence=entry["confidence"],
                pattern=re.compile(f"{arabic}|{latin}"),
                cancelled=_any(map(named, entry.get("not", []))),
                needs=_any(map(named, entry.get("needs", []))),
                sure=entry.get("sure", 1.0),
            )
        )
    return tuple(rules)


def find_signals(
    text: str, head: NDArray[np.floating], tokens: Sequence[TokenWeight], fusion: Fusion
) -> tuple[Signal, ...]:
    """Return the signals of ``text``, in the order of :class:`SignalName`.

    Args:
        text: The customer's own words.
        head: The head's probability of each signal, in the order of ``models.outputs.SIGNAL_NAMES``.
        tokens: Contributions per token: where no rule names the words, the heaviest ones are the evidence.
        fusion: Joins the two.
    """
    ruled = {signal.name: signal for signal in rule_signals(text)}
    doubted = unfounded(text, head)
    found = []
    for index, name in enumerate(SignalName):
        rule = ruled.get(name)
        if rule is None and name in doubted:
            continue
        confidence = fusion.signals[name].confidence(float(head[index]), rule=rule is not None)
        if rule is not None:
            confidence = max(confidence, _OUTRIGHT.get(name, 0.0))
        if confidence >= fusion.signals[name].cut:
            spans = rule.evidence if rule else leading_words(text, tokens, [token.signals[index] for token in tokens])
            if name is SignalName.SELF_HARM and rule is None and _only_grief(text, spans):
                continue
            found.append(Signal(name=name, confidence=confidence, evidence=spans))
    return tuple(found)


def unfounded(text: str, head: NDArray[np.floating]) -> frozenset[SignalName]:
    """Return the signals that the head alone must not raise: none of their words is there, and it is not sure.

    Nor is it of despair where it is surer of a theft, whose victims say that something can never be replaced.
    """
    folded, names = fold(text).text, tuple(SignalName)
    said = dict(zip(names, head, strict=True))
    robbed = said[SignalName.FRAUD_OR_THEFT] > said[SignalName.SELF_HARM]
    return frozenset(
        rule.name
        for rule in _rules()
        if rule.needs
        and not rule.needs.search(_blanked(rule, folded))
        and (
            said[rule.name] < rule.sure
            or (rule.cancelled and rule.cancelled.search(folded))
            or (rule.name is SignalName.SELF_HARM and robbed)
        )
    )


def _only_grief(text: str, spans: Sequence[Span]) -> bool:
    """Tell whether all that raised an alarm are the words that tell of somebody else's death."""
    told = deaths(text)
    return bool(spans) and all(any(death.start <= span.start < death.end for death in told) for span in spans)


def rule_signals(text: str) -> tuple[Signal, ...]:
    """Return the signals that rules alone find in ``text``, in the order of :class:`SignalName`, with their spans."""
    folded = fold(text)
    return tuple(signal for rule in _rules() if (signal := _apply(rule, folded)) is not None)


def _apply(rule: _Rule, folded: Folded) -> Signal | None:
    matches = [match for match in rule.pattern.finditer(_blanked(rule, folded.text)) if match.end() > match.start()]
    if not matches:
        return None
    evidence = tuple(folded.span(*match.span()) for match in matches[:_MAX_EVIDENCE])
    return Signal(name=rule.name, confidence=rule.confidence, evidence=evidence)


def _blanked(rule: _Rule, text: str) -> str:
    """Return a text without the contexts that cancel a rule: blanked, not cut, so that offsets stay exact."""
    return rule.cancelled.sub(lambda m: "\x00" * len(m.group()), text) if rule.cancelled else text


if tuple(SignalName) != tuple(map(SignalName, SIGNAL_NAMES)):
    raise RuntimeError("SignalName and models.outputs.SIGNAL_NAMES must have one order.")
