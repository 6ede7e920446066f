"""Which steps a sentence of free wording may be meant as: far wider than what surely takes a step.

Nobody can list how people show that they have read, or that they feel with somebody. So a step is called unseen only
where no sentence is left that could be it: the opening judges nothing ("... is no way to spend an afternoon"), says
nothing of the customer's matter, nothing is told but what other steps need, nothing is asked or advised.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from inference.checks.steps import Reader, Sentence, TakenStep
from inference.lexicons import load_lexicon
from inference.stems import stem_words
from inference.text import fold_pattern
from inference.types import StepName

_OPENING = (StepName.LISTEN, StepName.EMPATHISE, StepName.APOLOGISE)
_PARTS = re.compile(r"[,;:(–—،]\s*| (?:and|but|so|which|while) ")
_DEFINITE = re.compile(r"[وفبلك]{0,2}ال|لل")
_OWNED = re.compile(r"\w{2,}(?:كم|نا|ها|هم|ك|تم)$")
_VERB_AR = re.compile(r"[وف]?(?:س?[يت]\w{3,}|\w{3,}(?:وا|ون|ونا|وه|وها))$")
_FEW = 2
_LATEST = 2
"""Sentences after the first of the opening in which a customer's matter may still be said back."""


class Hints:
    """What each sentence of a reply may be meant as."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._sentences = reader.sentences
        self._planned = frozenset(reader.given.plan.steps if reader.given.plan else ())
        self._patterns = _patterns("ar" if reader.given.language == "ar" else "en")
        self._arabic = reader.given.language == "ar"
        self._known = reader.theirs.union(*(matter.answer for matter in reader.matters))

    def steps(self) -> Iterator[TakenStep]:
        """Yield each step that a sentence may be meant as."""
        meant: dict[int, set[StepName]] = {}
        for index, item in enumerate(self._sentences):
            meant[index] = {name for name in self._reader.names(index) if name in _OPENING}
            if self._says_back(index):
                meant[index].add(StepName.LISTEN)
            if index <= self._reader.first_action and self._judges(item):
                meant[index].add(StepName.EMPATHISE)
            if self._advises(item):
                meant[index].add(StepName.SOLVE)
            if self._patterns["answer"].match(item.text.lstrip()):
                meant[index].add(StepName.EXPLAIN)
        last = self._sentences[-1] if self._sentences else None
        if last is not None and not (last.asks_to_do or last.failing or self._general(last)):
            meant[len(self._sentences) - 1].add(StepName.CLOSE)
        for index in self._left(meant):
            meant[index].add(StepName.EXPLAIN)
        for index, names in meant.items():
            span = self._reader.span(index)
            yield from (TakenStep(name, span, index) for name in sorted(names))

    def _left(self, meant: Mapping[int, set[StepName]]) -> Iterator[int]:
        """Yield the sentences that tell something and are not needed for the opening's steps."""
        needed = {name for name in _OPENING if name in self._planned}
        for index in range(len(self._sentences)):
            if not self._tells(index):
                continue
            if needed and not self._general(self._sentences[index]):
                needed -= meant[index] or needed
            else:
                yield index

    def _general(self, item: Sentence) -> bool:
        """Tell whether a sentence says what a source says of everybody."""
        return item.line >= _FEW and item.line > item.shared and not item.spoken_to

    def _says_back(self, index: int) -> bool:
        item = self._sentences[index]
        early = index <= self._reader.first_action + _LATEST
        telling = item.size > _FEW and not item.text.rstrip().endswith("?")
        if not (early and telling) or self._general(item) or self._reader.courtesy(index):
            return False
        shared = {word.text for word in stem_words(item.before)} & self._reader.said
        own = shared - frozenset().union(*(matter.answer for matter in self._reader.matters))
        if item.failing:
            return len(shared) > _FEW
        return len(shared) >= _FEW or bool(own) or (bool(shared) and item.spoken_to)

    def _judges(self, item: Sentence) -> bool:
        """Tell whether a part of a sentence says how something is, in words of nobody else: a judgement, a feeling."""
        if item.text.rstrip().endswith("?"):
            return False
        if self._patterns["feeling"].search(item.text):
            return True
        return not self._general(item) and any(self._novel(part) for part in _PARTS.split(item.before or item.text))

    def _novel(self, part: str) -> bool:
        if not self._arabic:
            found = self._patterns["copula"].search(part)
            first = None if found is None else next(iter(stem_words(part[found.end() :])), None)
            if found is None or first is None or first.text in self._known:
                return False
            said, rest = part[found.end() :][first.start : first.end], part[found.end() :][first.end :]
            # "is frightening" judges, "is taking the card" tells.
            adjective = said.endswith("ing") and not rest.strip(" .!")
            return adjective or self._patterns["plain"].fullmatch(said) is None
        words = re.findall(r"[^\W\d_]+", part)
        if len(words) < _FEW or _DEFINITE.match(words[-1]) or _OWNED.search(words[-1]) or _VERB_AR.match(words[-1]):
            return False
        last = stem_words(words[-1])
        return bool(last) and last[0].text not in self._known

    def _advises(self, item: Sentence) -> bool:
        if item.wholly and StepName.FOLLOW_UP in self._planned:
            return len(self._reader.rules["imperative"].findall(item.text)) > _FEW
        return item.asks_to_do or self._patterns["advice"].search(item.text) is not None

    def _tells(self, index: int) -> bool:
        """Tell whether a sentence states something, besides courtesies, questions and orders."""
        item = self._sentences[index]
        if item.text.rstrip().endswith("?") or self._reader.courtesy(index):
            return False
        if item.asks_to_do:
            return item.line >= _FEW and item.stated > _FEW
        return item.stated >= _FEW and not item.wholly


@cache
def _patterns(language: str) -> dict[str, re.Pattern[str]]:
    hints: dict[str, dict[str, list[str]]] = load_lexicon("step_hints")
    return {
        name: re.compile(rf"(?<!\w)(?:{'|'.join(map(fold_pattern, entry[language]))})(?!\w)")
        for name, entry in hints.items()
    }
