"""The few figures that choose hyper-parameters and epochs on dev rows, and report the official tests.

The evaluation layer has the full suites with intervals; these are the same definitions, kept small.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.sets.rows import Row
from models.training.heads import Part


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
    """Return the most likely level of each ordinal score [n] under ascending thresholds [3]."""
    above = 1 / (1 + np.exp(-(scores[:, None] - thresholds[None, :])))
    edges = np.concatenate([np.ones_like(above[:, :1]), above, np.zeros_like(above[:, :1])], axis=1)
    likely: NDArray[np.int64] = (edges[:, :-1] - edges[:, 1:]).argmax(axis=1).astype(np.int64)
    return likely


def dev_scores(
    parts: Sequence[Part], logits: Sequence[NDArray[np.float32]], thresholds: NDArray[np.float32]
) -> dict[str, float]:
    """Score each benchmark's dev part: F1 of POS and NEG, macro-F1, F1 of anger at the best cut, Pearson, level."""
    found: dict[str, float] = {}
    for part, scores in zip(parts, logits, strict=True):
        source, targets = part.rows[0].source, part.targets
        if source == "arsarcasm_v2":
            found["arsarcasm"] = macro_f1(targets.sentiment, scores[:, :3].argmax(1), [0, 2])
        elif source.startswith("xlmt_umsab"):
            found[source.replace("xlmt_umsab/", "xlmt-")] = macro_f1(
                targets.sentiment, scores[:, :3].argmax(1), [0, 1, 2]
            )
        elif source.startswith("semeval2018/E-c"):
            cut = best_cut(targets.anger, scores[:, 3])
            guess = (scores[:, 3] > cut).astype(np.int64)
            found[source.replace("semeval2018/", "")] = macro_f1(targets.anger.astype(np.int64), guess, [1])
        elif source.startswith("semeval2018/EI-reg"):
            found[source.replace("semeval2018/", "")] = pearson(targets.intensity, scores[:, 4])
        elif source == "support_anger":
            found["level"] = macro_f1(targets.level, levels_of(scores[:, 5], thresholds), [0, 1, 2, 3])
    return found


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


BENCHMARKS = (
    Benchmark("arsarcasm_v2", "arsarcasm_v2", "sentiment", "ar", "F1 over POS and NEG", 0.62),
    Benchmark("xlmt_umsab Arabic", "xlmt_umsab/arabic", "sentiment", "ar", "macro-F1", 0.65),
    Benchmark("xlmt_umsab English", "xlmt_umsab/english", "sentiment", "en", "macro-F1", 0.67),
    Benchmark("semeval2018 E-c Arabic", "semeval2018/E-c/Arabic", "anger", "ar", "F1 of anger", 0.73),
    Benchmark("semeval2018 E-c English", "semeval2018/E-c/English", "anger", "en", "F1 of anger", 0.74),
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
    if benchmark.task == "anger":
        cut = best_cut(np.array([row.anger for row in dev], np.float32), dev_guess)
        truth = np.array([row.anger for row in test], np.int64)
        return macro_f1(truth, (guess > cut).astype(np.int64), [1])
    truth = np.array([row.sentiment for row in test], np.int64)
    if benchmark.metric.endswith("negative"):
        return macro_f1(truth, np.where(guess[:, 2] > guess[:, 0], 2, 0).astype(np.int64), [0, 2])
    labels = [0, 2] if "POS and NEG" in benchmark.metric else [0, 1, 2]
    return macro_f1(truth, guess.argmax(1).astype(np.int64), labels)
