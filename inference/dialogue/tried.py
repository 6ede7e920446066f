"""Which steps of a resolution a customer has already done, so that no reply tells them again."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from inference.dialogue.actions import reports
from inference.dialogue.conversation import exchanges
from inference.dialogue.lexicon import Action, one_of
from inference.dialogue.steps import asked, is_done
from inference.lexicons import load_lexicon
from inference.text import fold
from inference.thread import own_text
from inference.types import Message, Span

_SAME_STEP = 0.8
"""Share of a step's words that an agent's turn holds when it told the step in its own words or almost."""
_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"[^.!?؟،\n]+")


def tried(message: Message, steps: Sequence[str], language: str) -> frozenset[int]:
    """Return the indices of the steps that the customer says they have already done.

    A step counts when all that it asks for was done: in the customer's own words, now or earlier in the conversation,
    in whatever language or dialect; or when an agent told it before and the customer then says that they did as told,
    or that it did not help. Asking about it, being unable to and not having done it do not count.

    Args:
        message: The customer's message with its history.
        steps: The steps of a resolution, in ``language``.
        language: Language of the steps, as an ISO 639 code; none is found in a language without a lexicon.
    """
    if language not in {"ar", "en"} or not steps:
        return frozenset()
    course = exchanges(message)
    done = _certain(frozenset(action for part in course for action in _reported(part.text)), steps)
    told = [part.agent for part in course if part.agent and does_as_told(part.text)]
    return frozenset(
        index for index, step in enumerate(steps) if is_done(step, done) or any(_tells(turn, step) for turn in told)
    )


def said_tried(message: Message, language: str) -> tuple[Span, ...]:
    """Return the words of the message in which the customer says what they have already done.

    Args:
        message: The customer's message; spans point into its text.
        language: Language of the message, as an ISO 639 code.
    """
    if language not in {"ar", "en"}:
        return ()
    own = own_text(message.text, message.channel)
    folded = fold(own.text)
    places = [(found.start, found.end) for found in reports(folded)]
    if exchanges(message)[-1].agent and (match := _as_told().search(folded.text)) and does_as_told(own.text):
        places.append(match.span())
    inner = [folded.span(start, end) for start, end in _merged(places)]
    return tuple(own.span(span.start, span.end) for span in inner)


def does_as_told(text: str) -> bool:
    """Tell whether a customer says of an agent's last turn that they did all of it, or that it did not help."""
    folded = fold(text).text
    return _as_told().search(folded) is not None and _not_yet().search(folded) is None


def _reported(text: str) -> Iterator[Action]:
    return (found.action for found in reports(fold(text)))


def _certain(done: frozenset[Action], steps: Sequence[str]) -> frozenset[Action]:
    """Leave out verbs without an object where the steps hold several: which did the customer restart, app or phone?"""
    wanted: dict[str, set[str]] = {}
    for action in (action for step in steps for group in asked(step) for action in group):
        wanted.setdefault(action.verb, set()).add(action.object)
    return frozenset(item for item in done if item.object or len(wanted.get(item.verb, ())) <= 1)


def _merged(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(set(places)):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _tells(turn: str, step: str) -> bool:
    words = _WORD.findall(fold(step).text)
    known = set(_WORD.findall(fold(turn).text))
    if words and sum(word in known for word in words) >= _SAME_STEP * len(words):
        return True
    actions = {action for part in _SENTENCE.findall(turn) for group in asked(part.strip()) for action in group}
    return is_done(step, frozenset(actions))


@cache
def _as_told() -> re.Pattern[str]:
    """What says that the last steps were done: "I did that", or a bare "I tried" before its result."""
    lexicon = load_lexicon("tried")["reports"]
    follows = one_of(lexicon["then"])
    after = rf"(?=\s*(?:$|[.,!?\n;]|(?<!\w){follows}))"
    return re.compile(rf"(?<!\w){one_of(lexicon['did'])}(?!\w){after}|(?<!\w){one_of(lexicon['no_help'])}(?!\w)")


@cache
def _not_yet() -> re.Pattern[str]:
    """What takes it back: it is announced, could not be done, or only a part of the steps is meant."""
    lexicon = load_lexicon("tried")
    return re.compile(rf"(?<!\w)(?:{one_of(lexicon['later'])}|{one_of(lexicon['only_some'])})(?!\w)")
