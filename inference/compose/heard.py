"""What a message that nothing answers says all the same: something kind, or only that its writer is unhappy."""

import re

from inference.compose.brief import Brief
from inference.triage import is_ironic
from inference.types import AngerLevel, SentimentLabel, SignalName

_SURELY_PLEASED = 0.8
_FEW_WORDS = 8
"""Words up to which an unhappy message that nothing answers may name no matter at all."""


def has_told(brief: Brief) -> bool:
    """Tell whether a message is too long for its writer to be asked what happened or what is meant: they have told it.

    In public nobody is asked what happened, they are invited to a private channel.
    """
    return len(brief.words.split()) > brief.policy.scope.ask_up_to_words and not brief.channel.private


def says_little(brief: Brief) -> bool:
    """Tell whether an unhappy message names no matter that could be out of scope: it is owed a question."""
    unhappy = brief.analysis.anger.level is not AngerLevel.CALM or any(
        brief.analysis.has(name, least=brief.policy.signals.speak_of_from)
        for name in (SignalName.QUIET_DISSATISFACTION, SignalName.REPEAT_CONTACT)
    )
    return unhappy and len(re.findall(r"[^\W\d_]+", brief.words)) <= _FEW_WORDS


def praises(brief: Brief) -> bool:
    """Tell whether a message only says something kind: surely positive, and no question."""
    sure = brief.analysis.sentiment.probabilities.get(SentimentLabel.POSITIVE, 0.0) >= _SURELY_PLEASED
    return sure and not re.search(r"[?؟]", brief.words) and not is_ironic(brief.words)
