"""Figures of single agents beside what their cases would lead one to expect: never a ranking.

The difference between the two is shrunk towards none, the more the less is known of an agent: a normal hierarchical
model whose spread between agents is unknown too, so that it is averaged over (Gelman and others 2013, section 5.4).
"""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from pydantic import Field
from scipy import stats

from evaluation.bootstrap import Floats
from evaluation.figures import TOO_FEW
from evaluation.live.belief import ModelQuality, model_quality
from evaluation.live.difficulty import Expected, Measure, expectations
from evaluation.live.figures import LiveFigure, Z, figure, share, too_few
from evaluation.live.picking import PickingWarning, picking
from evaluation.live.records import Conversation
from inference.types import Record

_GRID = 60
NOTE = (
    "These figures describe cases and what became of them. They are no ranking and no measure of a person: what the "
    "model does not know of a case stays in the difference, and chance puts differences between equals. An interval "
    "that holds 0 says that nothing can be told."
)


class AgentMeasure(Record):
    """One measure of one agent's cases.

    Attributes:
        measure: what is measured.
        observed: what was: a share, or the geometric mean of seconds.
        expected: what other agents' cases of the same kind would lead one to expect; None where too little is known.
        difference: observed less expected, shrunk: in points of a share, or as a share of the expected seconds.
    """

    measure: Measure
    observed: LiveFigure
    expected: float | None
    difference: LiveFigure


class AgentQuality(Record):
    """One agent's figures."""

    agent: str
    conversations: int
    difficulty: float | None = Field(
        description="Mean expected difficulty of the cases, in standard deviations of all cases; null for too few."
    )
    measures: tuple[AgentMeasure, ...]


class AgentReport(Record):
    """All agents of a period by name, what the expectations rest on, and warnings."""

    order: Literal["name"] = "name"
    note: str = NOTE
    conversations: int = Field(description="With a known agent and a draft: what the models are fitted on.")
    models: tuple[ModelQuality, ...]
    agents: tuple[AgentQuality, ...]
    picking: tuple[PickingWarning, ...]


def agent_report(conversations: Sequence[Conversation], *, unnamed: frozenset[str] = frozenset()) -> AgentReport:
    """Return the report of a period.

    Args:
        conversations: those without a known agent or case are passed over.
        unnamed: agents who are not shown; their cases still tell what is to be expected of others'.
    """
    used = [item for item in conversations if item.agent is not None and item.case is not None]
    agents = sorted({item.agent for item in used if item.agent is not None})
    numbers = np.asarray([agents.index(item.agent) for item in used if item.agent is not None], np.intp)
    expected = expectations(used, agents)
    hardness = _hardness(len(used), expected)
    by_measure = {measure: _measures(measure, item, agents) for measure, item in expected.items()}
    shown = tuple(
        AgentQuality(
            agent=agent,
            conversations=int((numbers == place).sum()),
            difficulty=_mean_hardness(hardness[numbers == place]),
            measures=tuple(rows[place] for rows in by_measure.values()),
        )
        for place, agent in enumerate(agents)
        if agent not in unnamed
    )
    warned = picking([item.opened_at.date() for item in used], numbers, hardness, agents)
    return AgentReport(
        conversations=len(used),
        models=tuple(model_quality(measure, item) for measure, item in expected.items()),
        agents=shown,
        picking=tuple(item for item in warned if item.agent not in unnamed),
    )


def _hardness(n: int, expected: dict[Measure, Expected]) -> Floats:
    """Return how hard each case was expected to be: the mean over measures, in standard deviations; NaN unknown [n]."""
    table = np.full((max(len(expected), 1), n), np.nan)
    for row, (measure, item) in enumerate(expected.items()):
        scale = item.means if measure is Measure.HANDLING else np.log(item.means) - np.log1p(-item.means)
        if scale.std() > 0:
            table[row, item.rows] = (scale - scale.mean()) / scale.std()
    known = ~np.isnan(table)
    total = np.nansum(table, axis=0)
    hardness: Floats = np.divide(total, known.sum(axis=0), out=np.full(n, np.nan), where=known.any(axis=0))
    return hardness


def _mean_hardness(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return round(float(known.mean()), 4) if len(known) >= TOO_FEW else None


def _measures(measure: Measure, item: Expected, agents: Sequence[str]) -> list[AgentMeasure]:
    """Return each agent's figures of a measure, in the agents' order."""
    sizes = np.bincount(item.agents, minlength=len(agents))
    enough = sizes >= TOO_FEW
    gaps, errors = gaps_of(item, len(agents))
    shrunk, spread = shrink(gaps[enough], errors[enough])
    points = np.full((2, len(agents)), np.nan)
    points[:, enough] = shrunk, spread
    return [
        _measure(measure, item, place, (points[0, place], points[1, place]))
        if enough[place]
        else AgentMeasure(
            measure=measure,
            observed=too_few("observed", int(sizes[place]), _unit(measure)),
            expected=None,
            difference=too_few("difference", int(sizes[place])),
        )
        for place in range(len(agents))
    ]


def gaps_of(item: Expected, agents: int) -> tuple[Floats, Floats]:
    """Return each agent's mean outcome less what is expected, 0 on average over cases, and its standard error [agents].

    Outcomes of 0 and 1 vary as the expectations say, others as the residuals of all agents do. The expectations are
    uncertain too: by as much as the slopes are, times how far an agent's cases lie from all others'.
    """
    sizes = np.maximum(np.bincount(item.agents, minlength=agents), 1)
    gaps = np.bincount(item.agents, weights=item.outcomes - item.means, minlength=agents) / sizes
    gaps = gaps - np.average(gaps, weights=np.bincount(item.agents, minlength=agents))
    rest = item.outcomes - item.means - gaps[item.agents]
    binary = bool(np.isin(item.outcomes, (0.0, 1.0)).all())
    variances = item.means * (1 - item.means) if binary else np.full(len(rest), float(rest @ rest) / len(rest))
    own = np.bincount(item.agents, weights=variances, minlength=agents) / sizes**2
    return gaps, np.sqrt(own + _doubt(item, variances if binary else 1 / variances, agents, binary=binary))


def _doubt(item: Expected, weights: Floats, agents: int, *, binary: bool) -> Floats:
    """Return the variance of each agent's mean expectation that the slopes' own variance makes (delta method) [agents].

    Args:
        item: what is expected.
        weights: of each case in the information that the slopes rest on [n].
        agents: how many.
        binary: an expectation moves by its variance where its logit moves by one.
    """
    levels = np.eye(agents)[item.agents]
    mass = np.maximum(weights @ levels, 1e-12)
    inside = item.table - (levels.T @ (weights[:, None] * item.table) / mass[:, None])[item.agents]
    information = inside.T @ (weights[:, None] * inside) + np.eye(item.table.shape[1])
    moved = item.table * weights[:, None] if binary else item.table
    sizes = np.maximum(levels.sum(axis=0), 1)
    apart = levels.T @ moved / sizes[:, None] - moved.mean(axis=0)
    doubt: Floats = (apart * np.linalg.solve(information, apart.T).T).sum(axis=1)
    return doubt


def shrink(gaps: Floats, errors: Floats) -> tuple[Floats, Floats]:
    """Return the posterior means and standard deviations of differences whose spread is unknown.

    The spread between agents has a flat prior from 0 to three times the largest gap or error, their mean is 0.

    Args:
        gaps: observed differences [agents].
        errors: their standard errors, above 0 [agents].
    """
    if not len(gaps):
        return gaps, errors
    top = 3 * max(float(np.abs(gaps).max()), float(errors.max()))
    spread = (np.arange(_GRID) + 0.5)[:, None] / _GRID * top
    weights = stats.norm.logpdf(gaps, scale=np.hypot(spread, errors)).sum(axis=1)
    weights = np.exp(weights - weights.max())
    weights /= weights.sum()
    kept = spread**2 / (spread**2 + errors**2)
    means = weights @ (kept * gaps)
    squares = weights @ (kept * errors**2 + (kept * gaps) ** 2)
    return means, np.sqrt(squares - means**2)


def _measure(measure: Measure, item: Expected, place: int, shrunk: tuple[float, float]) -> AgentMeasure:
    inside = item.agents == place
    outcomes, expected = item.outcomes[inside], float(item.means[inside].mean())
    middle, half = shrunk[0], Z * shrunk[1]
    bounds = (middle, middle - half, middle + half)
    if measure is Measure.HANDLING:  # differences of logarithms: shown as ratios less 1
        error = Z * float(outcomes.std(ddof=1)) / math.sqrt(len(outcomes))
        level = float(outcomes.mean())
        seconds = (math.exp(level), math.exp(level - error), math.exp(level + error))
        observed = figure("observed", len(outcomes), seconds, "seconds")
        expected = math.exp(expected)
        bounds = (math.expm1(bounds[0]), math.expm1(bounds[1]), math.expm1(bounds[2]))
    else:
        observed = share("observed", [value > 0 for value in outcomes])
    return AgentMeasure(
        measure=measure,
        observed=observed,
        expected=round(expected, 4),
        difference=figure("difference", len(outcomes), bounds, "share"),
    )


def _unit(measure: Measure) -> str:
    return "seconds" if measure is Measure.HANDLING else "share"
