"""``python -m inference.calibrate_salience``: fit what a clause tells, and write ``inference/salience.npz``.

Only the train part of our own messages is fitted on; the figures printed are of the dev part.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray

from inference.clauses import split
from inference.salience import BUCKETS, buckets
from models.registry import load_encoder
from models.sets.catalogue import load_set
from models.sets.rows import CALM, Row

OUTPUT = Path(__file__).parent / "salience.npz"
OTHERS = 0.98
"""A clause is compared with the problems nearest to it: this quantile over all others."""
LEAST = -0.12
"""Cosine by which a clause that tells may lie further from its own problem than from those; half of all clauses do."""
SURE = 8.0
"""Weight of a clause for each unit of cosine that it lies from ``LEAST``, up to 1."""
_BATCH, _CHUNK = 256, 1_000
_IRRITATED = 1


class Clause(NamedTuple):
    """A clause with its words, the number of its message, and what is known of that."""

    text: str
    words: tuple[str, ...]
    message: int
    row: Row


def main(
    model: Annotated[Path | None, typer.Option(help="Folder of another artefact than the shipped one.")] = None,
    threads: Annotated[int, typer.Option(help="Threads of the encoder.")] = 2,
) -> None:
    """Fit both models and print how well they tell clauses of unseen problems apart."""
    clauses = clauses_of(load_set("support_messages"))
    encoder = load_encoder(model, threads=threads)
    texts = list(dict.fromkeys(clause.text for clause in clauses))
    parts = [encoder.encode(texts[start : start + _BATCH]).search for start in range(0, len(texts), _BATCH)]
    place = {text: index for index, text in enumerate(texts)}
    vectors = encoder.space(np.concatenate(parts))[[place[clause.text] for clause in clauses]]
    weights, constants, figures = fit(clauses, nearness(clauses, vectors))
    scale = np.abs(weights).max(axis=1) / np.iinfo(np.int8).max
    np.savez_compressed(
        OUTPUT,
        weights=np.round(weights / scale[:, None]).astype(np.int8),
        scale=scale.astype(np.float32),
        constant=constants.astype(np.float32),
    )
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


def clauses_of(rows: Sequence[Row]) -> list[Clause]:
    """Return the clauses of the messages that have any word."""
    found = []
    for message, row in enumerate(rows):
        for clause in split(row.text):
            words = tuple(word.key for word in clause if word.key)
            if words:
                found.append(Clause(row.text[clause[0].start : clause[-1].end], words, message, row))
    return found


def nearness(clauses: Sequence[Clause], vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how much nearer each clause lies to its own problem, told calmly, than to others [clauses].

    Args:
        clauses: All clauses.
        vectors: Theirs, L2-normalised [clauses, dimension].
    """
    calm = sorted((c.row.problem or "", index) for index, c in enumerate(clauses) if c.row.level == CALM)
    problems, starts = np.unique([problem for problem, _ in calm], return_index=True)
    number = {problem: index for index, problem in enumerate(problems.tolist())}
    keys = np.array([index for _, index in calm])
    sources = np.array([clauses[index].message for index in keys])
    near = np.full(len(clauses), np.nan)
    for start in range(0, len(clauses), _CHUNK):
        products = vectors[start : start + _CHUNK] @ vectors[keys].T
        for row, clause in enumerate(clauses[start : start + _CHUNK]):
            products[row, sources == clause.message] = -1.0  # a message says nothing about itself
        best = np.maximum.reduceat(products, starts, axis=1)
        for row, clause in enumerate(clauses[start : start + _CHUNK]):
            own = number.get(clause.row.problem or "")
            if own is not None:
                near[start + row] = best[row, own] - np.quantile(np.delete(best[row], own), OTHERS)
    return near


def fit(
    clauses: Sequence[Clause], near: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], dict[str, Any]]:
    """Fit both models on train clauses; return weights [2, BUCKETS], constants [2] and the AUROCs on dev clauses."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - slow to import
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415

    table = _table(clauses)
    level = np.array([clause.row.level for clause in clauses])
    part = np.array([clause.row.split for clause in clauses])
    labels = {
        "problem": (near > LEAST, ~np.isnan(near), np.minimum(1.0, SURE * np.abs(np.nan_to_num(near) - LEAST)), None),
        "anger": (level > CALM, level != _IRRITATED, np.ones(len(clauses)), "balanced"),
    }
    models, figures = [], {}
    for name, (truth, known, weight, balance) in labels.items():
        train, dev = known & (part == "train"), known & (part == "dev")
        model = LogisticRegression(C=1.0, max_iter=500, class_weight=balance)
        model.fit(table[train], truth[train], sample_weight=weight[train])
        models.append(model)
        area = roc_auc_score(truth[dev], model.decision_function(table[dev]), sample_weight=weight[dev])
        figures[name] = {"n": int(dev.sum()), "auroc": round(float(area), 3)}
    weights = np.stack([model.coef_[0] for model in models])
    return weights, np.array([model.intercept_[0] for model in models]), figures


def _table(clauses: Sequence[Clause]) -> Any:  # noqa: ANN401 - scipy's sparse matrix, which has no types
    """Return the features of ``inference.salience`` as a sparse matrix [clauses, BUCKETS]."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only fitting needs it

    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for index, clause in enumerate(clauses):
        for word in clause.words:
            found = buckets(word)
            rows += [index] * len(found)
            columns += found
            values += [(len(found) * len(clause.words)) ** -0.5] * len(found)
    return csr_matrix((values, (rows, columns)), shape=(len(clauses), BUCKETS))


if __name__ == "__main__":
    typer.run(main)
