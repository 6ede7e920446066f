"""The few words of a message that show an agent why it was read as angry: those that a person would point at.

A word moves the anger head a little whatever it is: "and", «واحد», the name of the thing that broke. What is shown are
phrases around such words whose own words tell of anger (``inference.salience``), or whose meaning a rule knows (an
insult, a threat, a repeat), and nothing where no phrase stands out.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from inference.clauses import MOST_CHARACTERS, Word, split
from inference.lexicons import load_lexicon
from inference.plain.words import bare_forms
from inference.salience import word_anger
from inference.stems import stopwords
from inference.text import fold
from inference.types import Evidence, Span

_MOST = 3
_LONGEST = 4
_LEAST = 1.5
"""Strength of a phrase that is shown: about that of one accusing verb."""
_SHARE = 0.45
"""Strength of a phrase beside the strongest one."""
_COST = 0.35
"""What each word of a phrase must add: an empty one makes it weaker."""
_HIGHEST, _LOWEST = 3.0, -1.0
_KNOWN = 1.5
_ADDRESS = 1.5
"""Most that "you" adds: it stands in most angry messages, and in many calm ones."""
_PLAIN = 0.3
"""Weight from which a word's part in the anger is plain; where all are lighter, none of them decided."""
_SHORTEST = 2
_REACH = 2
_MARKS = " \t\n.,;:!?،؛؟…\"'“”‘’«»()[]-–—*_~"


class _Told(NamedTuple):
    """A word: where it stands, what it adds to a phrase, and what a phrase may do with it.

    Attributes:
        moves: It moved the reading; a phrase needs such a word.
        content: It names something; "you" and "and" do not.
        edge: A phrase may end with it.
        opens: A phrase may begin with it.
        known: Its meaning is known, from a rule or a list.
        surrounding: A rule covers it (``inference.clauses.Word``).
    """

    start: int
    end: int
    strength: float
    moves: bool
    content: bool
    edge: bool
    opens: bool
    known: bool
    surrounding: bool


def tone_phrases(text: str, evidence: Sequence[Evidence]) -> tuple[Span, ...]:
    """Return up to three phrases that show anger, in reading order; none where no words stand out.

    Args:
        text: The whole message, into which the spans of ``evidence`` point.
        evidence: The words that moved the heads; only what raised anger counts.
    """
    moved = {item.span.start: item.weight for item in evidence if item.head == "anger" and item.weight > 0}
    ranked = sorted(
        (phrase for clause in split(text[:MOST_CHARACTERS]) for phrase in _phrases(_read(text, clause, moved))),
        key=lambda phrase: (-phrase[0], phrase[1]),
    )
    chosen: list[tuple[int, int]] = []
    for strength, start, end in ranked:
        if len(chosen) == _MOST or strength < _SHARE * ranked[0][0]:
            break
        if all(end <= first or last <= start for first, last in chosen):
            chosen.append((start, end))
    return tuple(_span(text, place) for place in sorted(chosen))


def _read(text: str, clause: Sequence[Word], moved: Mapping[int, float]) -> list[_Told]:
    most = max(_PLAIN, *moved.values()) if moved else _PLAIN
    before = ["", *(word.key for word in clause)]
    return [
        _told(text, word, moved.get(word.start, 0.0) / most, negates=after not in _listed("unnegated"))
        for word, after in zip(clause, before, strict=False)
    ]


def _told(text: str, word: Word, heard: float, *, negates: bool) -> _Told:
    """Read a word; ``heard`` is its part in the anger beside the word that weighs most."""
    addressed = _is_in(word.key, "addressed")
    anger = min(max(word_anger(word.key), _LOWEST), _ADDRESS if addressed else _HIGHEST) if word.key else 0.0
    shown = heard > 0 and any(sign in text[word.start : word.end] for sign in _listed("emoji"))
    empty = not addressed and not shown and _is_empty(word.key)
    ruled = word.surrounding and anger > 0 and not _is_in(word.key, "numbers")
    known = not empty and (shown or ruled or _is_strong(word.key))
    return _Told(
        word.start,
        word.end,
        strength=min(anger, 0.0) if empty else (max(anger, 0.0) + _KNOWN if known else anger) + heard,
        moves=heard > 0 or (known and anger > 0),
        content=not addressed and not empty,
        edge=not empty,
        opens=not empty or (negates and _is_in(word.key, "negations")),
        known=known,
        surrounding=word.surrounding,
    )


def _phrases(words: Sequence[_Told]) -> Iterator[tuple[float, int, int]]:
    """Yield the phrases of a clause that are strong enough, each with its strength."""
    for first in range(len(words)):
        for last in range(first, min(first + _LONGEST, len(words))):
            phrase = words[first : last + 1]
            strength = sum(word.strength - _COST for word in phrase)
            says = any(word.content and word.strength > 0 for word in phrase) and any(word.moves for word in phrase)
            if says and strength >= _LEAST and phrase[0].opens and phrase[-1].edge:
                begins, ends = _widened(words, first, last)
                if ends > begins or words[begins].known:
                    yield strength, words[begins].start, words[ends].end


def _widened(words: Sequence[_Told], first: int, last: int) -> tuple[int, int]:
    """Take in what one word alone is said of ("you sent" says little), the rest of a rule's words, and a negation."""
    alone = sum(word.content for word in words[first : last + 1]) == 1
    if alone and not any(word.known for word in words[first : last + 1]):
        behind = (place for place in range(last + 1, min(last + 1 + _REACH, len(words))) if words[place].content)
        before = (place for place in range(first - 1, max(first - 1 - _REACH, -1), -1) if words[place].content)
        ends = next(behind, last)
        first, last = (first, ends) if ends != last else (next(before, first), last)
    while first and last - first < _LONGEST and words[first].surrounding and words[first - 1].surrounding:
        first -= 1
    while last + 1 < len(words) and last - first < _LONGEST and words[last].surrounding and words[last + 1].surrounding:
        last += 1
    while not words[last].edge:
        last -= 1
    while not words[first].opens:
        first += 1
    negated = first > 0 and words[first - 1].opens and not words[first - 1].edge
    return first - negated, last


def _is_empty(key: str) -> bool:
    if len(key) <= _SHORTEST or key.isdigit():
        return True
    bare = key[1:] if key[0] in "وف" else key
    return not stopwords().isdisjoint((key, bare)) or key in _vague() or _is_in(key, "closed")


def _is_strong(key: str) -> bool:
    return any(form in _listed("strong") for form in bare_forms(key))


@cache
def _vague() -> frozenset[str]:
    return frozenset(fold(str(word)).text for word in load_lexicon("courtesy")["vague"])


def _is_in(key: str, name: str) -> bool:
    return key in _listed(name) or (key[:1] in "وف" and key[1:] in _listed(name))


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(fold(str(word)).text for word in load_lexicon("evidence")[name])


def _span(text: str, place: tuple[int, int]) -> Span:
    start, end = place
    quoted = text[start:end]
    start += len(quoted) - len(quoted.lstrip(_MARKS))
    end -= len(quoted) - len(quoted.rstrip(_MARKS))
    return Span(start=start, end=end, text=text[start:end])
