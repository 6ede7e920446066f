"""A learned tagger of people's names: it reads each word with its neighbours, so that names of no list are found.

A word is the sum of learned vectors of its letter sequences (hashed, as in fastText: Bojanowski et al. 2017,
https://arxiv.org/abs/1607.04606) and a row of flags: its shape, what stands beside it, the lists that it is in, what
the rules say of it. One hidden layer reads a window of words and scores four tags; the best sequence is taken.
``python -m inference.personal.training`` makes the weights.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from math import log1p
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inference.personal.cues import cues
from inference.personal.found import BLANK, Candidate
from inference.personal.nameness import (
    Word,
    ambiguous,
    given,
    listed,
    misshapen,
    name_set,
    organisation,
    particle,
    rare,
    spelt_like_name,
)
from inference.personal.ordinary import count, is_common, is_formed, is_prefixed
from inference.text import Folded

TAGS = ("outside", "begin", "inside", "behind")
"""No name; a name's first word; a further one; a first word with a preposition or "and" written against it."""
BUCKETS, WIDTH, REACH = 1 << 14, 24, 3
LISTS = slice(0, 5)
RULES = slice(5, 9)
"""Flags that training hides at times, so that neither lists nor rules are leant on."""
FLAGS = 50
WEIGHTS = "tagger.npz"

Floats = NDArray[np.float32]
_GAPS = ("\n", ".!?", ",;", ":-/", "0123456789@", BLANK, "()\"'[]«»*")
_CUES = ("name_announced", "name_title", "name_signature", "name_relation", "name_context", "name_vocative")
_GRAMS = (2, 3, 4)
_LONG, _SHORT = 7, 3
_SURE, _LIKELY = 0.78, 0.6
_CLITICS = frozenset("وفبل")


class Marked(NamedTuple):
    """Words ``first`` to ``last`` (exclusive) of a text as one name, and how sure the tagger is of its least word."""

    first: int
    last: int
    behind: bool
    confidence: float


@dataclass(frozen=True)
class Weights:
    """What was learned.

    Attributes:
        grams: Vectors of hashed letter sequences [BUCKETS, WIDTH].
        hidden: Weights of the hidden layer [window, hidden]; the window holds 2 REACH + 1 words of WIDTH + FLAGS.
        hidden_bias: [hidden].
        out: [hidden, tags].
        out_bias: [tags].
    """

    grams: Floats
    hidden: Floats
    hidden_bias: Floats
    out: Floats
    out_bias: Floats


@cache
def weights() -> Weights:
    """Load the shipped weights; the vectors are stored in 8 bits, each row with its scale."""
    with files(__package__).joinpath(WEIGHTS).open("rb") as file, np.load(file) as stored:
        return Weights(
            stored["grams"].astype(np.float32) * stored["scales"].astype(np.float32)[:, None],
            *(stored[name].astype(np.float32) for name in ("hidden", "hidden_bias", "out", "out_bias")),
        )


@lru_cache(maxsize=50_000)
def buckets(text: str) -> tuple[int, ...]:
    """Return the buckets of a folded word: its letter sequences, its ends marked, and itself where it is common.

    A word that is not common has no bucket of its own: names would be learned by heart there.
    """
    marked = f"<{text[:40]}>"
    grams = [marked[at : at + size] for size in _GRAMS for at in range(len(marked) - size + 1)]
    own = [f"={text}"] if is_common(text) else []
    return tuple(zlib.crc32(gram.encode()) % BUCKETS for gram in dict.fromkeys([*own, *grams]))


@lru_cache(maxsize=20_000)
def _vector(text: str) -> Floats:
    rows = list(buckets(text))
    total: Floats = weights().grams[rows].sum(axis=0) / np.float32(len(rows) ** 0.5)
    return total


@lru_cache(maxsize=50_000)
def _lexical(text: str) -> tuple[float, ...]:
    """Flags of a folded word by itself: the five of the lists first."""
    known = given(text)
    return (
        known and not ambiguous(text),
        ambiguous(text),
        text in name_set("family"),
        spelt_like_name(text),
        text in name_set("particles_ar") or text in name_set("particles_latin"),
        count(text) > 0,
        log1p(count(text)) / 6,
        is_common(text),
        organisation(text),
        is_formed(text),
    )


def flags(folded: Folded, found: Sequence[Word], marks: Sequence[Candidate]) -> Floats:
    """Return the flags of every word [words, FLAGS]; ``marks`` are the names that the rules found."""
    rows = np.zeros((len(found), FLAGS), np.float32)
    latin = [word for word in found if word.latin and len(word.text) > 1]
    capitals = sum(word.capital for word in latin) / max(1, len(latin))
    for place, word in enumerate(found):
        lexical = _lexical(word.text)
        rows[place, LISTS] = lexical[:5]
        before = folded.text[found[place - 1].end if place else 0 : word.start]
        after = folded.text[word.end : found[place + 1].start if place + 1 < len(found) else len(folded.text)]
        size = word.end - word.start
        rows[place, 9:22] = (
            *lexical[5:],
            word.latin,
            word.capital,
            word.shouted,
            size == 1,
            size >= _LONG,
            word.latin and not capitals,
            word.latin and capitals > 0.7,
            not word.text.isalpha(),
        )
        rows[place, 22:30] = (place == 0, *_gap(before))
        rows[place, 30:38] = (place + 1 == len(found), *_gap(after))
        rows[place, 38:44] = (
            particle(word),
            misshapen(word),
            rare(word),
            is_prefixed(word.text),
            place > 0 and found[place - 1].text in name_set("before_place"),
            place + 1 < len(found) and found[place + 1].text in name_set("after_place"),
        )
    _announce(rows, folded, found)
    _mark(rows, found, marks)
    return rows


def _gap(text: str) -> tuple[bool, ...]:
    return tuple(any(sign in text for sign in signs) for signs in _GAPS)


def _announce(rows: Floats, folded: Folded, found: Sequence[Word]) -> None:
    """Set the flags of words that stand after what may announce a name, by its kind."""
    at = {word.start: place for place, word in enumerate(found)}
    for reason, _, _, pattern in cues():
        for match in pattern.finditer(folded.text):
            place = at.get(match.end())
            if place is not None:
                rows[place, 44 + _CUES.index(reason)] = 1


def _mark(rows: Floats, found: Sequence[Word], marks: Sequence[Candidate]) -> None:
    """Set the flags of the rules: where a name begins, by how sure they are of it, and where it goes on."""
    at = {word.end: place for place, word in enumerate(found)}
    for mark in marks:
        last = at.get(mark.end)
        if last is None:
            continue
        first = last
        while first and found[first - 1].end > mark.start:
            first -= 1
        level = 0 if mark.confidence >= _SURE else 1 if mark.confidence >= _LIKELY else 2
        rows[first, RULES.start + level] = 1
        rows[first + 1 : last + 1, RULES.stop - 1] = 1


def window(words: Floats) -> Floats:
    """Lay each word's features beside those of its neighbours: [words, n] becomes [words, (2 REACH + 1) n]."""
    edge = np.zeros((REACH, words.shape[1]), np.float32)
    padded = np.concatenate([edge, words, edge])
    return np.concatenate([padded[shift : shift + len(words)] for shift in range(2 * REACH + 1)], axis=1)


def probabilities(folded: Folded, found: Sequence[Word], marks: Sequence[Candidate]) -> Floats:
    """Return the tags' probabilities of every word [words, tags]."""
    learned = weights()
    vectors = np.stack([_vector(word.text) for word in found])
    read = window(np.concatenate([vectors, flags(folded, found, marks)], axis=1))
    logits = np.maximum(read @ learned.hidden + learned.hidden_bias, 0) @ learned.out + learned.out_bias
    logits[[place for place, word in enumerate(found) if _never(word)], 1:] = -np.inf
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    out: Floats = shifted / shifted.sum(axis=1, keepdims=True)
    return out


def _never(word: Word) -> bool:
    """Whether a word is no part of a name, whatever the window says: an organisation's name, a code (KX7P2M)."""
    code = word.shouted and not word.text.isalpha() and any(sign.isdigit() for sign in word.text)
    return code or (organisation(word.text) and not given(word.text))


def tag(shares: Floats, found: Sequence[Word], joined: Sequence[bool], least: float) -> list[Marked]:
    """Cut names out of the tags' probabilities.

    Args:
        shares: Probabilities [words, tags].
        found: The words.
        joined: For each word, whether only a blank parts it from the next.
        least: From which probability on a word is part of a name.
    """
    names: list[Marked] = []
    for place, (_, begin, inside, behind) in enumerate(shares.tolist()):
        named = begin + inside + behind
        if named < least:
            continue
        last = names[-1] if names else None
        linked = found[place].text[0] == "و" and not listed(found[place].text) and len(found[place].text) > _SHORT
        goes_on = last is not None and last.last == place and joined[place - 1] and inside >= max(begin, behind)
        if last is not None and goes_on and not linked:
            names[-1] = Marked(last.first, place + 1, last.behind, max(last.confidence, named))
        else:
            clitic = (linked and goes_on) or (
                behind > max(begin, inside) and found[place].text[0] in _CLITICS and not listed(found[place].text)
            )
            names.append(Marked(place, place + 1, clitic, named))
    return names
