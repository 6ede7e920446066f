"""Which rows stand in which step: deterministic from the seed, so that a broken run goes on where it stopped."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from models.sets.own import bank_stories, support_titles
from models.sets.pairs import Pair
from models.sets.rows import Row
from models.training.recipe import Phase
from models.training.search_head import search_rows

_CLASSES, _EACH = 64, 2
"""A contrastive step holds this many intents or problems, and this many texts of each."""

_PAIRS = 64
_ALIKE = 0.5


def plan_round(
    rows: Sequence[Row], lengths: NDArray[np.int64], phase: Phase, random: np.random.Generator, batch_tokens: int
) -> list[list[int]]:
    """Deal the rows of one round into steps.

    Wordings of one group stay together, so that they can be compared; a step holds rows of about one length, and
    noise on the lengths mixes them anew every time.

    Args:
        rows: Train rows.
        lengths: Their lengths in tokens [rows].
        phase: The mixture.
        random: Decides everything.
        batch_tokens: Most tokens of a step, padding included.
    """
    units: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for index, row in enumerate(rows):
        if row.source in phase.passes:
            units[row.source][row.group or str(index)].append(index)
    drawn: list[list[int]] = []
    for source in sorted(units):
        own = list(units[source].values())
        share = phase.passes[source] / phase.rounds
        for _ in range(int(share)):
            drawn += own
        rest = random.permutation(len(own))[: round((share % 1) * len(own))]
        drawn += [own[index] for index in rest]
    longest = np.array([max(lengths[unit]) for unit in drawn])
    order = np.argsort(longest * random.uniform(0.8, 1.25, len(longest)), kind="stable")
    steps: list[list[int]] = []
    step: list[int] = []
    width = 0
    for position in order.tolist():
        wider = max(width, int(longest[position]))
        if step and wider * (len(step) + len(drawn[position])) > batch_tokens:
            steps.append(step)
            step, wider = [], int(longest[position])
        step = step + drawn[position]
        width = wider
    steps.append(step)
    return [steps[index] for index in random.permutation(len(steps))]


Kinds = tuple[tuple[str, ...], ...]
"""Texts of one class by their kind: questions and stories of an intent, messages and titles of a problem."""


@dataclass(frozen=True)
class Contrast:
    """Texts that belong together: by intent, by problem, or as pairs."""

    intents: tuple[Kinds, ...]
    problems: tuple[Kinds, ...]
    pairs: tuple[Pair, ...]

    def draw(self, random: np.random.Generator) -> tuple[list[str], list[int]]:
        """Return the texts of one contrastive step, and the label that those which belong together share."""
        turn = random.random()
        if turn < 0.3 and self.pairs:
            chosen = [self.pairs[index] for index in random.permutation(len(self.pairs))[:_PAIRS]]
            texts = [text for pair in chosen for text in (pair.left, pair.right)]
            return texts, [number // 2 for number in range(len(texts))]
        classes = self.problems if self.problems and (turn < 0.45 or not self.intents) else self.intents
        texts, labels = [], []
        for number in random.permutation(len(classes))[:_CLASSES].tolist():
            own = _mixed(classes[number], random)
            texts += own
            labels += [number] * len(own)
        return texts, labels


def _mixed(kinds: Kinds, random: np.random.Generator) -> list[str]:
    """Draw texts of one class: half the time from each of its kinds in turn, else from the first where that has enough.

    What is alike only in kind must not lie together; and plain questions in two languages must still meet.
    """
    if len(kinds[0]) >= _EACH and random.random() < _ALIKE:
        kinds = kinds[:1]
    orders = [[kind[index] for index in random.permutation(len(kind))] for kind in kinds]
    turns = [text for turn in zip_longest(*orders) for text in turn if text is not None]
    return turns[:_EACH]


def contrast_of(rows: Sequence[Row], pairs: Sequence[Pair], phase: Phase, seed: int) -> Contrast:
    """Collect what the contrastive steps of a phase draw from.

    Intents of the banking sets with the stories told of them, our own problems with their titles, and pairs.
    """
    texts, names = search_rows(rows, seed)
    intents, stories = _by_name(zip(names, texts, strict=True)), _by_name(bank_stories())
    messages = _by_name((row.problem, row.text) for row in rows if row.problem and row.source in phase.passes)
    titles = _by_name(support_titles())
    return Contrast(
        _classes(intents, {f"bank:{intent}": texts for intent, texts in stories.items()}),
        _classes(messages, titles),
        tuple(pairs),
    )


def _by_name(items: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, text in items:
        found[name].append(text)
    return found


def _classes(plain: Mapping[str, Sequence[str]], other: Mapping[str, Sequence[str]]) -> tuple[Kinds, ...]:
    """Join two kinds of text by class; a class without the first kind, or of one text alone, is left out."""
    joined = ([tuple(texts), tuple(other.get(name, ()))] for name, texts in sorted(plain.items()))
    return tuple(tuple(kind for kind in kinds if kind) for kinds in joined if sum(map(len, kinds)) > 1)
