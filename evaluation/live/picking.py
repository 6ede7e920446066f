"""A warning where an agent's share of the work rises while their cases become easier than their colleagues' ones.

Both trends are tested over days, by their ranks and one-sided, and the warning needs both: the larger p counts (Berger
1982, intersection-union). Days that resemble the day before count for fewer. p is multiplied by the number of agents
(Bonferroni), so that of twenty reports in which nobody picks cases at most one warns of anybody. It is a question about
how cases are handed out, never an answer.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import stats

from evaluation.bootstrap import Floats
from inference.types import Record

LEVEL = 0.05
FEWEST_DAYS = 20
_FEWEST_A_DAY = 3
_MOST_LASTING = 0.97
_FEWEST_INDEPENDENT = 4
"""Days that are worth fewer independent ones say nothing of a trend."""


class PickingWarning(Record):
    """One agent takes more cases, and easier ones, than before."""

    agent: str
    days: int
    share_before: float = Field(description="Of the team's conversations of a day, in the first third of the days.")
    share_after: float = Field(description="In the last third.")
    difficulty_before: float = Field(description="Of their cases less colleagues' ones of the same day, in SDs.")
    difficulty_after: float
    p: float = Field(description="How likely two such trends are by chance, corrected for the number of agents.")


def picking(
    days: Sequence[date], agents: NDArray[np.intp], difficulty: Floats, names: Sequence[str]
) -> list[PickingWarning]:
    """Return the warnings, by name.

    Args:
        days: on which each conversation began [n].
        agents: whose it was, as places in ``names`` [n].
        difficulty: expected, NaN where unknown [n].
        names: of all agents, sorted.
    """
    shares, gaps = _daily(days, agents, difficulty, len(names))
    found, tested = list[PickingWarning](), 0
    for place, name in enumerate(names):
        known = ~np.isnan(shares[place]) & ~np.isnan(gaps[place])
        if known.sum() < FEWEST_DAYS:
            continue
        tested += 1
        share, gap = shares[place, known], gaps[place, known]
        p, third = max(rising(share), rising(-gap)), len(share) // 3
        found.append(
            PickingWarning(
                agent=name,
                days=len(share),
                share_before=round(float(share[:third].mean()), 4),
                share_after=round(float(share[-third:].mean()), 4),
                difficulty_before=round(float(gap[:third].mean()), 4),
                difficulty_after=round(float(gap[-third:].mean()), 4),
                p=p,
            )
        )
    corrected = [item.model_copy(update={"p": round(min(1.0, item.p * tested), 6)}) for item in found]
    return [item for item in corrected if item.p <= LEVEL]


def rising(values: Floats) -> float:
    """Return the one-sided p that a series of days rises, by the trend of its ranks.

    What is left of a day beside the trend may last until the next one. By its autocorrelation, freed of the bias that a
    fitted trend gives it (Kendall 1954), the days count for as many independent ones (Bayley and Hammersley 1946).
    """
    days, count = np.arange(len(values)), len(values)
    ranks = stats.rankdata(values)
    if np.ptp(ranks) == 0:
        return 1.0
    line = stats.linregress(days, ranks)
    left = ranks - line.intercept - line.slope * days
    squares = float(left @ left)
    if squares == 0:
        return 0.0 if line.slope > 0 else 1.0
    lasts = (count * float(left[:-1] @ left[1:]) / squares + 2) / (count - 4)
    lasts = min(max(lasts, 0.0), _MOST_LASTING)
    independent = count * (1 - lasts) / (1 + lasts)
    if independent < _FEWEST_INDEPENDENT:
        return 1.0
    error = np.sqrt(squares / (independent - 2) / float(((days - days.mean()) ** 2).sum()))
    return float(stats.t.sf(line.slope / error, independent - 2))


def _daily(days: Sequence[date], agents: NDArray[np.intp], difficulty: Floats, count: int) -> tuple[Floats, Floats]:
    """Return each agent's share of a day's cases, and how much harder theirs are than the others' [agents, days].

    NaN on days on which an agent, or all others together, had fewer than three.
    """
    known = ~np.isnan(difficulty)
    ordinals = np.asarray([day.toordinal() for day in days], np.intp)[known]
    on = np.unique(ordinals, return_inverse=True)[1]
    width = int(on.max(initial=-1)) + 1
    cells, size = agents[known] * width + on, count * width
    cases = np.bincount(cells, minlength=size).reshape(count, width).astype(np.float64)
    sums = np.bincount(cells, weights=difficulty[known], minlength=size).reshape(count, width).astype(np.float64)
    rest, others = cases.sum(axis=0) - cases, sums.sum(axis=0) - sums
    seen = (cases >= _FEWEST_A_DAY) & (rest >= _FEWEST_A_DAY)
    gaps = np.divide(sums, cases, out=np.full_like(sums, np.nan), where=seen)
    gaps -= np.divide(others, rest, out=np.full_like(sums, np.nan), where=seen)
    return np.divide(cases, cases + rest, out=np.full_like(sums, np.nan), where=seen), gaps
