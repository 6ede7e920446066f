"""The figures: rank correlation with readers' levels, pairs ordered right, the sample before and after explaining."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from evaluation.bootstrap import Estimate, Statistic, estimate, unanimous_bound
from evaluation.plainness.texts import Levelled, fragments, pairs, passages
from inference.plain import explain, plainness, unexplained
from inference.plain.words import words_of
from inference.types import Record, Resolution, TechnicalLevel
from retrieval.sample import LANGUAGES, load

Floats = NDArray[np.float64]


class Measured(Record):
    """A figure with its 95% interval; ``of`` says of what, ``n`` over how many rows."""

    of: str
    figure: str
    n: int
    point: float
    low: float
    high: float


def arabic(folder: Path, *, seed: int) -> list[Measured]:
    """Correlate the score with SAMER's levels on its test part, whole chapters being resampled."""
    rows = fragments(folder, "test")
    sets: list[tuple[str, list[Levelled], Callable[[Levelled], float]]] = [
        ("passages, mean word level", passages(rows), lambda row: row.level),
        ("fragments, mean word level", rows, lambda row: row.level),
        ("fragments, highest word level", rows, lambda row: float(row.highest)),
    ]
    found = []
    for name, texts, level in sets:
        units = np.array([row.chapter for row in texts], dtype=np.intp)
        units = np.unique(units, return_inverse=True)[1].astype(np.intp)
        levels = np.array([level(row) for row in texts])
        for figure, hardness in (("score", _hardness), ("letters a word alone", _letters)):
            values = np.array([hardness(row.text) for row in texts])
            result = estimate(_spearman(values, levels), len(texts), seed=seed, units=units)
            found.append(_measured(f"SAMER test, {name}", f"rank correlation, {figure}", len(texts), result))
    return found


def english(folder: Path, *, seed: int) -> list[Measured]:
    """Count the held-out pairs whose text before the rewrite scores lower than the one after it."""
    rows = pairs(folder, "test")
    gaps = np.array([plainness(row.after, "en").score - plainness(row.before, "en").score for row in rows])
    shorter = np.array([_length(row.before) - _length(row.after) for row in rows])
    of = "plainlanguage.gov test pairs"
    return [
        _share(of, "pairs ordered right, score", gaps > 0, seed),
        _share(of, "pairs ordered right, words a sentence alone", shorter > 0, seed),
        _measured(of, "score after less before", len(rows), estimate(_mean(gaps), len(rows), seed=seed)),
    ]


def sample(today: date, *, seed: int) -> list[Measured]:
    """Score the sample helpdesk's resolutions before and after their jargon is explained to a layman."""
    found = []
    for language in LANGUAGES:
        texts = [_text(item) for item in load(today) if item.language == language]
        plainer = [explain(text, language, level=TechnicalLevel.LAYMAN).text for text in texts]
        before, after = (np.array([plainness(text, language).score for text in part]) for part in (texts, plainer))
        left = [np.array([float(_unexplained(text, language)) for text in part]) for part in (texts, plainer)]
        of, n = f"sample resolutions, {language}", len(texts)
        rows: list[tuple[str, Floats]] = [
            ("score before", before),
            ("score after", after),
            ("score after less before", after - before),
            ("unexplained terms before", left[0]),
            ("unexplained terms after", left[1]),
        ]
        found += [_measured(of, name, n, estimate(_mean(values), n, seed=seed)) for name, values in rows]
    return found


def _text(item: Resolution) -> str:
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(item.steps, start=1))
    return "\n\n".join(part for part in (item.short, item.answer, steps, item.if_unsolved) if part)


def _unexplained(text: str, language: str) -> int:
    return len(unexplained(text, language, level=TechnicalLevel.LAYMAN))


def _hardness(text: str) -> float:
    return -plainness(text, "ar").score


def _letters(text: str) -> float:
    return float(np.mean([len(word.folded) for word in words_of(text)] or [0]))


def _length(text: str) -> float:
    return plainness(text, "en").sentence_words


def _spearman(values: Floats, levels: Floats) -> Statistic:
    """Spearman's correlation; resamples keep the ranks of the whole, which bootstraps of large sets may."""
    first, second = rankdata(values), rankdata(levels)

    def statistic(weights: Floats) -> Floats:
        total = weights.sum(axis=1)
        means = [weights @ ranks / total for ranks in (first, second)]
        covariance = weights @ (first * second) / total - means[0] * means[1]
        spreads = [weights @ ranks**2 / total - mean**2 for ranks, mean in zip((first, second), means, strict=True)]
        with np.errstate(invalid="ignore", divide="ignore"):  # undefined where a resample drew one level only
            return np.asarray(covariance / np.sqrt(spreads[0] * spreads[1]), dtype=np.float64)

    return statistic


def _mean(values: Floats) -> Statistic:
    return lambda weights: np.asarray(weights @ values / weights.sum(axis=1), dtype=np.float64)


def _share(of: str, figure: str, right: NDArray[np.bool_], seed: int) -> Measured:
    result = estimate(_mean(right.astype(np.float64)), len(right), seed=seed)
    if right.all():
        result = Estimate(1.0, 1.0 - unanimous_bound(len(right)), 1.0)
    return _measured(of, figure, len(right), result)


def _measured(of: str, figure: str, n: int, found: Estimate) -> Measured:
    return Measured(
        of=of, figure=figure, n=n, point=round(found.point, 4), low=round(found.low, 4), high=round(found.high, 4)
    )


def names(found: Sequence[Measured]) -> list[str]:
    """Return what was measured, each once, in order."""
    return list(dict.fromkeys(item.of for item in found))
