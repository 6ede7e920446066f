"""A machine's scores against people's, and where the machine should not be believed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from evaluation.agreement.coefficients import Weights, bias, kappa_of, mean_of, number, spearman
from evaluation.agreement.intervals import Items
from evaluation.agreement.records import (
    Coefficient,
    Level,
    MachineAgreement,
    Note,
    Question,
    Scale,
    Value,
    Verdict,
)
from evaluation.calibration import mass_bins

HALF_A_LEVEL = 0.5
"""A level is believed where people's mean is nearer to it than to the next, on the whole and for most of the items."""
MOST = 0.5
MISSED = 0.1
"""A machine's "no" is believed where people found the fault in at most this share."""
MODERATE = 0.4
"""Agreement from which on the machine is believed: "moderate" begins there (Landis and Koch 1977)."""
_BINS = 4


@dataclass(frozen=True)
class _Said:
    """What the machine and people said of one item."""

    item: str
    machine: Value
    people: tuple[Value, ...]

    @property
    def mean(self) -> float:
        return float(np.mean([number(value) for value in self.people]))


def machine_against_people(question: Question, *, weights: Weights | None = None, seed: int = 0) -> MachineAgreement:
    """Set the machine's values against people's, item by item, and say for each of its levels whether to believe it.

    Args:
        question: with the machine's values.
        weights: 1 / inclusion probability by item.
        seed: of the bootstrap.

    Raises:
        ValueError: values that are no numbers on a scale with an order.
    """
    said = _said(question)
    ordered = question.scale is not Scale.NOMINAL
    yes_no = all(isinstance(value, bool) for one in said for value in (one.machine, *one.people))
    machine = {one.item: one.machine for one in said}
    people = {one.item: one.mean for one in said} if ordered or yes_no else {}
    same = question.same_scale
    association = spearman(machine, people, weights=weights, seed=seed) if ordered else None
    plain = _kappa(said, weights, quadratic=False, seed=seed) if same and question.scale is not Scale.INTERVAL else None
    levels = tuple(_levels(question, said, weights, numeric=ordered or yes_no, yes_no=yes_no, seed=seed))
    squared = same and question.scale is Scale.ORDINAL
    return MachineAgreement(
        items=len(said),
        ratings=sum(len(one.people) for one in said),
        kappa=plain,
        quadratic_kappa=_kappa(said, weights, quadratic=True, seed=seed) if squared else None,
        spearman=association,
        bias=bias(machine, people, weights=weights, seed=seed) if same and people else None,
        levels=levels,
        verdict=_verdict(association or plain, levels),
    )


def _said(question: Question) -> list[_Said]:
    people: dict[str, dict[str, Value]] = {}
    for rating in question.ratings:
        if rating.value is not None and question.machine.get(rating.item) is not None:
            people.setdefault(rating.item, {})[rating.rater] = rating.value
    return [_Said(item, question.machine[item], tuple(given.values())) for item, given in sorted(people.items())]


def _kappa(said: Sequence[_Said], weights: Weights | None, *, quadratic: bool, seed: int) -> Coefficient:
    """Kappa of the machine with each person's value; the values of one item share its weight."""
    items = Items.of([one.item for one in said], weights)
    rows = [at for at, one in enumerate(said) for _ in one.people]
    spread = Items(items.weights, np.array(rows, dtype=np.intp))
    one = np.array([said[at].machine for at in rows], dtype=object)
    two = np.array([value for each in said for value in each.people], dtype=object)
    return kappa_of(one, two, spread, quadratic=quadratic, seed=seed)


def _levels(
    question: Question, said: Sequence[_Said], weights: Weights | None, *, numeric: bool, yes_no: bool, seed: int
) -> list[Level]:
    bounds = _bounds(said, yes_no=yes_no) if numeric else (0.0, 0.0)
    judged = numeric and question.same_scale and question.scale is not Scale.INTERVAL
    found = []
    for label, inside in _grouped(question, said):
        items = Items.of([one.item for one in inside], weights)
        counts = Counter(_label(value) for one in inside for value in one.people)
        means = np.array([one.mean for one in inside]) if numeric else None
        mean = None if means is None else mean_of(means, items, bounds=bounds, seed=seed)
        right = None
        if judged and means is not None and not yes_no:
            near = np.abs(means - number(inside[0].machine)) <= HALF_A_LEVEL
            right = mean_of(near.astype(np.float64), items, bounds=(0.0, 1.0), seed=seed)
        verdict = _believed(inside[0].machine, mean, right) if judged and mean else None
        found.append(
            Level(
                machine=label,
                n=len(inside),
                counts=dict(sorted(counts.items())),
                mean=mean,
                right=right,
                verdict=verdict,
            )
        )
    return found


def _bounds(said: Sequence[_Said], *, yes_no: bool) -> tuple[float, float]:
    """Return the ends of the scale as far as they were used, a level at least from each other."""
    values = [number(value) for one in said for value in (one.machine, *one.people)]
    if yes_no or not values:
        return 0.0, 1.0
    return min(values), max(*values, min(values) + 1.0)


def _grouped(question: Question, said: Sequence[_Said]) -> list[tuple[str, list[_Said]]]:
    """Group items by the machine's value; measurements by bins of about equal mass."""
    if question.same_scale and question.scale is not Scale.INTERVAL:
        sort = sorted(said, key=lambda one: (isinstance(one.machine, str), one.machine))
        return [(_label(value), list(group)) for value, group in groupby(sort, key=lambda one: one.machine)]
    if not said:
        return []
    numbers = np.array([number(one.machine) for one in said])
    bins = mass_bins(numbers, _BINS)
    return [
        (
            f"{numbers[bins == place].min():.3g} to {numbers[bins == place].max():.3g}",
            [said[int(at)] for at in np.flatnonzero(bins == place)],
        )
        for place in range(int(bins.max()) + 1)
    ]


def _believed(machine: Value, mean: Coefficient, right: Coefficient | None) -> Verdict:
    """Believe a level that people's mean is near to, as a whole and item by item (``right``; None for yes and no)."""
    if mean.low is None or mean.high is None:
        return Verdict.TOO_FEW if mean.note is Note.TOO_FEW else Verdict.UNDECIDED
    if right is None:
        low, high = (HALF_A_LEVEL, 1.0) if machine else (0.0, MISSED)
        sure, refuted = True, False
    else:
        low, high = number(machine) - HALF_A_LEVEL, number(machine) + HALF_A_LEVEL
        sure, refuted = (right.low or 0.0) >= MOST, (right.high or 0.0) < MOST
    if refuted or mean.high < low or mean.low > high:
        return Verdict.DISBELIEVE
    return Verdict.BELIEVE if sure and low <= mean.low and mean.high <= high else Verdict.UNDECIDED


def _verdict(association: Coefficient | None, levels: Sequence[Level]) -> Verdict:
    """Believe a machine that agrees with people more than a little and whose levels mean what people's do.

    One that may agree no better than chance is not believed, nor one with a level that means something else.
    """
    if association is None or association.low is None:
        few = association is None or association.note is Note.TOO_FEW
        return Verdict.TOO_FEW if few else Verdict.UNDECIDED
    verdicts = {level.verdict for level in levels}
    if association.low <= 0.0 or Verdict.DISBELIEVE in verdicts:
        return Verdict.DISBELIEVE
    return Verdict.BELIEVE if association.low >= MODERATE else Verdict.UNDECIDED


def _label(value: Value) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
