"""What a reply shows as somebody else's words: quotes, addresses and links, which no rule of language is for."""

import re
from functools import lru_cache

from inference.checks.base import INITIALS, CheckInput, folded_text
from inference.text import fold

_QUOTED = re.compile(r"«[^»\n]{1,200}»|“[^”\n]{1,200}”|\"[^\"\n]{1,200}\"")
_ADDRESS_SIGN = re.compile(r"@|://|[a-z]\.[a-z]", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.\S+|(?<!\w)@\w+"
    r"|(?<!\w)[\w-]+\.(?:com|net|org|app|io|co|bank|example|me|sa|ae|eg|jo)(?:/\S*)?(?!\w)"
)
_LATIN = re.compile(r"[a-z][a-z'-]*")
_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=64)
def masked(text: str) -> str:
    """Return a text with quotes, links and addresses blanked out; every other character keeps its place."""
    plain = INITIALS.sub(_blank, _QUOTED.sub(_blank, text))
    return _ADDRESS.sub(_blank, plain) if _ADDRESS_SIGN.search(plain) else plain


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


@lru_cache(maxsize=64)
def words_in(text: str) -> tuple[tuple[str, int, int], ...]:
    """Return the words of a text with their places."""
    return tuple([(match.group(), *match.span()) for match in _WORD.finditer(text)])


def known_words(given: CheckInput) -> str:
    """Return, folded, what sources, facts and the conversation say: words of theirs are not ours to choose."""
    message = given.message
    facts = [f"{fact.name} {fact.value}" for fact in message.facts]
    said = "\n".join((message.text, message.customer.name or "", *(turn.text for turn in message.history), *facts))
    return "\n".join((fold(said).text, *(folded_text(source.quote) for source in given.trusted)))


@lru_cache(maxsize=64)
def latin_words(folded: str) -> frozenset[str]:
    """Return the Latin words of folded text."""
    return frozenset(_LATIN.findall(folded))
