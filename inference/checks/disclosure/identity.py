"""Account facts told to a customer who has not been identified."""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache

from inference.checks.base import CheckInput
from inference.checks.disclosure.words import pattern, plain
from inference.checks.reading import Sentence
from inference.stems import stem_words
from inference.text import fold
from inference.types import Fact, Finding, SourceKind

_FIGURE = re.compile(r"(?:(?<![\w@])|(?<=(?<!\w)[بلوف]))\d[\d,.:/٫٬-]*\d|(?<!\w)\d")
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\w")
_FEWEST = 2
_GRANTED = re.compile(
    r"(?<!\w)[وف]?(?:قد )?(?:اضفنا|اضفت|اضيفت?|منحنا|رددنا|اعدنا|اعفينا|اسقطنا|الغينا الرسوم)(?:كم|ها|ه)?(?!\w)"
    r"|(?<!\w)(?:i|we)(?:'ve| have)? (?:just |now |also |already )*"
    r"(?:added|credited|waived|refunded|reversed|given you)(?!\w)"
)
"""What we do for whoever writes is no account data: authority judges whether we may."""
_SHARE = 0.5


def check_identity(given: CheckInput) -> Iterator[Finding]:
    """Find account facts in a reply to somebody who is not identified; what they said themselves is none."""
    if given.message.verified:
        return
    facts = [fact for fact in given.message.facts if not pattern("identity", "general").search(_name(fact))]
    known, text = _Known(given), given.folded.text
    if not facts and not any(pattern("identity", name).found(text) for name in ("looked", "account")):
        return
    for sentence in given.reading.sentences:
        granted = _GRANTED.search(sentence.text) is not None
        if not granted and (any(_tells(sentence, fact, known) for fact in facts) or _tells_account(sentence, known)):
            yield given.finding("discloses_unidentified", at=sentence.place)


class _Known:
    """What may be repeated: the conversation, and knowledge that holds for everybody."""

    def __init__(self, given: CheckInput) -> None:
        message = given.message
        quotes = [source.quote for source in given.trusted if source.kind is not SourceKind.FACT]
        self._texts = (message.text, message.customer.name or "", *(turn.text for turn in message.history), *quotes)

    @cached_property
    def figures(self) -> frozenset[str]:
        """Every figure of it."""
        return frozenset().union(*map(_figures, self._texts))

    def holds(self, word: str) -> bool:
        """Whether a word stands in it."""
        return any(word in plain(text) for text in self._texts)


def _name(fact: Fact) -> str:
    return fold(fact.name.replace("_", " ")).text


@lru_cache(maxsize=512)
def _figures(text: str) -> frozenset[str]:
    """Return the figures of a text, without separators; one digit alone tells nothing."""
    found = (re.sub(r"[,.:/٫٬-]", "", match.group()) for match in _FIGURE.finditer(plain(text)))
    return frozenset(figure for figure in found if len(figure) >= _FEWEST)


def _tells(sentence: Sentence, fact: Fact, known: _Known) -> bool:
    """Whether a value of the account stands there that only the systems know."""
    value = fold(fact.value).text
    if any(address in sentence.text and not known.holds(address) for address in _ADDRESS.findall(value)):
        return True
    if (_figures(value) - known.figures) & _figures(sentence.text):
        return True
    words = {item.text for item in stem_words(value) if not item.text.isdigit() and len(item.text) > _FEWEST}
    told = words & {item.text for item in stem_words(sentence.text)}
    if not told or _conditional(sentence.text):
        return False
    fresh = {word for word in words if not known.holds(word)}
    return bool(told & fresh) and len(told & fresh) >= _SHARE * len(fresh)


def _tells_account(sentence: Sentence, known: _Known) -> bool:
    """Whether it states something of this very account that neither the customer nor the knowledge said."""
    looked = pattern("identity", "looked").search(sentence.text)
    account = looked or pattern("identity", "account").search(sentence.text)
    open_ = sentence.text if looked is None else sentence.text.replace(looked.group(), "")
    verdict = looked is not None and pattern("identity", "verdict").search(sentence.text) is not None
    if account is None or _conditional(open_) or not (verdict or pattern("identity", "states").search(sentence.text)):
        return False
    if _figures(sentence.text) - known.figures:
        return True
    if looked is None:
        return False
    fresh = sum(not known.holds(item.text) for item in stem_words(open_))
    return fresh >= (1 if verdict else _FEWEST)


def _conditional(text: str) -> bool:
    return pattern("identity", "conditional").search(text) is not None
