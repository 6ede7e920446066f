"""Addresses: links, domains, e-mail addresses and handles must stand in a source, a fact or the conversation."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from inference.checks.base import CheckInput
from inference.checks.facts.known import known
from inference.lexicons import load_lexicon
from inference.text import fold, fold_pattern
from inference.types import Finding, Span

_ENDINGS = (
    "com|net|org|io|co|info|biz|gov|edu|bank|sa|ae|eg|jo|qa|kw|bh|om|uk|us|eu|fr|de|tr|in|pk|example|test|link|page|web|"
    "xyz|ly|me|app|help|support|online|site|shop|store|live|chat|dev|ai|tv|finance|money|pay|care|club|pro|top|click"
)
# A bare domain ends in a name that domains have, in small letters: a missing space ("account.Then") is no domain.
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s«»\"'<>]+"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.])@[A-Za-z_][\w.]+"
    rf"|(?<![\w@.])[a-zA-Z\d][\w-]*(?:\.[\w-]+)*\.(?:{_ENDINGS})(?![\w@-])(?:/[^\s«»\"'<>]*)?"
    r"|[\w-]+ ?(?:\(dot\)|\[dot\]| dot ) ?(?:com|net|org|io|sa|ae)\b"
    r"|[\w.+-]+ ?(?:\(at\)|\[at\]) ?[\w.-]+"
)
_HINT = re.compile(r"\.[a-z]{2}|[ (\[]dot[ )\]]|[(\[]at[)\]]")
_CLOSING = ".,;:!?)]،؛؟"


def check_addresses(given: CheckInput) -> Iterator[Finding]:
    """Find links, domains, e-mail addresses and handles that the company does not give.

    A customer's own is only quoted: whoever wrote it into the conversation may want it sent on.
    """
    if not _may_hold(given.text):
        return
    backing = known(given)
    for match in _ADDRESS.finditer(given.text):
        address = match.group().rstrip(_CLOSING)
        folded = fold(address).text
        if any(folded in item.text for item in backing.ours):
            continue
        if not (any(folded in item.text for item in backing.theirs) and _is_quoted(given, match.start())):
            span = Span(start=match.start(), end=match.start() + len(address), text=address)
            yield given.finding("unsupported_address", span=span)


def _is_quoted(given: CheckInput, at: int) -> bool:
    """Tell whether what stands before a place in its sentence speaks of the customer's words, or refuses."""
    pattern = fold_pattern(load_lexicon("figures")["ours"]["quoted"])
    place = bisect_left(given.folded.offsets, at)
    index = given.sentence_at(place)
    start = place if index is None else given.sentences[index][0]
    return re.search(rf"(?<!\w)(?:{pattern})", given.folded.text[start:place]) is not None


def _may_hold(text: str) -> bool:
    return "@" in text or "://" in text or _HINT.search(text) is not None
