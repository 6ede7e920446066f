"""Agreement as functions of item weights, so that a bootstrap over items costs matrix products.

Krippendorff's alpha as in "Computing Krippendorff's Alpha-Reliability" (2011), with the bootstrap over items that Zapf
et al. (2016, BMC Medical Research Methodology 16:93) found to cover well; Cohen's kappa (1960) and its quadratic form
(1968); Spearman's correlation over mid ranks. Item weights (1 / inclusion probability) make a risk-weighted sample
speak for what it was drawn from.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from evaluation.agreement.intervals import Items, coefficient, settled
from evaluation.agreement.records import Coefficient, Rating, Scale, Value
from evaluation.bootstrap import Floats, Statistic
from evaluation.metrics import Column, quadratic_kappa, ratio

Weights = Mapping[str, float]


def alpha(ratings: Sequence[Rating], scale: Scale, *, weights: Weights | None = None, seed: int = 0) -> Coefficient:
    """Krippendorff's alpha over any number of raters, values missing where they may: 1 is perfect, 0 is chance.

    Raises:
        ValueError: values that cannot be ordered, on a scale that orders them.
    """
    items, counts, values = _counted(ratings, weights, least=2)
    if len(values) < 2:
        return items.nothing_varies()
    positions = None if scale is Scale.NOMINAL else np.array([number(value) for value in values])
    statistic = _alpha(counts, positions, ranked=scale is Scale.ORDINAL)
    shares = (items.weights @ counts) / (items.weights @ counts).sum()
    return coefficient(statistic, items, seed=seed, widest=float(1.0 / (1.0 - (shares**2).sum())), best=1.0)


def percent_agreement(ratings: Sequence[Rating], *, weights: Weights | None = None, seed: int = 0) -> Coefficient:
    """Share of pairs of raters who gave the same value, averaged over items with two raters or more."""
    items, counts, _ = _counted(ratings, weights, least=2)
    raters = counts.sum(axis=1)
    same = ratio((counts * (counts - 1.0)).sum(axis=1), raters * (raters - 1.0))
    return mean_of(same, items, bounds=(0.0, 1.0), seed=seed)


def kappa(
    first: Mapping[str, Value],
    second: Mapping[str, Value],
    *,
    quadratic: bool = False,
    weights: Weights | None = None,
    seed: int = 0,
) -> Coefficient:
    """Cohen's kappa of two raters over the items that both rated; quadratic for whole levels in their order.

    Raises:
        ValueError: levels that are not whole numbers, where quadratic.
    """
    names, one, two = _paired(first, second)
    items = Items.of(names, weights)
    return kappa_of(one, two, items, quadratic=quadratic, seed=seed)


def kappa_of(one: Column, two: Column, items: Items, *, quadratic: bool, seed: int) -> Coefficient:
    """Cohen's kappa of two columns of values [rows], whose rows are weighted as their items are."""
    if min(len(set(one)), len(set(two))) < 2:
        return items.nothing_varies()
    labels = _levels(one, two) if quadratic else sorted(set(one) | set(two), key=str)
    left, right = (np.stack([column == label for label in labels], axis=1).astype(np.float64) for column in (one, two))
    statistic = quadratic_kappa(one, two, labels).statistic if quadratic else _plain_kappa(left, right)
    rows = items.on_rows(items.weights[None, :])
    expected = float(((rows @ left) * (rows @ right)).sum() / rows.sum() ** 2)
    widest = 1.0 / (1.0 - expected) if expected < 1.0 else 1.0
    return coefficient(items.over_rows(statistic), items, seed=seed, widest=widest, best=1.0)


def spearman(
    first: Mapping[str, Value], second: Mapping[str, Value], *, weights: Weights | None = None, seed: int = 0
) -> Coefficient:
    """Spearman's rank correlation over the items that have both values, ties at their mid rank."""
    names, one, two = _paired(first, second)
    items = Items.of(names, weights)
    x, y = (np.array([number(value) for value in side]) for side in (one, two))

    def statistic(drawn: Floats) -> Floats:
        return _correlation(drawn, _mid_ranks(drawn, x), _mid_ranks(drawn, y))

    return coefficient(statistic, items, seed=seed)


def bias(
    first: Mapping[str, Value], second: Mapping[str, Value], *, weights: Weights | None = None, seed: int = 0
) -> Coefficient:
    """Mean of the first less the second over the items that have both: how much more generous the first is."""
    names, one, two = _paired(first, second)
    items = Items.of(names, weights)
    x, y = (np.array([number(value) for value in side]) for side in (one, two))
    reach = float(max(x.max(), y.max()) - min(x.min(), y.min())) if len(names) else 0.0
    reach = reach or 1.0  # one value throughout: another one would be a level off
    return mean_of(x - y, items, bounds=(-reach, reach), seed=seed)


def mean(
    values: Mapping[str, float], *, bounds: tuple[float, float], weights: Weights | None = None, seed: int = 0
) -> Coefficient:
    """Mean over items of values that cannot lie outside ``bounds``: one value throughout is not certainty."""
    names = sorted(values)
    return mean_of(np.array([values[name] for name in names]), Items.of(names, weights), bounds=bounds, seed=seed)


def mean_of(values: Floats, items: Items, *, bounds: tuple[float, float], seed: int) -> Coefficient:
    """Weighted mean of one value an item, which cannot lie outside ``bounds``."""

    def statistic(drawn: Floats) -> Floats:
        return ratio(drawn @ values, drawn.sum(axis=1))

    return settled(coefficient(statistic, items, seed=seed, flat=True), items, bounds)


def number(value: Value) -> float:
    """Return a value as a number, a yes as 1.

    Raises:
        ValueError: a name, which has no order.
    """
    if isinstance(value, str) or value is None:
        msg = f"{value!r} is no number: values without an order are nominal."
        raise ValueError(msg)
    return float(value)


def _counted(ratings: Sequence[Rating], weights: Weights | None, *, least: int) -> tuple[Items, Floats, list[Value]]:
    """Count how often each value was given to each item of ``least`` raters or more [items, values]."""
    given = {(rating.item, rating.rater): rating.value for rating in ratings if rating.value is not None}
    values = sorted(set(given.values()), key=lambda value: (isinstance(value, str), value))
    names = sorted({item for item, _ in given})
    place, column = {name: at for at, name in enumerate(names)}, {value: at for at, value in enumerate(values)}
    counts = np.zeros((len(names), len(values)))
    for (item, _), value in given.items():
        counts[place[item], column[value]] += 1.0
    kept = counts.sum(axis=1) >= least
    met = counts[kept].sum(axis=0) > 0
    chosen = [name for name, keep in zip(names, kept, strict=True) if keep]
    return Items.of(chosen, weights), counts[kept][:, met], [v for v, keep in zip(values, met, strict=True) if keep]


def _alpha(counts: Floats, positions: Floats | None, *, ranked: bool) -> Statistic:
    """Alpha by weights [resamples, items] of counts [items, values].

    Squared differences of a pair's positions add up from sums alone. Ordinal differences are those of mid ranks among
    all values given: the sum of the marginals between two values, each end counted half.
    """
    raters = counts.sum(axis=1)
    apart = (raters**2 - (counts**2).sum(axis=1)) / (raters - 1.0)

    def statistic(drawn: Floats) -> Floats:
        met = drawn @ counts
        total = met.sum(axis=1)
        if positions is None:
            observed, expected = drawn @ apart, total**2 - (met**2).sum(axis=1)
        else:
            place = np.cumsum(met, axis=1) - met / 2 if ranked else np.broadcast_to(positions, met.shape)
            place = place - ratio((met * place).sum(axis=1), total)[:, None]
            within = raters * (place**2 @ counts.T) - (place @ counts.T) ** 2
            observed = 2.0 * (drawn * within / (raters - 1.0)).sum(axis=1)
            expected = 2.0 * total * (met * place**2).sum(axis=1)
        return np.asarray(1.0 - (total - 1.0) * ratio(observed, expected))

    return statistic


def _plain_kappa(left: Floats, right: Floats) -> Statistic:
    same = (left * right).sum(axis=1)

    def statistic(rows: Floats) -> Floats:
        n = rows.sum(axis=1)
        chance = ratio(((rows @ left) * (rows @ right)).sum(axis=1), n**2)
        return ratio(ratio(rows @ same, n) - chance, 1.0 - chance)

    return statistic


def _levels(one: Column, two: Column) -> list[int]:
    values = np.array([number(value) for value in (*one, *two)])
    if (values % 1.0).any():
        msg = "A quadratic kappa needs whole levels."
        raise ValueError(msg)
    return list(range(int(values.min()), int(values.max()) + 1))


def _paired(first: Mapping[str, Value], second: Mapping[str, Value]) -> tuple[list[str], Column, Column]:
    names = sorted(name for name, value in first.items() if value is not None and second.get(name) is not None)
    one, two = (np.array([side[name] for name in names], dtype=object) for side in (first, second))
    return names, one, two


def _mid_ranks(drawn: Floats, values: Floats) -> Floats:
    """Return the mid rank of each item's value in each resample [resamples, items]."""
    distinct, place = np.unique(values, return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(len(distinct)))
    mass = np.add.reduceat(drawn[:, order], starts, axis=1)
    return np.asarray((np.cumsum(mass, axis=1) - mass / 2)[:, place])


def _correlation(drawn: Floats, x: Floats, y: Floats) -> Floats:
    total = drawn.sum(axis=1, keepdims=True)
    x, y = (side - (drawn * side).sum(axis=1, keepdims=True) / total for side in (x, y))
    spread = (drawn * x * x).sum(axis=1) * (drawn * y * y).sum(axis=1)
    return ratio((drawn * x * y).sum(axis=1), np.sqrt(np.maximum(spread, 0.0)))
