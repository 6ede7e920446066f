"""The few words of a message that show an agent why it was read as angry: those that a person would point at.

A word moves the anger head a little whatever it is: "and", «واحد», the name of the thing that broke. What is shown are
the sentences, whole up to their marks where they are short, around words that tell of anger themselves
(``inference.salience``) or whose meaning a rule knows (an insult, a threat, a repeat), and nothing where none stands
out. Anger at somebody else or at oneself, fear, pleas, threats that are denied and the words of others in quotation
marks are none that an agent should be pointed at.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple

from inference.clauses import MOST_CHARACTERS, Word, split
from inference.lexicons import load_lexicon
from inference.plain.words import bare_forms
from inference.salience import salience, word_anger
from inference.stems import stopwords
from inference.text import fold, fold_pattern
from inference.types import Evidence, Span

_MOST = 3
_LONGEST = 4
_WHOLE = 14
"""Words of a sentence that is shown whole; a longer one is cut where a new thought begins."""
_ENOUGH = 5
"""Words from which a cut leaves enough to understand."""
_ALL = 24
"""Words beyond which no further phrase is shown."""
_LEAST = 1.5
"""Strength of the words that a phrase stands around: about that of one accusing verb."""
_TOLD = 2.0
"""Strength with what the whole phrase tells of anger: less of it is an accusing word in a calm sentence."""
_SHARE = 0.45
"""That strength beside the strongest one's."""
_COST = 0.35
"""What each word must add: an empty one makes it weaker."""
_HIGHEST, _LOWEST = 3.0, -1.0
_KNOWN = 1.5
_ADDRESS = 1.5
"""Most that "you" adds: it stands in most angry messages, and in many calm ones."""
_PLAIN = 0.3
"""Weight from which a word's part in the anger is plain; where all are lighter, none of them decided."""
_SHORTEST = 2
_AND = 4
"""Letters from which a word that begins with و is taken to begin with "and"."""
_MARKS = " \t\n.,;:!?،؛؟…\"'“”‘’«»()[]-–—*_~"
_PAIRS = {"«": "»", "“": "”", "(": ")", "[": "]", '"': '"'}
_ONLY_QUOTED = re.compile(r"[^.!?؟،؛;:,…][)\]\"»]+$")
"""A quotation or a bracket ends with the word, and the sentence goes on."""
_QUOTES = re.compile(r"«[^»\n]*»|“[^”\n]*”|\"[^\"\n]*\"|(?<!\w)['‘][^'’\n]*(?:\w['’]\w[^'’\n]*)*['’](?!\w)")


class _Told(NamedTuple):
    """A word: where it stands, what it adds to a phrase, and what a phrase may do with it.

    Attributes:
        key: Its folded letters.
        moves: It moved the reading; a phrase needs such a word.
        content: It names something; "you", "and" and "two" do not.
        edge: A phrase may end with it.
        opens: A phrase may begin with it.
        speaks: An insult, a blame or an angry face, which needs no other word.
        joint: A long sentence may be cut before it.
    """

    start: int
    end: int
    key: str
    strength: float
    moves: bool
    content: bool
    edge: bool
    opens: bool
    speaks: bool
    joint: bool


def tone_phrases(text: str, evidence: Sequence[Evidence]) -> tuple[Span, ...]:
    """Return up to three phrases that show anger, in reading order; none where no words stand out.

    Args:
        text: The whole message, into which the spans of ``evidence`` point.
        evidence: The words that moved the heads; only what raised anger counts.
    """
    moved = {item.span.start: item.weight for item in evidence if item.head == "anger" and item.weight > 0}
    ranked = sorted(_ranked(text[:MOST_CHARACTERS], moved), key=lambda phrase: (-phrase[0], phrase[1]))
    chosen: list[tuple[int, int]] = []
    left = _ALL
    for strength, start, end in ranked:
        if len(chosen) == _MOST or strength < _SHARE * ranked[0][0]:
            break
        length = len(text[start:end].split())
        if all(end <= first or last <= start for first, last in chosen) and (length <= left or not chosen):
            chosen.append((start, end))
            left -= length
    return tuple(_span(text, place) for place in sorted(chosen))


def accusation(text: str, evidence: Sequence[Evidence]) -> tuple[Span, ...]:
    """Return the clause around the word that raised the anger most, of those that point at us or are exclaimed."""
    raised = [item for item in evidence if item.head == "anger" and 0 <= item.span.start < MOST_CHARACTERS]
    for item in sorted(raised, key=lambda item: -item.weight):
        clause = _clause(text[:MOST_CHARACTERS], item.span.start)
        if clause and item.weight > 0 and (speaks_to_us((item,)) or text[clause[1] - 1] == "!"):
            return (_span(text, clause),)
    return ()


def _clause(text: str, at: int) -> tuple[int, int] | None:
    """Return what is shown of the sentence that holds a place, beginning and end."""
    for sentence in _sentences(text):
        if at < sentence[-1].end:
            words = _read(text, sentence, {}, bytearray(len(text)))
            first, last = _around(words, *[next(index for index, word in enumerate(words) if at < word.end)] * 2)
            return words[first].start, words[last].end
    return None


def speaks_to_us(evidence: Sequence[Evidence]) -> bool:
    """Tell whether a word that raised the anger points at us ("you", «بطاقتكم»), as an accusation's does."""
    raised = (item.span.text for item in evidence if item.head == "anger" and item.weight > 0)
    return any(_pattern("ours").search(fold(word).text) for word in raised)


def _ranked(text: str, moved: Mapping[int, float]) -> Iterator[tuple[float, int, int]]:
    """Yield the phrases of a text; where somebody else is the culprit, only those in which we are spoken to."""
    at_others = _pattern("third").search(fold(text).text) is not None
    silent = _silent(text)
    for sentence in _sentences(text):
        start, end = sentence[0].start, sentence[-1].end
        if not at_others or _pattern("ours").search(fold(text[start:end]).text):
            yield from _phrases(_read(text, sentence, moved, silent))


def _sentences(text: str) -> Iterator[list[Word]]:
    """Yield the words from mark to mark; a quotation within a sentence does not end it."""
    current: list[Word] = []
    for word in chain.from_iterable(split(text)):
        current.append(word)
        broken = text[word.end : word.end + 1] == "\n"
        if word.closes and (broken or not _ONLY_QUOTED.search(text[word.start : word.end])):
            yield current
            current = []
    if current:
        yield current


def _silent(text: str) -> bytearray:
    """Mark what shows no anger at us: the words of others, pleas, fear, blame of oneself, threats that are denied."""
    marked = bytearray(len(text))
    folded = fold(text)
    found = [match.span() for match in _QUOTES.finditer(text)]
    for name in load_lexicon("evidence")["spared"]:
        spans = (folded.span(*match.span()) for match in _pattern("spared", name).finditer(folded.text))
        found += [(span.start, span.end) for span in spans]
    for start, end in found:
        marked[start:end] = b"\x01" * (end - start)
    return marked


def _read(text: str, sentence: Sequence[Word], moved: Mapping[int, float], silent: bytearray) -> list[_Told]:
    most = max(_PLAIN, *moved.values()) if moved else _PLAIN
    before = ["", *(word.key for word in sentence)]
    return [
        _mute(word)
        if 2 * sum(silent[word.start : word.end]) >= word.end - word.start
        else _told(text, word, moved.get(word.start, 0.0) / most, negates=after not in _listed("unnegated"))
        for word, after in zip(sentence, before, strict=False)
    ]


def _mute(word: Word) -> _Told:
    """Read a word that shows no anger at us, though it may stand in a sentence that does."""
    return _Told(
        word.start,
        word.end,
        word.key,
        strength=0.0,
        moves=False,
        content=False,
        edge=True,
        opens=True,
        speaks=False,
        joint=_joins(word.key),
    )


def _told(text: str, word: Word, heard: float, *, negates: bool) -> _Told:
    """Read a word; ``heard`` is its part in the anger beside the word that weighs most."""
    addressed = _is_in(word.key, "addressed")
    anger = min(max(word_anger(word.key), _LOWEST), _ADDRESS if addressed else _HIGHEST) if word.key else 0.0
    shown = heard > 0 and any(sign in text[word.start : word.end] for sign in _listed("emoji"))
    empty = not addressed and not shown and _is_empty(word.key)
    counts = _is_in(word.key, "numbers")
    ruled = word.surrounding and anger > 0 and not counts
    speaks = not empty and (shown or _is_strong(word.key))
    known = speaks or (ruled and not empty)
    return _Told(
        word.start,
        word.end,
        word.key,
        strength=min(anger, 0.0) if empty else (max(anger, 0.0) + _KNOWN if known else anger) + heard,
        moves=heard > 0 or (known and anger > 0),
        content=not addressed and not empty and not counts,
        edge=not empty,
        opens=not empty or (negates and _is_in(word.key, "negations")),
        speaks=speaks,
        joint=_joins(word.key),
    )


def _phrases(words: Sequence[_Told]) -> Iterator[tuple[float, int, int]]:
    """Yield the strong enough words of a sentence, each with its strength and the phrase around them."""
    for first in range(len(words)):
        for last in range(first, min(first + _LONGEST, len(words))):
            if last > first and words[last].joint:
                break
            core = words[first : last + 1]
            strength = sum(word.strength - _COST for word in core)
            says = any(word.content and word.strength > 0 for word in core) and any(word.moves for word in core)
            if says and strength >= _LEAST and core[0].opens and core[-1].edge:
                begins, ends = _around(words, first, last)
                told = strength + salience([word.key for word in words[begins : ends + 1] if word.key]).anger
                if any(word.speaks for word in core) or (told >= _TOLD and ends > begins):
                    yield told, words[begins].start, words[ends].end


def _around(words: Sequence[_Told], first: int, last: int) -> tuple[int, int]:
    """Return the first and last word of what is shown of a sentence: all of a short one, else a thought of it."""
    if len(words) <= _WHOLE:
        return 0, len(words) - 1
    begins, ends = first, last
    while begins and not words[begins].joint and ends - begins + 1 < _WHOLE:
        begins -= 1
    while ends + 1 < len(words) and ends - begins + 1 < _WHOLE:
        if words[ends + 1].joint and ends - begins + 1 >= _ENOUGH:
            return begins, ends
        ends += 1
    while ends + 1 < len(words) and ends > last and not words[ends].edge:  # it was cut where no thought ends
        ends -= 1
    return begins, ends


def _joins(key: str) -> bool:
    return _is_in(key, "joints") or (key[:1] == "و" and len(key) >= _AND)


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


@cache
def _pattern(name: str, part: str | None = None) -> re.Pattern[str]:
    found = load_lexicon("evidence")[name]
    patterns = found if part is None else found[part]
    return re.compile(rf"(?<!\w)[وف]?(?:{'|'.join(map(fold_pattern, patterns))})(?!\w)")


def _span(text: str, place: tuple[int, int]) -> Span:
    """Return a phrase without the marks around it, but for the other half of a pair of which one stands inside."""
    quoted = text[place[0] : place[1]]
    start = place[0] + len(quoted) - len(quoted.lstrip(_MARKS))
    end = place[1] - len(quoted) + len(quoted.rstrip(_MARKS))
    for opens, closes in _PAIRS.items():
        inside = text[start:end]
        opened = inside.count(opens) % 2 if opens == closes else inside.count(opens) - inside.count(closes)
        after, before = text.find(closes, end, place[1]), text.rfind(opens, place[0], start)
        if opened > 0 and after >= 0:
            end = after + 1
        elif opened and before >= 0:
            start = before
    return Span(start=start, end=end, text=text[start:end])
