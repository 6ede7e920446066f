"""How much of a label the encoder's frozen outputs hold: a linear classifier on them, cross-validated."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.data import Example
from evaluation.experiments.encoding import Answer, encode, tables
from models.encoder import Encoded, Encoder
from models.errors import ConfigurationError
from models.normalise import normalise

FOLDS = 10
SEED = 20_260_101
"""Of the folds: fixed, so that every run and revision is judged on the same ones."""
STRENGTHS = (0.003, 0.01, 0.03, 0.1, 0.3)
"""Inverse regularisation of the encoder's classifier, chosen within each training part alone."""
_EDGE = 1e-5


def probe_answers(encoder: Encoder, examples: Sequence[Example]) -> list[Answer]:
    """Predict each row's ``true_intent`` from the other folds.

    ``probe`` sees the encoder's outputs, ``tfidf`` character TF-IDF (the stated baseline), ``both`` the two joined.

    Raises:
        ConfigurationError: a row has no intent, or a label has fewer rows than there are folds.
    """
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415 - slow to import

    labels = np.array([str(row.columns.get("true_intent")) for row in examples])
    names, counts = np.unique(labels, return_counts=True)
    if len(names) < 2 or counts.min() < FOLDS or "None" in names:
        raise ConfigurationError(f"A probe needs two labels or more and {FOLDS} rows of each: take more rows.")
    texts = np.array([normalise(row.text).text.lower() for row in examples], dtype=object)
    inner = outputs(encode(encoder, [row.text for row in examples]))
    guesses = {name: np.empty(len(labels), dtype=labels.dtype) for name in ("probe", "tfidf", "both")}
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(inner, labels):
        for name, found in _fold(texts, inner, labels, train, test).items():
            guesses[name][test] = found
    return [{name: str(found[place]) for name, found in guesses.items()} for place in range(len(labels))]


def outputs(encoded: Encoded) -> NDArray[np.float64]:
    """Return all that the encoder says of n texts as numbers [n, features]: vectors, and logits of its answers."""
    said = np.clip(np.concatenate(list(tables(encoded).values()), axis=1).astype(np.float64), _EDGE, 1 - _EDGE)
    return np.concatenate([encoded.vectors.astype(np.float64), np.log(said) - np.log1p(-said)], axis=1)


def _fold(
    texts: NDArray[Any],
    inner: NDArray[np.float64],
    labels: NDArray[Any],
    train: NDArray[np.intp],
    test: NDArray[np.intp],
) -> dict[str, NDArray[Any]]:
    """Fit the three classifiers on ``train``; return their labels for ``test``."""
    from scipy.sparse import csr_matrix, hstack  # noqa: PLC0415 - slow to import
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.model_selection import GridSearchCV  # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415

    words = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True)
    seen, unseen = words.fit_transform(texts[train]), words.transform(texts[test])
    scale = StandardScaler().fit(inner[train])
    known, asked = scale.transform(inner[train]), scale.transform(inner[test])
    probe = GridSearchCV(LogisticRegression(max_iter=2_000), {"C": STRENGTHS}, cv=5, scoring="f1_macro")
    probe.fit(known, labels[train])
    # A standardised column weighs about sqrt(features) times a TF-IDF one: scaled down, neither drowns the other.
    share = 1 / np.sqrt(inner.shape[1])
    tfidf = LogisticRegression(C=4, solver="liblinear", random_state=SEED)
    found = {"probe": probe.predict(asked), "tfidf": tfidf.fit(seen, labels[train]).predict(unseen)}
    tfidf.fit(hstack([seen, csr_matrix(known * share)]).tocsr(), labels[train])
    return found | {"both": tfidf.predict(hstack([unseen, csr_matrix(asked * share)]).tocsr())}
