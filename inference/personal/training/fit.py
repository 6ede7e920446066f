"""Fits the tagger's weights: one embedding table and one hidden layer, by Adam, in numpy."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from inference.personal.nameness import words
from inference.personal.names import names
from inference.personal.tagger import BUCKETS, FLAGS, LISTS, REACH, RULES, TAGS, WIDTH, Weights, buckets, flags, window
from inference.personal.training.sentences import Example
from inference.text import fold

HIDDEN = 48
_RATE, _DECAY = 0.004, 1e-5
_HIDE, _MUTE, _DROP = 0.3, 0.1, 0.2
_BETAS, _TINY = (0.9, 0.99), 1e-8
_LONGEST = 80

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Laid:
    """An example as the tagger reads it: its words' places in the vocabulary, their flags, their tags."""

    words: NDArray[np.int32]
    flags: NDArray[np.float16]
    tags: NDArray[np.int8]
    weight: float


class Vocabulary:
    """The distinct words of the examples, in the order they are met."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def place(self, text: str) -> int:
        """Return a word's place, a new one where it has none."""
        return self.places.setdefault(text, len(self.places))

    def matrix(self) -> csr_matrix:
        """Return how much of each bucket a word is made of [words, BUCKETS]."""
        rows = [buckets(text) for text in self.places]
        sizes = np.array([len(row) for row in rows])
        values = np.repeat(1 / np.sqrt(sizes), sizes).astype(np.float32)
        ends = np.concatenate([[0], np.cumsum(sizes)])
        return csr_matrix((values, np.concatenate(rows), ends), shape=(len(rows), BUCKETS))


def lay(example: Example, vocabulary: Vocabulary, weight: float = 1.0) -> Laid | None:
    """Lay out one example; None where it has no word."""
    folded = fold(example.text)
    found = words(folded)[:_LONGEST]
    if not found:
        return None
    tags = np.zeros(len(found), np.int8)
    for place, word in enumerate(found):
        start, end = folded.offsets[word.start], folded.offsets[word.end - 1] + 1
        for first, last in example.names:
            if first < end and start < last:
                goes_on = place > 0 and folded.offsets[found[place - 1].start] >= first
                head = TAGS.index("behind") if start < first else TAGS.index("begin")
                tags[place] = TAGS.index("inside") if goes_on and start > first else head
    marks = list(names(folded))
    places = np.array([vocabulary.place(word.text) for word in found], np.int32)
    return Laid(places, flags(folded, found, marks).astype(np.float16), tags, weight)


def fit(examples: Sequence[Laid], table: csr_matrix, *, rounds: int, seed: int, batch: int = 160) -> Weights:
    """Fit the weights.

    Args:
        examples: What to learn from.
        table: ``Vocabulary.matrix`` of their words.
        rounds: Passes over the examples; the rate falls to nothing over them.
        seed: Seed of the start, of the order and of what is hidden.
        batch: Examples a step.
    """
    rng = np.random.default_rng(seed)
    reads = (2 * REACH + 1) * (WIDTH + FLAGS)
    parts: list[Floats] = [
        rng.normal(0, 0.02, (BUCKETS, WIDTH)).astype(np.float32),
        rng.normal(0, reads**-0.5, (reads, HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, np.float32),
        rng.normal(0, HIDDEN**-0.5, (HIDDEN, len(TAGS))).astype(np.float32),
        np.zeros(len(TAGS), np.float32),
    ]
    adam = [(np.zeros_like(part), np.zeros_like(part)) for part in parts]
    steps, step = rounds * -(-len(examples) // batch), 0
    for _ in range(rounds):
        order = rng.permutation(len(examples))
        for start in range(0, len(order), batch):
            step += 1
            chosen = [examples[place] for place in order[start : start + batch]]
            gradients = _gradients(parts, chosen, table, rng)
            rate = _RATE * (1 - step / (steps + 1)) * (1 - _BETAS[1] ** step) ** 0.5 / (1 - _BETAS[0] ** step)
            for part, (first, second), gradient in zip(parts, adam, gradients, strict=True):
                np.add(first, (1 - _BETAS[0]) * (gradient - first), out=first)
                np.add(second, (1 - _BETAS[1]) * (gradient * gradient - second), out=second)
                move = rate * first / (np.sqrt(second) + _TINY) + _RATE * _DECAY * part
                np.subtract(part, move, out=part)
    return Weights(*parts)


def _gradients(
    parts: Sequence[Floats], chosen: Sequence[Laid], table: csr_matrix, rng: np.random.Generator
) -> list[Floats]:
    """Return the gradients of the mean cross-entropy of the words' tags."""
    grams, hidden, hidden_bias, out, out_bias = parts
    # Examples stand apart by REACH empty words, so that one window never sees two of them.
    sizes = [len(item.words) for item in chosen]
    starts = np.cumsum([0, *(size + REACH for size in sizes[:-1])])
    total = int(starts[-1]) + sizes[-1]
    place = np.concatenate([np.arange(start, start + size) for start, size in zip(starts, sizes, strict=True)])
    kinds, inverse = np.unique(np.concatenate([item.words for item in chosen]), return_inverse=True)
    made = table[kinds]
    read = np.zeros((total, WIDTH + FLAGS), np.float32)
    # A word that is muted shows its flags alone: its neighbours must do.
    heard = (rng.random((len(place), 1)) >= _MUTE).astype(np.float32)
    read[place, :WIDTH] = (made @ grams)[inverse] * heard
    shown = np.concatenate([item.flags for item in chosen]).astype(np.float32)
    _hide(shown, sizes, rng)
    read[place, WIDTH:] = shown
    # Neighbours are dropped at times, so that no sentence is learned by heart.
    kept = (rng.random((len(place), 2 * REACH + 1, 1)) >= _DROP).astype(np.float32)
    kept[:, REACH] = 1
    windows = (window(read)[place].reshape(len(place), 2 * REACH + 1, -1) * kept).reshape(len(place), -1)
    active = np.maximum(windows @ hidden + hidden_bias, 0)
    logits = active @ out + out_bias
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    truth = np.concatenate([item.tags for item in chosen])
    weight = np.repeat([item.weight for item in chosen], sizes).astype(np.float32)[:, None] / len(place)
    shares[np.arange(len(truth)), truth] -= 1
    error = shares * weight
    back = (error @ out.T) * (active > 0)
    spread = np.zeros((total + 2 * REACH, WIDTH), np.float32)
    towards = ((back @ hidden.T).reshape(len(place), 2 * REACH + 1, WIDTH + FLAGS) * kept)[:, :, :WIDTH]
    for shift in range(2 * REACH + 1):
        spread[place + shift] += towards[:, shift]
    vectors = np.zeros((len(kinds), WIDTH), np.float32)
    np.add.at(vectors, inverse, spread[place + REACH] * heard)
    return [made.T @ vectors, windows.T @ back, back.sum(axis=0), active.T @ error, error.sum(axis=0)]


def _hide(shown: Floats, sizes: Sequence[int], rng: np.random.Generator) -> None:
    """Hide the lists' flags, the rules' or both in some examples, so that names of no list are learned too."""
    for part in (LISTS, RULES):
        hidden = np.repeat(rng.random(len(sizes)) < _HIDE, sizes)
        shown[hidden, part] = 0


def store(weights: Weights, path: Path) -> None:
    """Store weights: the vectors in 8 bits with a scale a row, the rest in 16 bits."""
    scales = np.maximum(np.abs(weights.grams).max(axis=1), 1e-6) / 127
    np.savez_compressed(
        path,
        grams=np.rint(weights.grams / scales[:, None]).astype(np.int8),
        scales=scales.astype(np.float16),
        hidden=weights.hidden.astype(np.float16),
        hidden_bias=weights.hidden_bias.astype(np.float16),
        out=weights.out.astype(np.float16),
        out_bias=weights.out_bias.astype(np.float16),
    )


def quiet(examples: Iterable[Example]) -> Iterable[Example]:
    """Yield the examples in which the rules see no name: what names nobody, as far as one can tell."""
    for example in examples:
        if next(names(fold(example.text)), None) is None:
            yield example


def some(examples: Iterable[Example], n: int, seed: int) -> list[Example]:
    """Draw at most ``n`` examples."""
    rows = list(examples)
    random.Random(seed).shuffle(rows)  # noqa: S311 - a sample, not a secret
    return rows[:n]
