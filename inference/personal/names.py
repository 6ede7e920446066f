"""Names of people: words that announce them, the shape of what follows, and common given names.

A name that is in no list is found by what stands around it. Words that are names too (أمل, كريم, Grace) count only
where something announces a person.
"""

import re
from collections.abc import Iterator

from inference.personal.cues import AGE, ENDS, FROM, IDENTIFIES, NAMED, PAUSE, THIS, cues, prayer
from inference.personal.found import Candidate
from inference.personal.nameness import (
    Word,
    ambiguous,
    continues_name,
    family_like,
    given,
    joined,
    misshapen,
    name_set,
    particle,
    rare,
    spelt_like_name,
    starts_name,
    unlike_alone,
    words,
)
from inference.personal.ordinary import count, is_common, is_ordinary
from inference.personal.types import Kind
from inference.text import Folded

_LONGEST, _LONGEST_KNOWN = 6, 3
_RARE = 20
_BLESSED = ("رحمه", "الله")
_SON = frozenset({"بن", "بنت", "ابن", "bin", "ibn", "bint"})
_KUNYA = frozenset({"ابو", "ابا", "ابي", "ام", "بو", "abu", "abou", "um", "umm"})
_SENTENCE_START = re.compile(r"(?:^|[.,!?\n\r:])[ \t]*$")
_PROCLITIC = re.compile(r"[ولبف](?=[^\W\d_]{3})")
_LINE_START = re.compile(r"(?:^|\n)[ \t*-]*$")
_LINE_END = re.compile(r"[ \t]*[.!]?[ \t]*(?:\r?\n|$)")
_SHORT = 3
_DIALECT = re.compile(r"^[يتنمهعبكف]|^ال|(?:[هكشو]|نا|ها)$")


def names(folded: Folded) -> Iterator[Candidate]:
    """Yield names of people."""
    found = words(folded)
    finder = _Finder(folded, found)
    yield from finder.announced()
    yield from finder.followed()
    yield from finder.known()


class _Finder:
    """The words of one text, and the ways in which a name shows among them."""

    def __init__(self, folded: Folded, found: list[Word]) -> None:
        self._folded = folded
        self._text = folded.text
        self._words = found
        self._at = {word.start: place for place, word in enumerate(found)}

    def announced(self) -> Iterator[Candidate]:
        """Yield names after words that announce one."""
        for reason, confidence, strong, pattern in cues():
            for match in pattern.finditer(self._text):
                place = self._at.get(match.end())
                if place is None:
                    continue
                end = self._take(place, strong=reason == "name_announced")
                if end == place or self._names_place(end) or self._called(match.start(), match.group(), place):
                    continue
                if self._likely(place, end, reason) if not strong else self._fits_title(place, end, reason):
                    yield self._candidate(place, end, confidence, reason)

    def _called(self, start: int, cue: str, place: int) -> bool:
        """Whether the words before call a thing by what it is (ده اسمه بلطجة), not a person by name."""
        before = self._text[max(0, start - 8) : start]
        return NAMED.match(cue) is not None and THIS.search(before) is not None and not given(self._words[place].text)

    def _fits_title(self, place: int, end: int, reason: str) -> bool:
        """Whether what follows a title is no verb that tells what its bearer does (الدكتورة تبيها بكرة)."""
        if reason != "name_title" or self._backed(place) or not unlike_alone(self._words[place]):
            return True
        return ENDS.match(self._text, self._words[end - 1].end) is not None

    def followed(self) -> Iterator[Candidate]:
        """Yield names that open a sentence before "here" or "speaking"."""
        after = name_set("after")
        for place, word in enumerate(self._words):
            if word.text not in after or not word.latin:
                continue
            start = place
            while start > max(0, place - _LONGEST) and self._joined(start - 1) and self._words[start - 1].capital:
                start -= 1
            if start < place and self._take(start, strong=False) == place and self._opens(start):
                yield self._candidate(start, place, 0.8, "name_followed")

    def known(self) -> Iterator[Candidate]:
        """Yield names that a common given name, a kunya or a patronymic shows by itself."""
        for place, word in enumerate(self._words):
            if place and self._joined(place - 1) and self._words[place - 1].text in name_set("before_place"):
                continue
            if word.text == "عمرو" and AGE.match(self._text, word.end):
                continue
            if word.text == "محمد" and prayer().search(self._text[max(0, word.start - 24) : word.start]):
                continue
            clitic = _PROCLITIC.match(word.text) if not given(word.text) else None
            confidence = 0.0 if clitic and self._behind_clitic(word) else self._self_evident(place)
            if confidence:
                # With nothing to announce it, what follows is less surely part of it.
                end = min(self._take(place, strong=True), place + _LONGEST_KNOWN)
                if end > place and not self._names_place(end):
                    yield self._candidate(place, end, confidence, "name_known")
            elif clitic and self._behind_clitic(word):
                end = self._extend(place + 1, capitals=False)
                last = self._words[end - 1].end
                yield Candidate(Kind.NAME, word.start + clitic.end(), last, 0.6, "name_known")

    def _self_evident(self, place: int) -> float:
        """How sure a word is to open a name with nothing before it to say so; 0 where it is not."""
        word, later = self._words[place], self._next(place)
        if word.latin and not word.capital:
            kunya = later is not None and word.text in {"abu", "abou", "umm"} and self._kunya(word, later)
            return 0.64 if kunya and later is not None and given(later.text) else 0.62 * self._own_line(place)
        if (given(word.text) and not ambiguous(word.text)) or (spelt_like_name(word.text) and not word.shouted):
            return 0.64
        if later is None or (given(word.text) and later.latin != word.latin):
            return 0.0
        if given(word.text):
            return 0.61 * (family_like(later) or self._patronymic(place) or self._own_line(place))
        if self._foreign(word) and self._foreign(later) and word.latin == later.latin:
            return 0.52
        return 0.655 if self._kunya(word, later) or self._made_of_two(place) else 0.0

    def _foreign(self, word: Word) -> bool:
        """Whether a word is surely no word of a dialect, so that two in a row are a name of abroad."""
        return rare(word) and len(word.text) > _SHORT and (word.latin or _DIALECT.search(word.text) is None)

    def _own_line(self, place: int) -> bool:
        """Whether a line holds nothing but words that go together as one name, a known given name first."""
        word = self._words[place]
        if not given(word.text) or _LINE_START.search(self._text[max(0, word.start - 4) : word.start]) is None:
            return False
        end = self._extend(place + 1, capitals=False)
        alone = ambiguous(word.text) and end == place + 1
        return not alone and place > 0 and _LINE_END.match(self._text, self._words[end - 1].end) is not None

    def _behind_clitic(self, word: Word) -> bool:
        """Whether an unannounced name follows a preposition or "and" written against it (لأحمد, لـنواف)."""
        rest, typed = word.text[1:], self._folded.original
        if given(rest):
            return not ambiguous(rest) and (len(rest) > _SHORT or not is_common(word.text))
        tatweel = typed[self._folded.offsets[word.start] + 1] == "ـ"
        return tatweel and word.text[0] == "ل" and not is_ordinary(rest) and not rest.startswith("ل")

    def _kunya(self, word: Word, later: Word) -> bool:
        """Whether two words are a kunya by themselves: أم and بو mean other things too."""
        if word.text in {"ابو", "ابا", "abu", "abou"}:
            return later.text not in name_set("not_kunya") and starts_name(later, strong=False)
        return word.text in _KUNYA and given(later.text)

    def _made_of_two(self, place: int) -> bool:
        """Whether a word and the next are a servant's name (عبد المجيد) or begin a patronymic (طلال بن قيس)."""
        word, later = self._words[place], self._next(place)
        if later is not None and self._servant(word, later) and len(later.text) > 4:
            return True
        return self._patronymic(place) and starts_name(word, strong=False)

    def _patronymic(self, place: int) -> bool:
        if place + 2 >= len(self._words) or self._words[place + 1].text not in _SON:
            return False
        third = self._words[place + 2]
        return self._joined(place) and self._joined(place + 1) and (particle(third) or count(third.text) <= _RARE)

    def _names_place(self, end: int) -> bool:
        """Whether what follows makes a place of the name before it: Sheikh Zayed Road."""
        later = self._next(end - 1)
        return later is not None and later.text in name_set("after_place")

    def _likely(self, place: int, end: int, reason: str) -> bool:
        """Whether words after a cue that need not announce a name are one all the same."""
        first, after, vocative = self._words[place], self._words[end - 1].end, reason == "name_vocative"
        backed, several = self._backed(place), end - place > 1
        if not backed and self._denied(place, vocative=vocative):
            return False
        if given(first.text) and (several or reason == "name_relation" or not ambiguous(first.text)):
            return True
        spelt = spelt_like_name(first.text) and (reason != "name_context" or first.capital)
        foreign = rare(first) and (first.latin or reason == "name_relation") and not vocative
        if spelt or foreign or (several and (first.latin or (backed and not vocative))):
            return True
        ends = PAUSE if vocative else ENDS
        if ends.match(self._text, after) is None or (first.latin and len(first.text) < 3):
            return False
        if given(first.text) or several or not unlike_alone(first):
            return True
        home = reason == "name_context" and FROM.match(self._text, after) is not None and not misshapen(first)
        return home or IDENTIFIES.match(self._text, after) is not None

    def _backed(self, place: int) -> bool:
        """Whether the words at ``place`` show by themselves that they go together as a name."""
        first, later = self._words[place], self._next(place)
        return family_like(first) or (
            later is not None
            and (
                (family_like(later) or given(later.text) or particle(first))
                or self._patronymic(place)
                or self._compound(place)
            )
        )

    def _denied(self, place: int, *, vocative: bool) -> bool:
        """Whether a word is no name after a weak cue: an article before no name, a blessing, a call (يا سلام)."""
        first, later = self._words[place], self._next(place)
        article = first.text.startswith("ال") and (ambiguous(first.text) or not given(first.text))
        blessed = later is not None and (first.text, later.text) == _BLESSED
        return article or blessed or (vocative and first.text in name_set("idioms"))

    def _take(self, place: int, *, strong: bool) -> int:
        """Return the place after the last word of the name that starts at ``place``; ``place`` where none does."""
        first, later = self._words[place], self._next(place)
        if particle(first):
            if later is None or later.text in name_set("not_kunya"):
                return place
            fits = starts_name(later, strong=strong or first.text in _KUNYA) or self._servant(first, later)
            return self._extend(place + 2, capitals=first.capital) if fits else place
        backed = later is not None and (
            self._patronymic(place) or self._compound(place) or self._house(later) or family_like(later)
        )
        if not starts_name(first, strong=strong) and not (
            backed and count(first.text) <= _RARE and (first.capital or not first.latin)
        ):
            return place
        return self._extend(place + 1, capitals=first.capital)

    def _extend(self, place: int, *, capitals: bool) -> int:
        """Return the place after the last word that goes on with the name whose first word ends before ``place``."""
        first = place - 1
        while place < len(self._words) and place - first < _LONGEST and self._joined(place - 1):
            size = self._further(place, capitals=capitals)
            if not size:
                break
            place += size
        return place

    def _further(self, place: int, *, capitals: bool) -> int:
        """Return how many words at ``place`` belong together to the name before it."""
        word, later = self._words[place], self._next(place)
        if word.latin != self._words[place - 1].latin:
            return 0
        if later is not None and later.latin == word.latin:
            if word.latin and particle(word) and particle(later):
                rest = self._further(place + 1, capitals=capitals)
                return rest and 1 + rest
            if particle(word):
                return 2 * (
                    self._house(word)
                    or word.text in _SON
                    or self._servant(word, later)
                    or continues_name(later, capitals=capitals)
                )
            if self._compound(place):
                return 2
        elif particle(word):
            return 0
        return int(continues_name(word, capitals=capitals) or self._compound(place - 1))

    def _compound(self, place: int) -> bool:
        """Whether a word makes one name with the next: عوض الله, سيف الدين."""
        word, later = self._words[place].text, self._next(place)
        if later is None or later.text not in {"الله", "الدين"}:
            return False
        return word in name_set("allah_before") or (later.text == "الدين" and not is_ordinary(word))

    def _house(self, word: Word) -> bool:
        return word.text == "ال" and self._folded.original[self._folded.offsets[word.start]] == "آ"

    def _servant(self, word: Word, later: Word) -> bool:
        return word.text == "عبد" and later.text.startswith("ال")

    def _next(self, place: int) -> Word | None:
        return self._words[place + 1] if place + 1 < len(self._words) and self._joined(place) else None

    def _joined(self, place: int) -> bool:
        """Whether a word goes together with the next."""
        if place < 0 or place + 1 >= len(self._words):
            return False
        return joined(self._text, self._words[place], self._words[place + 1])

    def _opens(self, place: int) -> bool:
        start = self._words[place].start
        return _SENTENCE_START.search(self._text[max(0, start - 4) : start]) is not None

    def _candidate(self, place: int, end: int, confidence: float, reason: str) -> Candidate:
        return Candidate(Kind.NAME, self._words[place].start, self._words[end - 1].end, confidence, reason)
