"""Which commitments the customer was sent: the draft's, or those that an agent's words still hold."""

import re
from datetime import datetime
from typing import Protocol

from inference.checks import CheckInput
from inference.checks.base import SENTENCE
from inference.checks.promises import commitments
from inference.policy import Policy
from inference.text import fold, fold_pattern
from inference.types import Commitment, CommitmentKind, Draft, Feedback, Message, Verdict

_IF = (
    r"if|unless|should you|in case|whenever|(?:let|tell|message|contact|call|text|email|write(?: back)? to|reply to) us"
    r"|iza|eza|law|lw|ila"
)
_IF_AR = fold_pattern(
    r"[وفب]?(?:إذا|لو(?! سمح)|في حال|في حالة|ما لم|إن لم|كلما|إلا كان|يلا كان)"
    r"|[وف]?(?:راسلونا|اكتبوا لنا|تواصلوا معنا|أخبرونا|اتصلوا بنا|كلمونا|راسلنا|كلمنا|تواصل معنا|خبرونا|خبرنا|علمونا)"
)
_CONDITION = re.compile(rf"(?<!\w)(?:{_IF}|{_IF_AR})(?!\w)")
"""What makes a promise hang on something that nobody tells the ledger of."""
_USUAL_AR = fold_pattern(r"عادة|غالبا|في الغالب|في العادة|في معظم الحالات|قد")
_USUAL = re.compile(
    rf"(?<!\w)(?:usually|normally|typically|generally|in most cases|most often|may|might|{_USUAL_AR})(?!\w)"
)
"""What makes of a promise a word on what happens as a rule."""


def sent_commitments(
    draft: Draft, feedback: Feedback, *, message: Message, policy: Policy, now: datetime
) -> tuple[Commitment, ...]:
    """Return what binds us after a verdict, each once; nothing where the draft was rejected.

    Of a reply whose text is known that is what still stands of the draft's commitments, and what the agent's words
    promise besides.
    A direction sends the customer elsewhere and binds nobody here; "if it doesn't arrive, message us and we'll send
    another" binds us only once the customer writes again, and is answered then; "cards usually arrive within a week"
    says what happens as a rule.
    """
    if feedback.verdict is Verdict.REJECTED:
        return ()
    if feedback.verdict is Verdict.ACCEPTED and not (feedback.inferred and feedback.final_text):
        text, held = draft.text, draft.commitments
    else:
        text = feedback.final_text or ""
        # Its periods count from when it is sent.
        sent = message.model_copy(update={"received_at": now})
        given = CheckInput(text, draft.language, draft.sources, policy, sent)
        standing = tuple(item for item in draft.commitments if _said(item) in given.folded.text)
        held = (
            *standing,
            *(item for item in commitments(given) if not any(_overlap(item, other) for other in standing)),
        )
    return _binding(text, held)


class CheckedText(Protocol):
    """A reply that was checked."""

    @property
    def text(self) -> str:
        """What the customer read."""
        ...

    @property
    def language(self) -> str:
        """The language that it was expected in."""
        ...

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        """What it commits the company to, with what backs that."""
        ...


def reply_commitments(reply: CheckedText, *, policy: Policy, now: datetime) -> tuple[Commitment, ...]:
    """Return what binds us of a reply that follows no draft, each once; its periods count from when it is sent."""
    given = CheckInput(reply.text, reply.language, (), policy, Message(text="", received_at=now))
    due = {item.text: item.due for item in commitments(given)}
    held = tuple(item.model_copy(update={"due": due.get(item.text)}) for item in reply.commitments)
    return _binding(reply.text, held)


def _binding(text: str, held: tuple[Commitment, ...]) -> tuple[Commitment, ...]:
    sentences = [match.group() for match in SENTENCE.finditer(fold(text).text)]
    binding = (
        item
        for item in held
        if item.kind is not CommitmentKind.DIRECTION and not _hangs(item, sentences) and not _USUAL.search(_said(item))
    )
    return tuple({key_of(item.kind, item.text): item for item in binding}.values())


def key_of(kind: str, text: str) -> tuple[str, str]:
    """Return what tells commitments of one reply apart, whatever their spelling."""
    return kind, fold(text).text.strip(" .")


def _said(item: Commitment) -> str:
    return key_of(item.kind, item.text)[1]


def _overlap(item: Commitment, other: Commitment) -> bool:
    return _said(item) in _said(other) or _said(other) in _said(item)


def _hangs(item: Commitment, sentences: list[str]) -> bool:
    """Tell whether a commitment hangs on a condition: in its own words, or in the sentence that they stand in."""
    said = _said(item)
    return any(_CONDITION.search(part) for part in (said, *(part for part in sentences if said in part)))
