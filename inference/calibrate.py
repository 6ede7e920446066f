"""``python -m inference.calibrate``: fit how heads and rules are joined, and write ``inference/fusion.json``.

Only the dev parts of our own messages and signals are read. The cuts of the three safety signals favour recall; the
others share one cut that keeps the pooled precision.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from inference.clauses import told_anger
from inference.dialect import dialect_scores
from inference.encoder import open_encoder
from inference.fusion import SAFETY, DialectFusion, LevelFusion, LevelStep, SignalFusion
from inference.language import detect
from inference.signals import rule_signals, unfounded
from inference.signs import is_weary_of_it
from inference.text import fold
from inference.types import AngerLevel, Dialect, Script, SignalName
from models.encoder import Encoded
from models.outputs import DIALECTS
from models.sets.catalogue import load_set
from models.sets.rows import Row
from models.training.targets import dialect_of

OUTPUT = Path(__file__).parent / "fusion.json"
PRECISION = 0.8
"""Pooled precision that the cut of the ordinary signals keeps on dev."""
SAFE_PRECISION = 0.65
"""Precision that the cut of each safety signal keeps on dev: two alarms of three are right, and few are missed."""
DIALECT_ACCURACY = 0.9
"""Accuracy where answered that the dialect's cut keeps on dev."""
UNSURE_SHARE = 0.15
"""Share of our dev messages that are called uncertain for their level."""
_UNSURE_SENTIMENT = 0.45
_FOLDS = 10


def main(
    model: Annotated[Path | None, typer.Option(help="Folder of another artefact than the shipped one.")] = None,
    threads: Annotated[int, typer.Option(help="Threads of the encoder.")] = 2,
) -> None:
    """Fit the joined confidences on dev messages and print what was found."""
    encoder = open_encoder(model, threads=threads)
    rows = [row for name in ("support_signals", "support_messages") for row in load_set(name) if row.split == "dev"]
    made = encoder.encode([row.text for row in rows])
    labelled = np.array([row.signals is not None for row in rows])
    own = np.array([row.source == "support_messages" for row in rows])
    signals, figures = fit_signals([row for row in rows if row.signals is not None], made.signals[labelled])
    dialect, answered = fit_dialect(rows, made)
    mine = [row for row in rows if row.source == "support_messages"]
    level, called = fit_level(mine, made.level[own], made.called[own])
    written = {
        "encoder": encoder.revision,
        "signals": {
            name: {key: round(value, 4) for key, value in asdict(found).items()} for name, found in signals.items()
        },
        "level": {name: {key: round(value, 4) for key, value in step.items()} for name, step in asdict(level).items()},
        "dialect": {"weight": dialect.weight, "cut": round(dialect.cut, 4)},
        "uncertain": {
            "margin": round(float(np.quantile(made.margin[own], UNSURE_SHARE)), 4),
            "sentiment": _UNSURE_SENTIMENT,
        },
        "dev_figures": figures | {"level": called, "dialect": answered},
    }
    OUTPUT.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(written["dev_figures"], indent=2) + "\n")


def fit_signals(
    rows: Sequence[Row], head: NDArray[np.float32]
) -> tuple[dict[SignalName, SignalFusion], dict[str, Any]]:
    """Fit one logistic model a signal, and the cuts on confidences that each fold's other rows gave.

    Args:
        rows: Rows whose signals are labelled.
        head: The head's probabilities [rows, signals].
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - slow to import
    from sklearn.model_selection import StratifiedKFold, cross_val_predict  # noqa: PLC0415

    ruled = [{signal.name for signal in rule_signals(row.text)} for row in rows]
    truth = np.array([[name in (row.signals or ()) for name in SignalName] for row in rows])
    kept = np.clip(head.astype(np.float64), 1e-4, 1 - 1e-4)
    logits = np.log(kept / (1 - kept))
    models: dict[SignalName, tuple[float, float, float]] = {}
    honest = np.zeros(truth.shape)
    for index, name in enumerate(SignalName):
        features = np.column_stack([logits[:, index], [float(name in own) for own in ruled]])
        # A weak ridge: rules that fire on a handful of rows must not decide alone.
        model = LogisticRegression(C=1.0)
        folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
        honest[:, index] = cross_val_predict(model, features, truth[:, index], cv=folds, method="predict_proba")[:, 1]
        model.fit(features, truth[:, index])
        models[name] = (float(model.coef_[0, 0]), float(model.coef_[0, 1]), float(model.intercept_[0]))
    doubted = [unfounded(row.text, own) for row, own in zip(rows, head, strict=True)]
    for index, name in enumerate(SignalName):
        alone = [name in among and name not in own for among, own in zip(doubted, ruled, strict=True)]
        honest[alone, index] = 0.0  # as served: what has no ground in the words is never raised
    cuts = _cuts(truth, honest)
    fitted = {name: SignalFusion(*models[name], cuts[index]) for index, name in enumerate(SignalName)}
    return fitted, {"rows": len(rows)} | _signal_figures(truth, honest >= np.array(cuts))


def _cuts(truth: NDArray[np.bool_], honest: NDArray[np.float64]) -> list[float]:
    ordinary = np.array([name not in SAFETY for name in SignalName])
    shared = _lowest(truth[:, ordinary], honest[:, ordinary], PRECISION)
    cuts = []
    for index, plain in enumerate(ordinary):
        cuts.append(shared if plain else min(shared, _lowest(truth[:, index], honest[:, index], SAFE_PRECISION)))
    return cuts


def _lowest(truth: NDArray[np.bool_], honest: NDArray[np.float64], precision: float) -> float:
    """Return the lowest cut that keeps a precision."""
    grid = np.linspace(0.05, 0.95, 91)
    found = ((cut, (honest >= cut)) for cut in grid)
    return float(next((cut for cut, above in found if above.any() and truth[above].mean() >= precision), grid[-1]))


def _signal_figures(truth: NDArray[np.bool_], found: NDArray[np.bool_]) -> dict[str, Any]:
    def share(hits: NDArray[np.bool_], among: NDArray[np.bool_]) -> float:
        return round(float(hits.sum() / max(1, among.sum())), 3)

    each = {
        name.value: {"precision": share(t & f, f), "recall": share(t & f, t)}
        for name, t, f in zip(SignalName, truth.T, found.T, strict=True)
    }
    return {"pooled": {"precision": share(truth & found, found), "recall": share(truth & found, truth)}} | each


def fit_level(
    rows: Sequence[Row], head: NDArray[np.float32], called: NDArray[np.int64]
) -> tuple[LevelFusion, dict[str, Any]]:
    """Fit logistic models of "angry or worse" and of "furious", and the cut that parts each best from the level below.

    Args:
        rows: Messages whose level and problem are labelled; cuts are chosen on what other problems' rows gave.
        head: The head's probabilities of the levels [rows, 4].
        called: The level that the head alone calls each row [rows].
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - slow to import
    from sklearn.model_selection import GroupKFold, cross_val_predict  # noqa: PLC0415

    truth, groups = np.array([row.level for row in rows]), np.array([row.problem for row in rows])
    anger = np.array([told_anger(row.text) for row in rows])
    steps, reached = [], [called > 0]
    for level in (2, 3):
        above, chance = truth >= level, np.clip(head[:, level:].sum(axis=1).astype(np.float64), 1e-4, 1 - 1e-4)
        table = np.column_stack([np.log(chance / (1 - chance)), anger])
        folds = GroupKFold(_FOLDS).split(table, above, groups)
        model = LogisticRegression(C=1.0)
        honest = cross_val_predict(model, table, above, cv=folds, method="predict_proba")[:, 1]
        model.fit(table, above)
        near = (truth == level - 1) | (truth == level)
        weight, felt, bias = map(float, (*model.coef_[0], model.intercept_[0]))
        step = LevelStep(weight, felt, bias, _balanced(above[near], honest[near]))
        steps.append(step)
        reached.append(reached[-1] & (honest >= step.cut))
    decided = np.maximum(np.sum(reached, axis=0), [is_weary_of_it(row.text) for row in rows])
    return LevelFusion(*steps), _level_figures(truth, decided)


def _balanced(truth: NDArray[np.bool_], honest: NDArray[np.float64]) -> float:
    grid = np.linspace(0.05, 0.95, 91)
    return float(max(grid, key=lambda cut: (honest[truth] >= cut).mean() + (honest[~truth] < cut).mean()))


def _level_figures(truth: NDArray[np.int64], called: NDArray[np.int64]) -> dict[str, Any]:
    from sklearn.metrics import cohen_kappa_score  # noqa: PLC0415 - slow to import

    shares = {level.value: round(float((called[truth == k] == k).mean()), 3) for k, level in enumerate(AngerLevel)}
    return {"n": len(truth), "kappa": round(float(cohen_kappa_score(truth, called, weights="quadratic")), 3)} | shares


def fit_dialect(rows: Sequence[Row], made: Encoded) -> tuple[DialectFusion, dict[str, float]]:
    """Choose the markers' weight by likelihood, then the lowest cut that keeps ``DIALECT_ACCURACY`` where answered."""
    chosen = [index for index, row in enumerate(rows) if dialect_of(row) >= 0]
    truth = np.array([dialect_of(rows[index]) for index in chosen])
    scores = [_scores(rows[index].text) for index in chosen]

    def chances(weight: float) -> NDArray[np.float64]:
        fusion = DialectFusion(weight, 0.0)
        return np.array(
            [fusion.probabilities(own, made.dialect[index]) for own, index in zip(scores, chosen, strict=True)]
        )

    def likelihood(weight: float) -> float:
        return float(np.log(chances(weight)[np.arange(len(truth)), truth]).mean())

    weight = float(max(np.linspace(0.0, 4.0, 41), key=likelihood))
    joint = chances(weight)
    best, right = joint.max(1), joint.argmax(1) == truth
    cut = float(
        next((cut for cut in np.linspace(0.2, 0.99, 80) if right[best >= cut].mean() >= DIALECT_ACCURACY), 0.99)
    )
    answered = best >= cut
    figures = {
        "n": len(truth),
        "weight": round(weight, 2),
        "coverage": round(float(answered.mean()), 3),
        "accuracy_where_answered": round(float(right[answered].mean()), 3),
        "accuracy_if_always_answered": round(float(right.mean()), 3),
    }
    return DialectFusion(round(weight, 2), cut), figures | _by_dialect(truth, right, answered)


def _by_dialect(truth: NDArray[np.int64], right: NDArray[np.bool_], answered: NDArray[np.bool_]) -> dict[str, float]:
    return {
        f"{name}, right where answered": round(float(right[answered & (truth == index)].mean()), 3)
        for index, name in enumerate(DIALECTS)
        if (answered & (truth == index)).any()
    }


def _scores(text: str) -> Mapping[Dialect, float]:
    return dialect_scores(fold(text), arabizi=detect(text).script is Script.ARABIZI)


if __name__ == "__main__":
    typer.run(main)
