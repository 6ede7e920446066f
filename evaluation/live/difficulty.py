"""How hard a case was to begin with: what would be expected of it in other agents' hands.

Regularised linear or logistic regression (scikit-learn) from what was known when the message arrived to an outcome.
Each agent's cases are expected by a model that never saw them. Every model has a level of its own for each agent that
it is fitted on, so that what agents do is not taken for what cases are (within-agent estimation, as fixed effects in
Greenland 2000 and direct standardisation in Inskip 1983); an expectation is the mean over those agents.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from evaluation.bootstrap import Floats
from evaluation.live.records import Case, Conversation, Rating, rating_of

FOLDS = 10
FEWEST_ROWS = 300
FEWEST_AGENTS = 5
FEWEST_EVENTS = 50
"""Of a yes and of a no: with fewer a logistic model of this many features says nothing (Peduzzi 1996)."""
_FEWEST_OF_A_VALUE = 20
_RIDGE = 1.0


class Measure(StrEnum):
    """Outcomes that hard cases make worse."""

    HANDLING = "handling"
    REOPENED = "reopened"
    DISSATISFIED = "dissatisfied"
    CHANGED = "changed"


def _handling(item: Conversation) -> float | None:
    return math.log(item.handling_seconds) if item.handling_seconds else None


def _dissatisfied(item: Conversation) -> float | None:
    return None if item.satisfaction is None else float(rating_of(item.satisfaction) is Rating.BAD)


OUTCOMES: Mapping[Measure, Callable[[Conversation], float | None]] = {
    Measure.HANDLING: _handling,
    Measure.REOPENED: lambda item: None if item.reopened is None else float(item.reopened > 0),
    Measure.DISSATISFIED: _dissatisfied,
    Measure.CHANGED: lambda item: None if item.changed is None else float(item.changed),
}
"""Handling time as its logarithm, everything else as 0 or 1."""


@dataclass(frozen=True)
class Expected:
    """What a measure was, and what others would be expected to have reached, by case.

    Attributes:
        rows: places of the cases among those that were given [n].
        outcomes: what was [n].
        means: what is expected [n].
        agents: whose it was, as numbers from 0 [n].
        table: ``features`` of the cases [n, features].
    """

    rows: NDArray[np.intp]
    outcomes: Floats
    means: Floats
    agents: NDArray[np.intp]
    table: Floats


def features(cases: Sequence[Case]) -> tuple[Floats, tuple[str, ...]]:
    """Return the cases' features, each with mean 0 and variance 1 [n, features], and their names.

    Categories and signals that fewer than 20 cases have are left out: they are part of the rest.
    """
    columns: dict[str, list[float]] = {
        "length": [math.log1p(item.length) for item in cases],
        "turns": [math.log1p(item.turns) for item in cases],
        "anger": [item.intensity for item in cases],
        "sentiment": [item.sentiment for item in cases],
        "relevance": [item.relevance for item in cases],
    }
    for name in ("answerable", "urgent", "uncertain", "owed"):
        columns[name] = [float(getattr(item, name)) for item in cases]
    for name in ("language", "dialect", "script", "channel", "anger", "technical", "trajectory"):
        values = [getattr(item, name) for item in cases]
        for value in sorted(filter(None, set(values))):
            columns[f"{name}.{value}"] = [float(found == value) for found in values]
    for signal in sorted({signal for item in cases for signal in item.signals}):
        columns[f"signal.{signal.value}"] = [float(signal in item.signals) for item in cases]
    table = np.asarray(list(columns.values()), np.float64).T.reshape(len(cases), len(columns))
    flags = ((table == 0) | (table == 1)).all(axis=0)
    rare = flags & (np.minimum(table.sum(axis=0), len(cases) - table.sum(axis=0)) < _FEWEST_OF_A_VALUE)
    kept = ~rare & (table.std(axis=0) > 1e-9)
    chosen = table[:, kept]
    names = tuple(name for name, keep in zip(columns, kept, strict=True) if keep)
    return (chosen - chosen.mean(axis=0)) / chosen.std(axis=0), names


def expect(outcomes: Floats, table: Floats, agents: NDArray[np.intp], *, binary: bool) -> Floats:
    """Return what is expected of each case in the hands of other agents than its own [n].

    Args:
        outcomes: what was [n]: 0 or 1 where ``binary``.
        table: ``features`` [n, features].
        agents: whose each case was, as numbers from 0 [n].
        binary: fit a logistic model, else a linear one.
    """
    folds, means = _folds(agents), np.empty(len(outcomes))
    for fold in range(int(folds.max()) + 1):
        inside = folds == fold
        means[inside] = _predict(outcomes[~inside], table[~inside], agents[~inside], table[inside], binary=binary)
    return means


def _folds(agents: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the fold of each case: an agent's cases are all in one, the folds about equally large."""
    sizes = np.bincount(agents)
    loads, of_agent = np.zeros(min(FOLDS, len(sizes)), np.int64), np.zeros(len(sizes), np.intp)
    for agent in np.argsort(-sizes, kind="stable"):
        of_agent[agent] = loads.argmin()
        loads[of_agent[agent]] += sizes[agent]
    return of_agent[agents]


def _predict(outcomes: Floats, table: Floats, agents: NDArray[np.intp], asked: Floats, *, binary: bool) -> Floats:
    from sklearn.linear_model import LogisticRegression, Ridge  # noqa: PLC0415 - heavy

    known, own = np.unique(agents, return_inverse=True)
    levels = np.eye(len(known))[own]
    shares = levels.mean(axis=0)
    x = np.hstack([table, levels])
    if not binary:
        model = Ridge(alpha=_RIDGE).fit(x, outcomes)
        fixed = np.hstack([asked, np.tile(shares, (len(asked), 1))])
        return np.asarray(model.predict(fixed), np.float64)
    if not 0 < outcomes.mean() < 1:
        return np.full(len(asked), float(outcomes.mean()))
    classes = LogisticRegression(C=1 / _RIDGE, solver="newton-cholesky").fit(x, outcomes > 0)
    slopes, effects = classes.coef_[0, : table.shape[1]], classes.coef_[0, table.shape[1] :]
    logits = (asked @ slopes + classes.intercept_[0])[:, None] + effects[None, :]
    chances: Floats = 0.5 * (1.0 + np.tanh(0.5 * logits)) @ shares
    return chances


def expectations(conversations: Sequence[Conversation], agents: Sequence[str]) -> dict[Measure, Expected]:
    """Return what is expected by measure; measures of which too little is known are not there.

    Args:
        conversations: with a known agent and case.
        agents: names, whose places are the agents' numbers.
    """
    number = {name: place for place, name in enumerate(agents)}
    found = dict[Measure, Expected]()
    for measure, read in OUTCOMES.items():
        told = [(place, value) for place, item in enumerate(conversations) if (value := read(item)) is not None]
        rows = np.asarray([place for place, _ in told], np.intp)
        outcomes = np.asarray([value for _, value in told], np.float64)
        whose = [conversations[place].agent for place in rows]
        if not _enough(outcomes, Counter(whose), binary=measure is not Measure.HANDLING):
            continue
        table, _ = features([case for place in rows if (case := conversations[place].case) is not None])
        own = np.unique(np.asarray([number[name] for name in whose if name is not None]), return_inverse=True)
        means = expect(outcomes, table, own[1].astype(np.intp), binary=measure is not Measure.HANDLING)
        found[measure] = Expected(rows, outcomes, means, own[0][own[1]].astype(np.intp), table)
    return found


def _enough(outcomes: Floats, agents: Mapping[str | None, int], *, binary: bool) -> bool:
    if len(outcomes) < FEWEST_ROWS or len(agents) < FEWEST_AGENTS:
        return False
    return not binary or min(outcomes.sum(), len(outcomes) - outcomes.sum()) >= FEWEST_EVENTS
