"""What kind of message this is: nothing said, thanks, a greeting, something vague, or a problem."""

import re
from enum import StrEnum
from functools import cache

from inference.language import UNDETERMINED
from inference.lexicons import load_lexicon
from inference.text import fold
from inference.types import Analysis, AngerLevel, SentimentLabel, SignalName

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_THANKS_REMAINDER = 2
_SURELY_THANKED, _PLEASED = 0.55, 0.5
"""Confidence of the signal, and probability of a positive sentiment, from which any words are thanks."""


class Kind(StrEnum):
    """The kind of a message, which decides what a draft can be."""

    EMPTY = "empty"
    WORDLESS = "wordless"
    THANKS = "thanks"
    GREETING = "greeting"
    VAGUE = "vague"
    PROBLEM = "problem"


@cache
def _words(key: str) -> frozenset[str]:
    return frozenset(fold(str(word)).text for word in load_lexicon("courtesy")[key])


@cache
def _salam() -> re.Pattern[str]:
    phrases = sorted((fold(phrase).text for phrase in load_lexicon("courtesy")["salam"]), key=len, reverse=True)
    return re.compile(rf"^\W*(?:{'|'.join(map(re.escape, phrases))})(?!\w)")


def greets_with_salam(text: str) -> bool:
    """Tell whether the message opens with السلام عليكم, which is returned before all else."""
    return _salam().search(fold(text).text) is not None


def is_courtesy(text: str) -> bool:
    """Tell whether a text is made of greetings, thanks and the like alone."""
    words = _WORD.findall(fold(text).text)
    return bool(words) and all(word in _words("fillers") for word in words)


def is_thanks(text: str) -> bool:
    """Tell whether a text is courtesy alone and says thanks."""
    return is_courtesy(text) and any(word in _words("thanks") for word in _WORD.findall(fold(text).text))


def is_ironic(text: str) -> bool:
    """Tell whether a text thanks for what nobody is thankful for."""
    return _says("ironic").search(fold(text).text) is not None


def classify(text: str, analysis: Analysis) -> Kind:
    """Classify a message by what it says besides courtesy."""
    if not text.strip():
        return Kind.EMPTY
    words = _WORD.findall(fold(text).text)
    if not words or analysis.language == UNDETERMINED:
        positive = any(emoji in text for emoji in load_lexicon("courtesy")["positive_emoji"])
        return Kind.THANKS if positive and not words else Kind.WORDLESS
    fillers, vague = _words("fillers"), _words("vague")
    content = [word for word in words if word not in fillers and word not in vague]
    if _is_thanks(text, analysis, len(content)):
        return Kind.THANKS
    if content:
        return Kind.PROBLEM
    return Kind.VAGUE if any(word in vague for word in words) or is_ironic(text) else Kind.GREETING


def _is_thanks(text: str, analysis: Analysis, content: int) -> bool:
    """Tell whether a message only thanks: in words of courtesy, or in whatever words where that is sure."""
    pleased = analysis.sentiment.label is not SentimentLabel.NEGATIVE and analysis.anger.level is AngerLevel.CALM
    if not pleased or re.search(r"[?؟]", text) or is_ironic(text):
        return False
    thanked = is_thanks(text) or analysis.has(SignalName.THANKS)
    return (thanked and content <= _THANKS_REMAINDER) or _is_grateful(text, analysis)


def _is_grateful(text: str, analysis: Analysis) -> bool:
    """Tell whether a message is surely thanks however it is put, and goes on with no matter."""
    pleased = analysis.sentiment.probabilities.get(SentimentLabel.POSITIVE, 0.0) >= _PLEASED
    others = any(signal.name is not SignalName.THANKS for signal in analysis.signals)
    grateful = analysis.has(SignalName.THANKS, least=_SURELY_THANKED) and pleased and not others
    return grateful and not _says("goes_on").search(fold(text).text)


@cache
def _says(key: str) -> re.Pattern[str]:
    phrases = sorted((fold(phrase).text for phrase in load_lexicon("courtesy")[key]), key=len, reverse=True)
    return re.compile(rf"(?<!\w)[وف]?(?:{'|'.join(map(re.escape, phrases))})(?!\w)")
