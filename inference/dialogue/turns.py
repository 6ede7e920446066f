"""What kind of turn a message is: the first, a follow-up, the answer to a question of ours, or a closing word."""

import re
from enum import StrEnum
from functools import cache

from inference.checks.steps import APOLOGY
from inference.dialogue.conversation import exchanges
from inference.dialogue.lexicon import one_of
from inference.lexicons import load_lexicon
from inference.text import fold
from inference.triage import greets_with_salam, is_courtesy, is_thanks
from inference.types import Author, Message
from inference.types.base import Record

_SENTENCE = re.compile(r"[^.!?؟\n]+[.!?؟]*")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_GREETING_WITHIN = 60
_SHORT_ANSWER = 12
_SHORT_CLOSING = 14
_BEFORE = 60


class TurnKind(StrEnum):
    """The kind of a message within its conversation."""

    FIRST = "first"
    FOLLOW_UP = "follow_up"
    ANSWER = "answer_to_our_question"
    CLOSING = "closing"


class ConversationTurn(Record):
    """A message within its conversation.

    Attributes:
        kind: What kind of turn it is; a conversation without a reply of ours has only first turns.
        asked: The last question that our last reply asked, in its words; empty where it asked none.
        solved: Whether the customer says that it worked (True) or did not help (False); None where they say neither.
        greeted: Whether our side has greeted already.
        apologised: Whether our side has expressed regret already.
    """

    kind: TurnKind
    asked: str = ""
    solved: bool | None = None
    greeted: bool = False
    apologised: bool = False


def turn_of(message: Message) -> ConversationTurn:
    """Tell what kind of turn a message is, and what our side has said already; never fails."""
    ours = [turn.text for turn in message.history if turn.author is Author.AGENT and turn.text.strip()]
    if not ours:
        return ConversationTurn(kind=TurnKind.FIRST)
    last = exchanges(message)[-1]
    asked = last_question(last.agent)
    solved = outcome(last.text)
    if solved is None and _matches("dialogue", "worked_questions").search(fold(asked).text):
        solved = _yes_or_no(last.text)
    return ConversationTurn(
        kind=_kind(last.text, asked, solved),
        asked=asked,
        solved=solved,
        greeted=any(_greets(text) for text in ours),
        apologised=any(APOLOGY.search(fold(text).text) for text in ours),
    )


def _yes_or_no(text: str) -> bool | None:
    head = fold(text).text.lstrip()
    if _matches("dialogue", "denials").match(head):
        return False
    return True if _matches("dialogue", "affirmations").match(head) else None


def last_question(reply: str) -> str:
    """Return the last question of a reply that wants an answer, in its own words; empty where there is none."""
    questions = [part.strip() for part in _SENTENCE.findall(reply) if part.strip().endswith(("?", "؟"))]
    wanted = [part for part in questions if not _matches("dialogue", "courtesy_questions").search(fold(part).text)]
    return wanted[-1] if wanted else ""


def outcome(text: str) -> bool | None:
    """Tell whether a customer says that it worked or that it did not help; the later word counts, else None."""
    folded = fold(text).text
    failed = [span for name in ("failed", "no_help") for span in _claims(folded, name)]
    worked = [span for span in _claims(folded, "worked") if not any(_meet(span, other) for other in failed)]
    if not failed and not worked:
        return None
    return max(worked, default=(-1, -1)) > max(failed, default=(-1, -1))


def _meet(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return first[0] < second[1] and second[0] < first[1]


def _claims(folded: str, name: str) -> list[tuple[int, int]]:
    """Where a text claims an outcome, not asking about it, hoping for it or denying it."""
    found = _matches("tried", "reports", name).finditer(folded)
    # "did not work" negates itself; only what says that it worked can be taken back by a "not" before it.
    doubts = _doubts() if name == "worked" else _doubts()[:-1]
    return [
        match.span()
        for match in found
        if not folded[match.end() :].lstrip().startswith("?")
        and not any(doubt.search(_clause(folded[max(0, match.start() - _BEFORE) : match.start()])) for doubt in doubts)
    ]


def _clause(before: str) -> str:
    return re.split(r"[.!?\n,;]", before)[-1].rstrip()


@cache
def _matches(lexicon: str, *keys: str) -> re.Pattern[str]:
    entry = load_lexicon(lexicon)
    for key in keys:
        entry = entry[key]
    return re.compile(rf"(?<!\w){one_of(entry)}(?!\w)")


@cache
def _doubts() -> tuple[re.Pattern[str], ...]:
    """What before a claim makes it none: conditions and hopes, by language, and last a negation."""
    return tuple(re.compile(rf"(?<!\w){one_of([item])}") for item in load_lexicon("tried")["reports"]["unclear"])


def _greets(reply: str) -> bool:
    head = fold(reply).text[:_GREETING_WITHIN]
    return greets_with_salam(reply) or _matches("dialogue", "greetings").search(head) is not None


def _kind(text: str, asked: str, solved: bool | None) -> TurnKind:
    folded = fold(text).text
    words, questions = len(_WORD.findall(folded)), "?" in folded
    answers = _matches("dialogue", "answers").match(folded.lstrip()) is not None
    ends = _matches("dialogue", "endings").search(folded) is not None
    if not questions and words <= _SHORT_CLOSING and solved is not False:
        if is_thanks(text) or ends or (solved and not asked):
            return TurnKind.CLOSING
        if is_courtesy(text) and not asked:
            return TurnKind.CLOSING
    if asked and (answers or (not questions and (words <= _SHORT_ANSWER or _takes_up(folded, asked)))):
        return TurnKind.ANSWER
    return TurnKind.FOLLOW_UP


def _takes_up(folded: str, asked: str) -> bool:
    """Tell whether a longer text takes up the words of a question."""
    known = {word for word in _WORD.findall(fold(asked).text) if len(word) > 3}
    return bool(known & set(_WORD.findall(folded)))
