"""Character TF-IDF with linear models, trained on the same rows as the heads: what they have to beat."""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np

from models.normalise import normalise
from models.sets.rows import Row
from models.training.scores import BENCHMARKS, Guess, score_benchmark

log = logging.getLogger(__name__)


def baseline_figures(train: Sequence[Row], tests: dict[str, list[Row]], seed: int = 7) -> dict[str, dict[str, float]]:
    """Train one model a task and language, and score each benchmark.

    Args:
        train: The rows that the heads train on; dev rows of a benchmark choose its anger cut.
        tests: Rows of each benchmark's official test, by the benchmark's name.
        seed: Of the stochastic solvers.

    Returns:
        By benchmark, its ``figure`` and ``n``.
    """
    models: dict[tuple[str, str], Any] = {}
    found = {}
    for benchmark in BENCHMARKS:
        key = (benchmark.task, benchmark.language)
        if key not in models:
            log.info("baseline: %s %s", *key)
            models[key] = _train(benchmark.task, benchmark.language, train, seed)
        dev = [row for row in train if row.split == "dev" and row.source == benchmark.source]
        guess = _guess(benchmark.task, models[key], tests[benchmark.name])
        found[benchmark.name] = {
            "figure": score_benchmark(
                benchmark, guess, tests[benchmark.name], dev, _guess(benchmark.task, models[key], dev)
            ),
            "n": len(tests[benchmark.name]),
        }
    return found


def _train(task: str, language: str, rows: Sequence[Row], seed: int) -> Any:  # noqa: ANN401 - a scikit-learn pipeline
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - slow to import
    from sklearn.linear_model import LogisticRegression, Ridge  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415

    chosen = [
        row for row in rows if row.split == "train" and row.language == language and _label(task, row) is not None
    ]
    features = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True, max_features=300_000
    )
    final = Ridge(alpha=1.0) if task == "intensity" else LogisticRegression(C=4, solver="liblinear", random_state=seed)
    if task == "sentiment":
        from sklearn.multiclass import OneVsRestClassifier  # noqa: PLC0415

        final = OneVsRestClassifier(final)
    model = make_pipeline(features, final)
    model.fit([_clean(row.text) for row in chosen], np.array([_label(task, row) for row in chosen]))
    return model


def _label(task: str, row: Row) -> float | None:
    return {"sentiment": row.sentiment, "anger": row.anger, "intensity": row.intensity}[task]


def _clean(text: str) -> str:
    return normalise(text).text.lower()


def _guess(task: str, model: Any, rows: Sequence[Row]) -> Guess:  # noqa: ANN401 - a scikit-learn pipeline
    if not rows:
        return np.zeros(0, np.float32)
    texts = [_clean(row.text) for row in rows]
    if task == "sentiment":
        return np.asarray(model.predict_proba(texts), np.float32)
    if task == "anger":
        return np.asarray(model.predict_proba(texts)[:, 1], np.float32)
    return np.asarray(model.predict(texts), np.float32)
