"""Where a reply sends the customer: a body that no source sends anybody to is a fault."""

import re
from collections.abc import Iterator
from functools import lru_cache

from inference.checks.base import CheckInput
from inference.checks.promises.patterns import pattern, phrase
from inference.checks.reading import language_of
from inference.text import fold

_SCHEMES = frozenset(
    {
        "visa",
        "mastercard",
        "mada",
        "swift",
        "apple",
        "google",
        "فيزا",
        "ماستركارد",
        "مدي",
        "ابل",
        "جوجل",
        "office",
        "شركه",
        "مكتب",
        "البريد",
    }
)
_REACH = 60
"""Characters between a direction and the body that it names."""
_OURS = re.compile(r"(?<!\w)(?:our|naseem)(?!\w)")
_STOP = re.compile(r"[.;:\n]|, (?:and|so|but|or|then|because)|, ")


def directions(given: CheckInput) -> Iterator[tuple[int, int]]:
    """Yield the range, in folded text, of each direction to a body that no source directs customers to."""
    sent = frozenset(body for source in given.trusted for body in _directed(source.quote))
    for sentence in given.reading.sentences:
        if not sentence.asks:
            for start, end, body in _found(given.folded.text, *sentence.span, sentence.language):
                if (
                    body not in sent
                    and not (body not in _SCHEMES and _spoken(body, given))
                    and not _told(given, sentence.start, start)
                ):
                    yield start, end


def _spoken(body: str, given: CheckInput) -> bool:
    """Tell whether a source or the customer speaks of a body."""
    said = [given.message.text, *(turn.text for turn in given.message.history)]
    return body in given.backing or any(body in fold(text).text for text in said)


@lru_cache(maxsize=512)
def _directed(quote: str) -> frozenset[str]:
    """Return the bodies that a source directs customers to, and what it speaks of as theirs."""
    text = fold(quote).text
    return frozenset(body for _, _, body in _found(text, 0, len(text), language_of(text)))


def _found(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int, str]]:
    for match in phrase("bodies", language).finditer(text, start, end):
        lead = text[max(start, match.start() - _REACH) : match.start()]
        directs = list(pattern("direct", language).finditer(lead))
        direct = directs[-1] if directs else None
        if direct is not None and not _STOP.search(lead, direct.end()) and not _OURS.search(lead, direct.end()):
            yield match.start() - len(lead) + direct.start(), match.end(), match.group()
        elif pattern("authorities", language).fullmatch(match.group()) and (goes := _at(lead, language)) is not None:
            yield match.start() - len(lead) + goes, match.end(), match.group()
        elif (takes := pattern("handles", language).match(text, match.end() + 1, end)) is not None:
            yield match.start(), takes.end(), match.group()


def _at(lead: str, language: str) -> int | None:
    """Return where words before an authority begin to send the customer there: "hand in a report at your ..."."""
    match = pattern("goes", language).search(lead)
    return None if match is None else match.start()


def _told(given: CheckInput, sentence: int, start: int) -> bool:
    lead = given.folded.text[sentence:start]
    language = language_of(lead) if lead else given.language
    if re.search(
        r"(?:not|n't|never|no need to|without|rather than|instead of) (?:(?:need|have|to|by) ){0,3}$|(?:^"
        r"| )[وف]?(?:لا|لن|دون|ليس|بدل) (?:(?:داعي|حاجه|يلزم|تحتاجون|عليكم|الي|ان|من|ل) ){0,3}$",
        lead,
    ):
        return True
    return pattern("reported", language).search(lead) is not None
