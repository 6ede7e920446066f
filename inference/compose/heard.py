"""What a message that nothing answers says all the same: something kind, or only that its writer is unhappy."""

import re
from collections.abc import Sequence

from inference.compose.brief import Brief
from inference.triage import is_ironic
from inference.types import AngerLevel, Hit, SentimentLabel, SignalName

_SURELY_PLEASED = 0.8
_NAMES_NOTHING = 3
"""Words up to which a calm message that nothing answers is asked what it is about: a longer one is a clear question,
and who wrote it would be asked to ask it again."""


def may_be_asked(brief: Brief, rivals: Sequence[Hit], *, in_scope: bool) -> bool:
    """Tell whether a question back helps where nothing answers; else the agent chooses among titles, or writes.

    A wrong reading, or "what happened?", put to somebody who has told it all proves that nobody read.

    Args:
        brief: What the draft is made for.
        rivals: Likely readings that the question would name.
        in_scope: Whether the message is near anything that we know.
    """
    if says_little(brief):
        return True
    if brief.channel.private:  # nobody is asked what happened there, they are invited to a private channel
        return in_scope
    few = len(brief.words.split()) <= _NAMES_NOTHING
    return in_scope and not has_told(brief) and (few or bool(rivals))


def has_told(brief: Brief) -> bool:
    """Tell whether a message is too long for its writer to be asked what is meant: they have told it."""
    return len(brief.words.split()) > brief.policy.scope.ask_up_to_words


def says_little(brief: Brief) -> bool:
    """Tell whether an unhappy message names no matter that could be out of scope: it is owed a question."""
    unhappy = brief.analysis.anger.level is not AngerLevel.CALM or any(
        brief.analysis.has(name, least=brief.policy.signals.speak_of_from)
        for name in (SignalName.QUIET_DISSATISFACTION, SignalName.REPEAT_CONTACT)
    )
    return unhappy and len(re.findall(r"[^\W\d_]+", brief.words)) <= brief.policy.scope.ask_up_to_words


def praises(brief: Brief) -> bool:
    """Tell whether a message only says something kind: surely positive, and no question."""
    sure = brief.analysis.sentiment.probabilities.get(SentimentLabel.POSITIVE, 0.0) >= _SURELY_PLEASED
    return sure and not re.search(r"[?؟]", brief.words) and not is_ironic(brief.words)
