"""What length and punctuation alone tell of anger: the baseline that a set of graded wordings must keep low."""

from collections.abc import Sequence

import numpy as np

from evaluation.data import Example
from evaluation.experiments.encoding import Answer
from models.errors import ConfigurationError
from models.sets.inspect import surface_features

_TREES = 200
_SEED = 0


def surface_answers(train: Sequence[Example], examples: Sequence[Example]) -> list[Answer]:
    """Return the expected rank of each text's level, by a random forest on ``surface_features`` of the train part.

    Raises:
        ConfigurationError: the train part has no levels.
    """
    from sklearn.ensemble import RandomForestClassifier  # noqa: PLC0415 - slow to import

    graded = [row for row in train if row.columns.get("true_rank") is not None]
    if not graded:
        raise ConfigurationError("The surface baseline learns from true levels: this set's train part has none.")
    forest = RandomForestClassifier(_TREES, min_samples_leaf=5, random_state=_SEED, n_jobs=1)
    forest.fit([surface_features(row.text) for row in graded], [int(str(row.columns["true_rank"])) for row in graded])
    found = forest.predict_proba([surface_features(row.text) for row in examples]) @ np.asarray(
        forest.classes_, np.float64
    )
    return [{"surface_rank": float(rank)} for rank in found]
