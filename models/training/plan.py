"""Which rows stand in which step: deterministic from the seed, so that a broken run goes on where it stopped."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.sets.pairs import Pair
from models.sets.rows import Row
from models.training.recipe import Phase
from models.training.search_head import search_rows

_CLASSES, _EACH = 64, 2
"""A contrastive step holds this many intents or problems, and this many texts of each."""

_PAIRS = 64


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


@dataclass(frozen=True)
class Contrast:
    """Texts that belong together: by intent, by problem, or as pairs."""

    intents: tuple[tuple[str, ...], ...]
    problems: tuple[tuple[str, ...], ...]
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
            own = classes[number]
            texts += [own[index] for index in random.permutation(len(own))[:_EACH]]
            labels += [number] * min(_EACH, len(own))
        return texts, labels


def contrast_of(rows: Sequence[Row], pairs: Sequence[Pair], phase: Phase, seed: int) -> Contrast:
    """Collect what the contrastive steps of a phase draw from: intents of the banking sets, our own problems, pairs."""
    intents: dict[str, list[str]] = defaultdict(list)
    problems: dict[str, list[str]] = defaultdict(list)
    for text, intent in zip(*search_rows(rows, seed), strict=True):
        intents[intent].append(text)
    for row in rows:
        if row.problem and row.source in phase.passes:
            problems[row.problem].append(row.text)
    return Contrast(
        tuple(tuple(texts) for _, texts in sorted(intents.items()) if len(texts) > 1),
        tuple(tuple(texts) for _, texts in sorted(problems.items()) if len(texts) > 1),
        tuple(pairs),
    )
