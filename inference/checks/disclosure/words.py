"""The patterns of ``inference/lexicons/disclosure.yaml``, compiled; and the sentences that they are tried on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from inference.checks.address import any_number
from inference.checks.base import CheckInput
from inference.guarded import Guarded
from inference.lexicons import load_lexicon
from inference.text import fold, fold_pattern
from inference.untrusted.views import SENTENCE

# Before a noun, particles and the article are written onto it.
_ATTACHED = "(?:بال|لل|ال|[بل])?"
_NAMING = frozenset({"what", "strongar", "weak"})
_LONGEST = 800
_PART = re.compile(rf"(?s:.{{1,{_LONGEST}}})(?=\s|$)|(?s:.{{1,{_LONGEST}}})")
CLAUSE = re.compile(r"[^,;:()\n—]+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a reply, folded, and where it begins."""

    text: str
    start: int

    def at(self, match: re.Match[str]) -> tuple[int, int]:
        """Return the place of a match in the folded reply, without outer blanks."""
        start, end = match.span()
        said = match.group()
        return self.start + start + len(said) - len(said.lstrip()), self.start + end - len(said) + len(said.rstrip())

    @property
    def place(self) -> tuple[int, int]:
        """Its own place in the folded reply."""
        lead = len(self.text) - len(self.text.lstrip())
        return self.start + lead, self.start + len(self.text.rstrip())


def sentences(given: CheckInput) -> Iterator[Sentence]:
    """Yield a reply's sentences; what goes on without a mark is cut at blanks, for its words are tried in pairs."""
    for match in SENTENCE.finditer(given.folded.text):
        for part in _PART.finditer(match.group()) if len(match.group()) > _LONGEST else (match,):
            if part.group().strip():
                yield Sentence(part.group(), part.start() + (0 if part is match else match.start()))


@lru_cache(maxsize=512)  # the same resolutions back thousands of replies
def plain(text: str) -> str:
    """Return a source's text, folded."""
    return fold(text).text


@cache
def pattern(group: str, *names: str) -> Guarded:
    """Compile entries of a group as alternatives with borders on both sides."""
    data = load_lexicon("disclosure")[group]
    entries = [data] if isinstance(data, list) else [data[name] for name in names]
    lines = [line for entry in entries for line in (entry if isinstance(entry, list) else [entry])]
    attached = _ATTACHED if _NAMING.intersection(names) else ""
    return Guarded([rf"(?<!\w)[وف]?{attached}(?:{any_number(fold_pattern(line))})(?!\w)" for line in lines])
