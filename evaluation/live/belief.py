"""How far a difficulty model can be believed: on cases of agents that it never saw."""

import numpy as np
from pydantic import Field

from evaluation.calibration import mass_bins
from evaluation.live.difficulty import Expected, Measure
from inference.types import Record


class Bin(Record):
    """Cases of about the same expectation."""

    n: int
    expected: float
    observed: float


class ModelQuality(Record):
    """One measure's model."""

    measure: Measure
    n: int
    agents: int
    explained: float = Field(
        description="Share of the variance (of the log of seconds; of a yes: of the Brier score) that it explains; at "
        "or below 0 it knows no more than the mean."
    )
    calibration: tuple[Bin, ...] = Field(description="Ten bins of about equal mass: what was expected, what was.")


def model_quality(measure: Measure, item: Expected) -> ModelQuality:
    """Return how the expectations fit what was; handling times by their logarithm's bins, in seconds."""
    bins = mass_bins(item.means)
    scale = np.exp if measure is Measure.HANDLING else np.asarray
    rest, spread = item.outcomes - item.means, item.outcomes - item.outcomes.mean()
    shown = tuple(
        Bin(
            n=int((bins == place).sum()),
            expected=round(float(scale(item.means[bins == place].mean())), 4),
            observed=round(float(scale(item.outcomes[bins == place].mean())), 4),
        )
        for place in range(int(bins.max()) + 1)
    )
    return ModelQuality(
        measure=measure,
        n=len(item.outcomes),
        agents=len(np.unique(item.agents)),
        explained=round(1 - float(rest @ rest) / float(spread @ spread), 4),
        calibration=shown,
    )
