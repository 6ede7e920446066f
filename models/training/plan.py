"""Which rows stand in which step: deterministic from the seed, so that a broken run goes on where it stopped."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.sets.rows import Row
from models.training.recipe import Phase


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
