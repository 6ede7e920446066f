"""Tipping off: the reason of a freeze, hold, review or report told to the customer whom it is about."""

import re
from collections.abc import Iterator

from inference.checks.base import CheckInput
from inference.checks.disclosure.words import CLAUSE, pattern, plain
from inference.checks.reading import Sentence
from inference.checks.support import best_support
from inference.types import Finding, SourceKind

_BACKED = 0.6
_REPORTED = re.compile(
    r"(?<!\w)(?:your (?:report|dispute|claim|complaint)|(?:you|you've|you have) (?:\w+ )?reported"
    r"|[وفل]?(?:بلاغكم|ابلاغكم|شكواكم|اعتراضكم|ابلغتم))(?!\w)"
)
"""What the customer reported is reviewed: no secret from them."""
_WHAT_WE_MAY = re.compile(
    r"(?<!\w)[وف]?(?:كل )?ما (?:استطيع|نستطيع|يمكنني|يمكننا|يسعني|يسعنا|املك|نملك)(?: \w+)? (?:قوله|ذكره|ان \w+ه)(?!\w)"
)


def check_tipping(given: CheckInput) -> Iterator[Finding]:
    """Find why an account is held or watched, unless a source says so of the general case.

    Facts back nothing here: what the systems know of an investigation is what must not be told.
    """
    if not pattern("tipping", "strong", "strongar", "weak").found(given.folded.text):
        return
    for sentence in given.reading.sentences:
        strong = pattern("tipping", "strong", "strongar").search(sentence.text)
        found = strong or _explained(sentence)
        if found is None or not pattern("tipping", "yours").search(sentence.text):
            continue
        if pattern("tipping", "innocent").search(sentence.text) and strong is None:
            continue
        if strong is not None and _refused(sentence, strong.start()):
            continue
        if not _known(given, sentence, found.group()):
            yield given.finding("tipping_off", at=sentence.place)


def _explained(sentence: Sentence) -> re.Match[str] | None:
    weak = pattern("tipping", "weak").search(sentence.text)
    if weak is None or _REPORTED.search(sentence.text) or not pattern("tipping", "holds").search(sentence.text):
        return None
    return weak if pattern("tipping", "causes").search(sentence.text) else None


def _refused(sentence: Sentence, at: int) -> bool:
    """Whether the clause says that it is not said: "I can't tell you whether there's an investigation"."""
    if _WHAT_WE_MAY.search(sentence.text, 0, at):  # «ما أستطيع قوله أن ...»: and then it is said
        return False
    if pattern("tipping", "silent").search(sentence.text, 0, at) is not None:
        return True
    clause = max((part.start() for part in CLAUSE.finditer(sentence.text) if part.start() <= at), default=0)
    return pattern("tipping", "refuses").search(sentence.text, clause, at) is not None


def _known(given: CheckInput, sentence: Sentence, reason: str) -> bool:
    """Whether the knowledge speaks of it in general, or the customer named it first."""
    word = reason.strip()
    quotes = [plain(source.quote) for source in given.trusted if source.kind is not SourceKind.FACT]
    if any(word in quote for quote in quotes):
        support = best_support(sentence.text, given)
        return support is not None and support.covered >= _BACKED
    return False
