"""Where a letter's footer begins: the disclaimer or signature among its last lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from inference import mail_marks

MOST_LINES = 30
"""How many of the last lines are looked at."""

_SIGNATURE_LINES = 10
_DISCLAIMER_CHARACTERS = 6_000


@dataclass(frozen=True, slots=True)
class Tail:
    """The last own lines of a message, blank ones left out.

    Attributes:
        lines: Folded and stripped.
        raw: The same lines with their letter case.
        paragraph: How many of them stand after the last blank line.
    """

    lines: Sequence[str]
    raw: Sequence[str]
    paragraph: int


def disclaimer_size(tail: Tail) -> int:
    """How many of the last lines are a legal footer; 0 when they are none."""
    last = tail.lines[-tail.paragraph :]
    if sum(map(len, last)) > _DISCLAIMER_CHARACTERS:
        return 0
    if mail_marks.is_disclaimer(" ".join(last)):
        # A name block may stand right above it: what holds none of its phrases is left for the signature's rules.
        lead = next((index for index, line in enumerate(last) if mail_marks.has_disclaimer_phrase(line)), 0)
        return len(last) - lead
    return 0


def signature_size(tail: Tail) -> int:
    """How many of the last lines are a signature; 0 when they are none."""
    lines = tail.lines[-_SIGNATURE_LINES - 1 :]
    for size in range(1, len(lines)):
        block = lines[-size:]
        opener = lines[-size - 1]
        if mail_marks.is_sentence(block[0]):
            return 0
        if mail_marks.is_dashes(opener):
            return size + 1
        if mail_marks.is_regards(opener):
            return size + 1 if _signs(block, tail.raw[-size:]) else 0
        if mail_marks.is_thanks(opener):
            return size if _signs(block, tail.raw[-size:]) else 0
        if mail_marks.is_thanks(block[0]) or mail_marks.is_regards(block[0]):
            return 0
    return _card_size(tail)


def _signs(block: Sequence[str], raw: Sequence[str]) -> bool:
    """Whether lines under a closing formula are a name with a position or an address, or a Latin name alone."""
    if not mail_marks.is_name(block[0]):
        return False
    if len(block) == 1:
        return mail_marks.is_latin_name(raw[0])
    return any(mail_marks.has_contact(line) or mail_marks.has_title(line) for line in block[1:])


def _card_size(tail: Tail) -> int:
    """A last paragraph that is a visiting card: a name, a position and an address, under no line that asks for it."""
    size = tail.paragraph
    if not 3 <= size <= _SIGNATURE_LINES or size == len(tail.lines):
        return 0
    block, above = tail.lines[-size:], tail.lines[-size - 1]
    if above.endswith(":") or not mail_marks.is_name(block[0]) or any(map(mail_marks.is_sentence, block)):
        return 0
    return size if any(map(mail_marks.has_contact, block)) and any(map(mail_marks.has_title, block)) else 0
