"""The few figures that choose hyper-parameters and epochs on dev rows, and report the official tests.

The evaluation layer has the full suites with intervals; these are the same definitions, kept small.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.outputs import ANGER, INTENSITY, LEVEL, SENTIMENT, SIGNALS
from models.sets.rows import Row
from models.training.recipe import OWN, OWN_SIGNALS
from models.training.targets import targets_of


def macro_f1(truth: NDArray[np.int64], guess: NDArray[np.int64], labels: Sequence[int]) -> float:
    """Mean F1 over ``labels``."""
    found = []
    for label in labels:
        hits = int(((truth == label) & (guess == label)).sum())
        found.append(2 * hits / max(1, int((truth == label).sum()) + int((guess == label).sum())))
    return float(np.mean(found))


def pearson(truth: NDArray[np.float32], guess: NDArray[np.float32]) -> float:
    """Pearson's correlation."""
    return float(np.corrcoef(truth, guess)[0, 1])


def best_cut(truth: NDArray[np.float32], logits: NDArray[np.float32]) -> float:
    """Return the cut of ``logits`` that gives the best F1 of the positive class."""
    cuts = np.quantile(logits, np.linspace(0.05, 0.95, 91))
    flags = truth.astype(np.int64)
    return float(max(cuts, key=lambda cut: macro_f1(flags, (logits > cut).astype(np.int64), [1])))


def levels_of(scores: NDArray[np.floating], thresholds: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return the median level of each ordinal score [n]: how many of the ascending thresholds [3] it has reached."""
    reached: NDArray[np.int64] = (scores[:, None] >= thresholds[None, :]).sum(axis=1)
    return reached


def dev_scores(
    parts: Mapping[str, Sequence[Row]], logits: Mapping[str, NDArray[np.float32]], thresholds: NDArray[np.float32]
) -> dict[str, float]:
    """Score each source's dev rows from their logits [rows, columns].

    F1 of POS and NEG, macro-F1, average precision of anger, Pearson of intensity; on our own messages kappa of the
    level, the share of pairs that are ranked right, and the mean average precision of the signals.
    """
    found: dict[str, float] = {}
    for source, rows in parts.items():
        made = logits[source]
        targets = targets_of(rows, [], {})
        guess = made[:, SENTIMENT].argmax(1)
        if source == "arsarcasm_v2":
            found["arsarcasm"] = macro_f1(targets.sentiment, guess, [0, 2])
        elif source.startswith("xlmt_umsab"):
            found[source.replace("xlmt_umsab/", "xlmt-")] = macro_f1(targets.sentiment, guess, [0, 1, 2])
        elif source == "arabic_company_reviews":
            polar = np.where(made[:, 2] > made[:, 0], 2, 0)
            found["reviews"] = macro_f1(targets.sentiment, polar, [0, 2])
        elif source.startswith("semeval2018/E-c"):
            found[source.replace("semeval2018/", "")] = average_precision(targets.anger, made[:, ANGER])
        elif source.startswith("semeval2018/EI-reg"):
            found[source.replace("semeval2018/", "")] = pearson(targets.intensity, made[:, INTENSITY])
        elif source == OWN:
            found["level"] = quadratic_kappa(targets.level, levels_of(made[:, LEVEL], thresholds))
            found["pairs"] = ranked_right(targets.group, targets.level, made[:, LEVEL])
        elif source == OWN_SIGNALS:
            each = zip(targets.signals.T, made[:, SIGNALS].T, strict=True)
            found["signals"] = float(np.mean([average_precision(truth, scores) for truth, scores in each]))
    return found


def average_precision(truth: NDArray[np.floating], scores: NDArray[np.floating]) -> float:
    """Average precision of the positive class."""
    from sklearn.metrics import average_precision_score  # noqa: PLC0415 - slow to import

    return float(average_precision_score(truth, scores))


def quadratic_kappa(truth: NDArray[np.int64], guess: NDArray[np.int64]) -> float:
    """Cohen's kappa with quadratic weights over the four levels."""
    from sklearn.metrics import cohen_kappa_score  # noqa: PLC0415 - slow to import

    return float(cohen_kappa_score(truth, guess, weights="quadratic", labels=[0, 1, 2, 3]))


def ranked_right(group: NDArray[np.int64], level: NDArray[np.int64], scores: NDArray[np.floating]) -> float:
    """Share of pairs of one group and different levels whose angrier wording has the higher score; ties count half."""
    pairs = (group[:, None] == group[None, :]) & (group[:, None] >= 0) & (level[:, None] > level[None, :])
    gap = (scores[:, None] - scores[None, :])[pairs]
    return float(np.mean((gap > 0) + 0.5 * (gap == 0))) if len(gap) else float("nan")


Guess = NDArray[np.float32]
"""Sentiment probabilities [n, 3], anger probabilities [n] or intensities [n]."""


@dataclass(frozen=True)
class Benchmark:
    """An official test and the figure that a frozen encoder reached before (``None``: not measured)."""

    name: str
    source: str
    task: str
    language: str
    metric: str
    target: float | None


_AP = "average precision"
BENCHMARKS = (
    Benchmark("arsarcasm_v2", "arsarcasm_v2", "sentiment", "ar", "F1 over POS and NEG", 0.62),
    Benchmark("xlmt_umsab Arabic", "xlmt_umsab/arabic", "sentiment", "ar", "macro-F1", 0.65),
    Benchmark("xlmt_umsab English", "xlmt_umsab/english", "sentiment", "en", "macro-F1", 0.67),
    Benchmark("semeval2018 E-c Arabic", "semeval2018/E-c/Arabic", "anger", "ar", "F1 of anger", 0.73),
    Benchmark("semeval2018 E-c English", "semeval2018/E-c/English", "anger", "en", "F1 of anger", 0.74),
    Benchmark(f"semeval2018 E-c Arabic, {_AP}", "semeval2018/E-c/Arabic", "anger", "ar", _AP, None),
    Benchmark(f"semeval2018 E-c English, {_AP}", "semeval2018/E-c/English", "anger", "en", _AP, None),
    Benchmark("semeval2018 EI-reg Arabic", "semeval2018/EI-reg/Arabic", "intensity", "ar", "Pearson", 0.48),
    Benchmark("semeval2018 EI-reg English", "semeval2018/EI-reg/English", "intensity", "en", "Pearson", 0.70),
    Benchmark(
        "arabic_company_reviews", "arabic_company_reviews", "sentiment", "ar", "macro-F1, positive or negative", None
    ),
)


def score_benchmark(
    benchmark: Benchmark, guess: Guess, test: Sequence[Row], dev: Sequence[Row], dev_guess: Guess
) -> float:
    """Score one official test; the cut of anger is chosen on its own dev part, never on the test."""
    if benchmark.task == "intensity":
        return pearson(np.array([row.intensity for row in test], np.float32), guess)
    if benchmark.metric == _AP:
        return average_precision(np.array([row.anger for row in test], np.float32), guess)
    if benchmark.task == "anger":
        cut = best_cut(np.array([row.anger for row in dev], np.float32), dev_guess)
        truth = np.array([row.anger for row in test], np.int64)
        return macro_f1(truth, (guess > cut).astype(np.int64), [1])
    truth = np.array([row.sentiment for row in test], np.int64)
    if benchmark.metric.endswith("negative"):
        return macro_f1(truth, np.where(guess[:, 2] > guess[:, 0], 2, 0).astype(np.int64), [0, 2])
    labels = [0, 2] if "POS and NEG" in benchmark.metric else [0, 1, 2]
    return macro_f1(truth, guess.argmax(1).astype(np.int64), labels)
