"""Figures of our own corpora: counts, repeats, and how far shallow cues (length, marks, keywords) tell the level."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.normalise import normalise
from models.sets.catalogue import load_set
from models.sets.rows import LEVELS, SENTIMENTS, Row

_SEED = 0
_TREES = 200
_FOLDS = 5
_SHINGLE = 5
_SHARED_WORDS = 5
_BLOCK = 512

Figures = dict[str, Any]


def corpus_figures() -> Figures:
    """Return the figures of each of our corpora by its name, and the nearest pairs of texts over both together."""
    messages, signals = load_set("support_messages"), load_set("support_signals")
    texts = [row.text for row in (*messages, *signals)]
    return {
        "support_messages": {
            **_counts(messages),
            "problems": dict(Counter({row.problem: row.split for row in messages}.values())),
            "sectors": dict(Counter(str(row.problem).split("-")[0] for row in messages)),
            "lengths": lengths(messages),
            "surface_ranking": {
                "test": surface_ranking(messages),
                "cross_validated": surface_ranking_across(messages),
            },
            "keyword_level_accuracy": keyword_accuracy(messages),
            "shared_words": shared_words([row.text for row in messages], [str(row.problem) for row in messages]),
            "openings": openings(row.text for row in messages),
        },
        "support_signals": {
            **_counts(signals),
            "blocks": _crossed((f"{row.block} {'+' if row.positive else '-'}", row) for row in signals),
            "shared_words": shared_words([row.text for row in signals], [str(at) for at in range(len(signals))]),
            "openings": openings(row.text for row in signals),
        },
        "nearest": [
            {"jaccard": round(jaccard, 3), "texts": [texts[one], texts[other]]}
            for jaccard, one, other in near_duplicates(texts, floor=0.4)[:10]
        ],
    }


def _counts(rows: Sequence[Row]) -> Figures:
    marked = ((name, row) for row in rows for name in sorted(row.signals or ()))
    return {
        "messages": dict(Counter(row.split for row in rows)),
        "variety": _spread(("/".join(filter(None, (row.variety, row.region))), row.split) for row in rows),
        "level": _spread((LEVELS[row.level or 0], row.split) for row in rows),
        "target": _spread((row.target, LEVELS[row.level or 0]) for row in rows),
        "sentiment": _spread((SENTIMENTS[row.sentiment or 0], LEVELS[row.level or 0]) for row in rows),
        "technical": _spread((row.technical, row.split) for row in rows),
        "signals": _crossed(marked),
    }


def _spread(pairs: Iterable[tuple[str | None, str]]) -> dict[str, dict[str, int]]:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, part in pairs:
        found[str(name)][part] += 1
    return {name: dict(found[name]) for name in sorted(found)}


def _crossed(named: Iterable[tuple[str, Row]]) -> dict[str, dict[str, int]]:
    return _spread((name, f"{'en' if row.language == 'en' else 'ar'} {row.split}") for name, row in named)


def lengths(rows: Sequence[Row]) -> dict[str, dict[str, float]]:
    """Return by level the mean characters and words, and the share of texts with ``!`` and with a question mark."""
    found = {}
    for rank, level in enumerate(LEVELS):
        counted = np.array([surface_features(row.text) for row in rows if row.level == rank])
        characters, words, exclaimed, asked = counted[:, 0], counted[:, 1], counted[:, 2] > 0, counted[:, 3] > 0
        means = (characters.mean(), words.mean(), exclaimed.mean(), asked.mean())
        names = ("characters", "words", "exclaimed", "asked")
        found[level] = {name: round(float(mean), 2) for name, mean in zip(names, means, strict=True)}
    return found


def surface_features(text: str) -> list[float]:
    """Count what needs no reading, 12 numbers: characters, words, marks, capitals, digits, line breaks."""
    words, characters = max(1, len(text.split())), max(1, len(text))
    return [
        len(text),
        len(text.split()),
        text.count("!"),
        text.count("?") + text.count("؟"),
        text.count("."),
        text.count(",") + text.count("،"),
        text.count("..."),
        sum(char.isupper() for char in text) / characters,
        float(text[-1:] in {".", "!", "?", "؟"}),
        sum(char.isdigit() for char in text),
        text.count("\n"),
        len(text) / words,
    ]


def surface_ranking(rows: Sequence[Row]) -> float:
    """Return how often length and marks, learned on train, rank the angrier of two texts of one test group right."""
    train, test = ([row for row in rows if row.split == split] for split in ("train", "test"))
    features, levels = _surface(train)
    return pairs_in_order(test, _forest(features, levels, _surface(test)[0]))


def surface_ranking_across(rows: Sequence[Row]) -> float:
    """Return the same over all rows, each ranked by a forest that saw no text of its problem."""
    from sklearn.model_selection import GroupKFold  # noqa: PLC0415 - slow to import

    features, levels = _surface(rows)
    ranks = np.zeros(len(rows))
    for train, held in GroupKFold(_FOLDS).split(features, levels, groups=[row.problem for row in rows]):
        ranks[held] = _forest(features[train], levels[train], features[held])
    return pairs_in_order(rows, ranks)


def _surface(rows: Sequence[Row]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    return np.array([surface_features(row.text) for row in rows]), np.array([row.level for row in rows], np.int64)


def _forest(
    features: NDArray[np.float64], levels: NDArray[np.int64], asked: NDArray[np.float64]
) -> NDArray[np.float64]:
    from sklearn.ensemble import RandomForestClassifier  # noqa: PLC0415 - slow to import

    forest = RandomForestClassifier(_TREES, min_samples_leaf=5, random_state=_SEED, n_jobs=1).fit(features, levels)
    return np.asarray(forest.predict_proba(asked) @ forest.classes_, np.float64)


def pairs_in_order(rows: Sequence[Row], ranks: Sequence[float] | NDArray[np.float64]) -> float:
    """Return the share of pairs of one group and two levels whose ranks are in the levels' order; a tie counts half.

    Args:
        rows: Texts with ``group`` and ``level``.
        ranks: One number a row, higher for angrier.

    Returns:
        Between 0 and 1 (chance 0.5), NaN without such a pair.
    """
    groups: defaultdict[str | None, list[tuple[int, float]]] = defaultdict(list)
    for row, rank in zip(rows, ranks, strict=True):
        groups[row.group].append((row.level or 0, float(rank)))
    scores = []
    for members in groups.values():
        for (low, under), (high, over) in combinations(sorted(members, key=lambda member: member[0]), 2):
            if low < high:
                scores.append(float(over > under) + (over == under) / 2)
    return round(float(np.mean(scores)), 3) if scores else float("nan")


def near_duplicates(texts: Sequence[str], floor: float) -> list[tuple[float, int, int]]:
    """Return the pairs of texts whose sets of character 5-grams have a Jaccard of at least ``floor``, nearest first.

    Args:
        texts: Any texts; one shorter than five characters is its own single n-gram.
        floor: Above 0, at most 1.

    Returns:
        Jaccard, and the two texts' places, the lower first.
    """
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 - slow to import

    grams = CountVectorizer(analyzer=_shingles, binary=True, dtype=np.int32).fit_transform(texts)
    sizes = np.asarray(grams.sum(axis=1)).ravel()
    found: list[tuple[float, int, int]] = []
    for start in range(0, len(texts), _BLOCK):
        # A block of rows at a time bounds the memory; the sparse product counts the n-grams that two texts share.
        shared = (grams[start : start + _BLOCK] @ grams.T).tocoo()
        ones, others = shared.row + start, shared.col
        jaccard = shared.data / (sizes[ones] + sizes[others] - shared.data)
        keep = (ones < others) & (jaccard >= floor)
        found += zip(jaccard[keep].tolist(), ones[keep].tolist(), others[keep].tolist(), strict=True)
    return sorted(found, key=lambda pair: (-pair[0], pair[1], pair[2]))


def _shingles(text: str) -> set[str]:
    return {text[start : start + _SHINGLE] for start in range(max(1, len(text) - _SHINGLE + 1))}


def shared_words(texts: Sequence[str], owners: Sequence[str]) -> float:
    """Return the share of texts that have five words in a row in common with a text of another owner (its problem)."""
    grams = [set(_word_runs(text)) for text in texts]
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for own, owner in zip(grams, owners, strict=True):
        for gram in own:
            seen[gram].add(owner)
    return round(sum(any(len(seen[gram]) > 1 for gram in own) for own in grams) / len(texts), 4)


def _word_runs(text: str) -> Iterator[str]:
    words = normalise(text).text.lower().split()
    for start in range(len(words) - _SHARED_WORDS + 1):
        yield " ".join(words[start : start + _SHARED_WORDS])


def openings(texts: Iterable[str], top: int = 8) -> dict[str, int]:
    """Return the commonest first two words, with how many texts start so."""
    return dict(Counter(" ".join(text.split()[:2]) for text in texts).most_common(top))


def keyword_accuracy(rows: Sequence[Row]) -> float:
    """Return the macro accuracy over the four levels of a word-level TF-IDF model, learned on train, on test."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - slow to import
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.metrics import balanced_accuracy_score  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415

    words = TfidfVectorizer(token_pattern=r"\w+", ngram_range=(1, 2), sublinear_tf=True)  # noqa: S106 - a word
    model = make_pipeline(words, LogisticRegression(C=4, max_iter=1000, random_state=_SEED))
    train, test = ([row for row in rows if row.split == split] for split in ("train", "test"))
    model.fit([normalise(row.text).text for row in train], [row.level for row in train])
    found = model.predict([normalise(row.text).text for row in test])
    return round(float(balanced_accuracy_score([row.level for row in test], found)), 3)
