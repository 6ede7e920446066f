"""How far a measure agrees with people, beside the best simple measure, and what that lets one do with it."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from evaluation.bootstrap import Floats, Statistic, estimate
from evaluation.metrics import auroc, best_cut, pearson, quadratic_kappa
from inference.types import Record

_DIGITS = 4


class Kind(StrEnum):
    """How agreement is told; each is 0 (AUROC .5) where the measure knows nothing, and 1 where it is perfect."""

    SPEARMAN = "Spearman"
    AUROC = "AUROC"
    KAPPA = "kappa"
    WEIGHTED_KAPPA = "quadratic kappa"


CHANCE = {Kind.AUROC: 0.5}
FAIR = {Kind.SPEARMAN: 0.4, Kind.AUROC: 0.75, Kind.KAPPA: 0.4, Kind.WEIGHTED_KAPPA: 0.4}
"""From where on agreement is called fair; for kappa Landis and Koch (1977) begin "moderate" there."""


class Use(StrEnum):
    """What an agreement lets one do with a measure; no agreement lets it judge one text alone."""

    NONE = "agreement not shown: do not use this to judge people"
    NO_GAIN = "no better than counting: do not use this to judge people"
    WEAK = "weak: a hint over many texts, never a judgement of one or of a person"
    FAIR = "fair: good for watching many texts; a person still looks at each one that matters"


class HumanAgreement(Record):
    """One measure against people's judgement; intervals are 95% bootstrap intervals.

    Attributes:
        of: Which texts, and who judged what of them.
        ours: What of ours is compared.
        kind: How agreement is told.
        n: How many texts.
        point: The agreement, from ``low`` to ``high``.
        beside: The best simple measure, chosen on other texts, and its agreement.
        gain: Ours less the simple one on the same resamples, from ``gain_low`` to ``gain_high``.

    None where it is undefined (a measure that says the same of every text), or where too many resamples leave it so.
    """

    of: str
    ours: str
    kind: Kind
    n: int
    point: float | None
    low: float | None
    high: float | None
    beside: str
    beside_point: float | None
    gain: float | None
    gain_low: float | None
    gain_high: float | None

    @property
    def use(self) -> Use:
        """What it lets one do with the measure."""
        if self.low is None or self.low <= CHANCE.get(self.kind, 0.0):
            return Use.NONE
        if self.gain_low is None or self.gain_low <= 0:
            return Use.NO_GAIN
        return Use.FAIR if (self.point or 0.0) >= FAIR[self.kind] else Use.WEAK


def agree(kind: Kind, said: Floats, score: Floats) -> Statistic:
    """Return the agreement of a score with what people said as a function of row weights.

    Spearman's correlation keeps the ranks of the whole in each resample. For kappa both columns hold labels.
    """
    match kind:
        case Kind.SPEARMAN:
            return pearson(rankdata(said), rankdata(score)).statistic
        case Kind.AUROC:
            return auroc(said > 0, score).statistic
        case Kind.KAPPA | Kind.WEIGHTED_KAPPA:
            labels = sorted(set(said.tolist()) | set(score.tolist()))
            return quadratic_kappa(said.astype(object), score.astype(object), labels).statistic


def best_simple(
    kind: Kind, said: Floats, simple: Mapping[str, Floats]
) -> tuple[str, Callable[[Mapping[str, Floats]], Floats]]:
    """Choose the simple measure that agrees best; return its name and how to read it off other texts.

    For kappa a count becomes labels by cuts that leave as many texts with each label as people gave it (two labels: by
    the cut of best F1).
    """
    found: dict[str, tuple[float, Callable[[Mapping[str, Floats]], Floats]]] = {}
    for name, values in simple.items():
        read = _reader(kind, name, said, values)
        value = float(agree(kind, said, read(simple))(np.ones((1, len(said))))[0])
        found[name] = (-1.0 if np.isnan(value) else value, read)
    name = max(found, key=lambda item: found[item][0])
    return name, found[name][1]


def compare(
    *,
    of: str,
    ours: str,
    kind: Kind,
    said: Floats,
    score: Floats,
    beside: tuple[str, Floats],
    units: Sequence[str],
    seed: int,
) -> HumanAgreement:
    """Measure ours and the simple measure on the same texts; whole units are resampled."""
    number = np.unique(np.array(units), return_inverse=True)[1].astype(np.intp)
    one, other = agree(kind, said, score), agree(kind, said, beside[1])
    found = estimate(one, len(said), seed=seed, units=number)
    gained = estimate(lambda weights: one(weights) - other(weights), len(said), seed=seed, units=number)
    return HumanAgreement(
        of=of,
        ours=ours,
        kind=kind,
        n=len(said),
        point=_rounded(found.point),
        low=_rounded(found.low),
        high=_rounded(found.high),
        beside=beside[0],
        beside_point=_rounded(float(other(np.ones((1, len(said))))[0])),
        gain=_rounded(gained.point),
        gain_low=_rounded(gained.low),
        gain_high=_rounded(gained.high),
    )


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(value, _DIGITS)


def _reader(kind: Kind, name: str, said: Floats, values: Floats) -> Callable[[Mapping[str, Floats]], Floats]:
    if kind not in {Kind.KAPPA, Kind.WEIGHTED_KAPPA}:
        return lambda simple: simple[name]
    labels = np.unique(said)
    cuts = _cuts(said, values, labels)
    return lambda simple: labels[np.searchsorted(cuts, simple[name], side="right")]


def _cuts(said: Floats, values: Floats, labels: Floats) -> NDArray[np.float64]:
    """Return the rising cuts between labels [labels - 1]."""
    if len(labels) == 2:
        return np.array([best_cut(said > labels[0], values)])
    shares = np.cumsum([np.mean(said == label) for label in labels])[:-1]
    return np.asarray(np.quantile(values, shares), dtype=np.float64)
