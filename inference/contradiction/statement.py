"""A resolution read for comparison: its sentences with their figures, rulings and telling words."""

import re
from dataclasses import dataclass
from functools import cached_property

from inference.contradiction.figures import Figure, figures
from inference.contradiction.rules import rulings
from inference.text import fold
from inference.types import Resolution

_SENTENCE = re.compile(r"(?:[^.!?؟\n]|\.(?=\d))+[.!?؟]*")
_CLAUSE = re.compile(r"(?:[^,;:،؛]|[,:](?=\d))+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_ARTICLE = re.compile(r"^(?:[وفبلك]?ال|لل)(?=\w{3})")
_COMMON_WORDS = (
    "the of to in on at for and or is are be it its this that your you our we us with by as from if not can will a an "
    "في من الى علي عن مع او ان اذا لا ما لم هذا هذه ذلك التي الذي كل بعد قبل ثم حتي خلال عند"
)
_COMMON = frozenset(re.findall(r"\w+", _COMMON_WORDS))
_MAX_QUOTE = 240


@dataclass(frozen=True)
class Clause:
    """A clause of a resolution, quoted with its sentence; ``extra`` where it answers a follow-up question."""

    quote: str
    figures: tuple[Figure, ...]
    rulings: dict[str, bool]
    words: frozenset[str]
    extra: bool


@dataclass(frozen=True)
class Statement:
    """What a resolution states; ``leading`` is its short answer, or the explanation's first sentence, as one clause."""

    language: str
    clauses: tuple[Clause, ...]
    leading: Clause
    problem: frozenset[str]

    @cached_property
    def values(self) -> frozenset[tuple[float | str, str]]:
        """All figures as (value, unit)."""
        return frozenset((item.value, item.unit) for clause in self.clauses for item in clause.figures)

    @cached_property
    def written(self) -> frozenset[float | str]:
        """All numbers as they were written, without their units."""
        return frozenset(item.written for clause in self.clauses for item in clause.figures)


def read_statement(resolution: Resolution) -> Statement:
    """Read a resolution for comparison."""
    core = (resolution.short, resolution.answer, *resolution.steps, resolution.if_unsolved)
    clauses = [clause for text in core if text for sentence in _sentences(text) for clause in _clauses(sentence)]
    for pair in resolution.follow_ups:
        clauses += [clause for sentence in _sentences(pair.answer) for clause in _clauses(sentence, extra=True)]
    leading = resolution.short or next(iter(_sentences(resolution.answer)), resolution.answer)
    first = _clause(leading, fold(leading).text, extra=False)
    return Statement(resolution.language, tuple(clauses), first, _telling(fold(resolution.problem).text))


def _sentences(text: str) -> list[str]:
    return [match.group().strip() for match in _SENTENCE.finditer(text) if match.group().strip()]


def _clauses(sentence: str, *, extra: bool = False) -> list[Clause]:
    return [_clause(sentence, match.group(), extra=extra) for match in _CLAUSE.finditer(fold(sentence).text)]


def _clause(quote: str, text: str, *, extra: bool) -> Clause:
    shown = quote if len(quote) <= _MAX_QUOTE else f"{quote[: _MAX_QUOTE - 1]}…"
    return Clause(shown, tuple(figures(text)), rulings(text), _telling(text), extra)


def _telling(folded: str) -> frozenset[str]:
    words = (_ARTICLE.sub("", word) for word in _WORD.findall(folded) if word not in _COMMON)
    return frozenset(word.removesuffix("s") if word.isascii() else word for word in words)
