"""How far a judge can be believed: whether it agrees with itself, and what besides quality moves it.

Position bias is the share of its choices that fall on the reply shown first; every pair is shown in both orders, so a
judge that looks at the replies alone comes to one half (Wang et al. 2023, arXiv:2305.17926). Length bias is the share
that falls on the longer of two equally good replies, and the rank correlation of preference with length among these.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from pydantic import Field
from scipy.stats import rankdata

from evaluation.bootstrap import estimate, unanimous_bound
from evaluation.judge.answer import ChoiceAnswer, RubricAnswer
from evaluation.judge.judge import Compared, Reading, Scored, better_of
from evaluation.metrics import mean, pearson
from inference.types import Record

_PLACES = 4
_FEWEST = 3
"""Fewest units of which a correlation is told."""
_Row = tuple[int, float]
"""The number of the pair or reply that a value belongs to, and the value."""


class Bias(Record):
    """A share or correlation with its 95% interval, of ``n`` values from ``units`` pairs or replies, drawn whole."""

    n: int
    units: int
    point: float | None = None
    low: float | None = None
    high: float | None = None


class Biases(Record):
    """What is known of a judge; a figure is None where it was not asked for, and has no point where n is 0.

    Attributes:
        choices: Readings of pairs that were asked for.
        unparsable_choices: Share of them that could not be read.
        faults: How many failed in which way, scores included.
        first: Share of choices for the reply shown first.
        same_again: Share of repeated choices, in the same order, that agree.
        same_swapped: Share of choices that stay with the same reply when the order is swapped.
        longer: Share of choices for the longer reply, of all pairs.
        longer_of_equal: The same of pairs that are known to be equally good.
        length: Rank correlation of preference with the difference of lengths, of these pairs.
        right: Share of choices for the better reply, of pairs where it is known; "neither" is wrong there.
        scores: Readings of single replies.
        unparsable_scores: Share of them that could not be read.
        score_again: Share of criteria scored alike on repetition.
        score_swapped: Share scored alike with the criteria in the other order.
        score_length: Rank correlation of a reply's mean score with its length.
        addressed: Pairs and replies from which nothing was concluded, because a reply speaks to its judge.
        tokens_read: Of all prompts; words where the model's tokenizer is not at hand.
        tokens_written: Of all answers.
    """

    choices: int = 0
    unparsable_choices: Bias | None = None
    faults: dict[str, int] = Field(default_factory=dict)
    first: Bias | None = None
    same_again: Bias | None = None
    same_swapped: Bias | None = None
    longer: Bias | None = None
    longer_of_equal: Bias | None = None
    length: Bias | None = None
    right: Bias | None = None
    scores: int = 0
    unparsable_scores: Bias | None = None
    score_again: Bias | None = None
    score_swapped: Bias | None = None
    score_length: Bias | None = None
    addressed: int = 0
    tokens_read: int = 0
    tokens_written: int = 0


def biases_of(compared: Sequence[Compared], scored: Sequence[Scored] = (), *, seed: int) -> Biases:
    """Return what a judge's readings show of it; the same readings and seed give the same figures."""
    choices = [reading for pair in compared for reading in pair.readings]
    scores = [reading for item in scored for reading in item.readings]
    readings: list[Reading[ChoiceAnswer] | Reading[RubricAnswer]] = [*choices, *scores]
    faults = Counter(reading.fault for reading in readings if reading.answer is None)
    found = Biases(
        faults=dict(sorted(faults.items())),
        addressed=sum(item.addressed for item in compared) + sum(item.addressed for item in scored),
        tokens_read=sum(reading.read for reading in readings),
        tokens_written=sum(reading.written for reading in readings),
    )
    # What a reply orders its judge to say is no bias of the judge's own.
    pairs = [item for item in compared if not item.addressed]
    replies = [item for item in scored if not item.addressed]
    if pairs:
        found = found.model_copy(update=_of_choices(pairs, seed))
    return found.model_copy(update=_of_scores(replies, seed)) if replies else found


def _of_choices(compared: Sequence[Compared], seed: int) -> dict[str, object]:
    equal = [item for item in compared if item.pair.known == "neither"]
    sided = [item for item in compared if item.pair.known in {"a", "b"}]
    rows = [(unit, reading) for unit, item in enumerate(compared) for reading in item.readings]
    return {
        "choices": len(rows),
        "unparsable_choices": _share([(unit, reading.answer is None) for unit, reading in rows], seed),
        "first": _share([(unit, said == "first") for unit, reading in rows if (said := _decided(reading))], seed),
        "same_again": _share(list(_again(compared)), seed),
        "same_swapped": _share(list(_swapped(compared)), seed),
        "longer": _share(list(_longer(compared)), seed),
        "longer_of_equal": _share(list(_longer(equal)), seed) if equal else None,
        "length": _by_length(equal, seed) if equal else None,
        "right": _share(list(_right(sided)), seed) if sided else None,
    }


def _of_scores(scored: Sequence[Scored], seed: int) -> dict[str, object]:
    rows = [(unit, reading.answer is None) for unit, item in enumerate(scored) for reading in item.readings]
    means = [(len(item.item.reply), level) for item in scored if (level := _level(item)) is not None]
    return {
        "scores": len(rows),
        "unparsable_scores": _share(rows, seed),
        "score_again": _share(list(_scores_alike(scored, swapped=False)), seed),
        "score_swapped": _share(list(_scores_alike(scored, swapped=True)), seed),
        "score_length": _correlation(means, seed),
    }


def _decided(reading: Reading[ChoiceAnswer]) -> str | None:
    """Return ``first`` or ``second``; None where neither is preferred."""
    said = reading.answer.better if reading.answer else None
    return said if said in {"first", "second"} else None


def _again(compared: Sequence[Compared]) -> Iterator[_Row]:
    for unit, item in enumerate(compared):
        read = [reading for reading in item.readings if reading.answer is not None]
        for one, two in combinations(read, 2):
            if one.backwards is two.backwards:
                yield unit, float(better_of(one) == better_of(two))


def _swapped(compared: Sequence[Compared]) -> Iterator[_Row]:
    for unit, item in enumerate(compared):
        read = [reading for reading in item.readings if reading.answer is not None]
        for one, two in combinations(read, 2):
            if one.backwards is not two.backwards and one.repeat == two.repeat:
                yield unit, float(better_of(one) == better_of(two))


def _longer(compared: Sequence[Compared]) -> Iterator[_Row]:
    for unit, item in enumerate(compared):
        longer = "a" if len(item.pair.a) > len(item.pair.b) else "b"
        if len(item.pair.a) == len(item.pair.b):
            continue
        for reading in item.readings:
            if _decided(reading):
                yield unit, float(better_of(reading) == longer)


def _right(compared: Sequence[Compared]) -> Iterator[_Row]:
    for unit, item in enumerate(compared):
        for reading in item.readings:
            if reading.answer is not None:
                yield unit, float(better_of(reading) == item.pair.known)


def _by_length(compared: Sequence[Compared], seed: int) -> Bias:
    sides = {"a": 1.0, "b": -1.0, "neither": 0.0}
    rows = []
    for item in compared:
        said = [sides[better] for reading in item.readings if (better := better_of(reading))]
        if said:
            rows.append((len(item.pair.a) - len(item.pair.b), float(np.mean(said))))
    return _correlation(rows, seed)


def _scores_alike(scored: Sequence[Scored], *, swapped: bool) -> Iterator[_Row]:
    for unit, item in enumerate(scored):
        read = [reading for reading in item.readings if reading.answer is not None]
        for one, two in combinations(read, 2):
            wanted = one.backwards is not two.backwards and one.repeat == two.repeat
            if wanted if swapped else one.backwards is two.backwards:
                first, second = one.answer, two.answer
                if first is not None and second is not None:
                    for name, score in first.scores.items():
                        yield unit, float(score.score == second.scores[name].score)


def _level(item: Scored) -> float | None:
    levels = [
        score.score
        for reading in item.readings
        if reading.answer is not None
        for score in reading.answer.scores.values()
        if score.score is not None
    ]
    return float(np.mean(levels)) if levels else None


def _share(rows: Sequence[_Row], seed: int) -> Bias:
    if not rows:
        return Bias(n=0, units=0)
    _, units = np.unique([unit for unit, _ in rows], return_inverse=True)
    values, count = np.array([value for _, value in rows], dtype=np.float64), int(units.max()) + 1
    found = estimate(mean(values).statistic, len(rows), seed=seed, units=units)
    low, high = found.low, found.high
    if found.point in {0.0, 1.0}:
        # Values of one unit are not independent: as many agree as there are units.
        bound = unanimous_bound(count)
        low, high = (0.0, bound) if found.point == 0.0 else (1.0 - bound, 1.0)
    return _bias(len(rows), count, found.point, low, high)


def _correlation(rows: Sequence[tuple[float, float]], seed: int) -> Bias:
    if len(rows) < _FEWEST:
        return Bias(n=len(rows), units=len(rows))
    first, second = (rankdata(column) for column in zip(*rows, strict=True))
    found = estimate(pearson(first, second).statistic, len(rows), seed=seed)
    return _bias(len(rows), len(rows), found.point, found.low, found.high)


def _bias(n: int, units: int, *values: float) -> Bias:
    point, low, high = (None if np.isnan(value) else round(value, _PLACES) for value in values)
    return Bias(n=n, units=units, point=point, low=low, high=high)
