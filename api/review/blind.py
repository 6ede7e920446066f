"""What readers must not see: the names with which agents sign, wherever they stand in what the team wrote.

Names that the tenant has registered are blotted out anywhere. Of others only those that stand where people name
themselves, at the end of a reply or behind «this is», «معكم»: the customer's name in a greeting stays, so that a reader
sees when it is the wrong one.
"""

import re
from collections.abc import Iterable

from api.privacy.masking import BLOT
from api.privacy.matching import Kind as MarkKind
from api.privacy.matching import Matcher
from api.privacy.subject import joined
from inference.personal import Kind, find
from inference.text import fold

_INTRODUCED = re.compile(
    r"(?:(?:this is|my name is|i am|i'm|it's|(?<!\w)معاك|(?<!\w)معاكم|(?<!\w)معكم?|(?<!\w)وياك|(?<!\w)وياكم|(?<!\w)انا"
    r"|(?<!\w)اسمي|(?<!\w)اخوكم?|(?<!\w)اختكم?)\s+(?:الاستاذه? |استاذه? |your agent |agent )?)$"
)
_CLOSING_LINES = 4
_LINE_WORDS = 6
_TAIL_WORDS = 2
_FEWEST_WORDS = 2  # before a name that closes a reply: a greeting alone does not


def agents_matcher(names: Iterable[str]) -> Matcher:
    """Return what recognises the registered names of agents, in any spelling."""
    forms = frozenset(form for name in names if (form := joined(name)))
    known = frozenset((MarkKind.WORDS, form) for form in forms)
    return Matcher(known, frozenset(map(len, forms)), lambda _kind, value: value, plain=True)


def unsigned(text: str, agents: Matcher) -> str:
    """Return what the team wrote with agents' names blotted out; as long as before, so that spans stay true."""
    spans = [*agents.spans(text), *_signatures(text)]
    characters = list(text)
    for start, end in spans:
        characters[start:end] = [BLOT if not character.isspace() else character for character in text[start:end]]
    return "".join(characters)


def _signatures(text: str) -> Iterable[tuple[int, int]]:
    for item in find(text):
        if item.kind is Kind.NAME and (_closes(text, item.start, item.end) or _introduced(text, item.start)):
            yield item.start, item.end


def _closes(text: str, start: int, end: int) -> bool:
    """Tell whether a name stands in a short line among the last ones, or in the very last words."""
    after = text[end:]
    below = [line for line in after.split("\n")[1:] if line.strip()]
    line = text[text.rfind("\n", 0, start) + 1 : start] + text[start:end] + after.split("\n", 1)[0]
    above = text[:start].strip()
    signature = "\n" in above and len(line.split()) <= _LINE_WORDS and len(below) < _CLOSING_LINES
    return signature or (len(above.split()) >= _FEWEST_WORDS and not below and len(after.split()) <= _TAIL_WORDS)


def _introduced(text: str, start: int) -> bool:
    return _INTRODUCED.search(fold(text[max(0, start - 40) : start]).text) is not None
