"""Is the evidence for anger what moved the answer? Words are taken out of the text and the encoder is asked again."""

import hashlib
import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.data import Example
from evaluation.experiments.encoding import Answer, encode
from models.encoder import Encoder, TokenWeight

SHARE = 0.2
"""Of a text's words, how many are taken out (at least one)."""
DRAWS = 5
"""Random deletions that a text's deletion by evidence is compared with."""
_FEWEST = 4
_WORD = re.compile(r"\S+")
_EDGE = 1e-6
Spans = Sequence[tuple[int, int]]


def deletion_answers(encoder: Encoder, examples: Sequence[Example], seed: int) -> list[Answer]:
    """Compare P(anger) without the words that add most to its logit, and without as many random ones.

    A fifth of the words is taken out, or fewer where fewer add to the logit. Texts of fewer than four words are not
    ``measured``, nor those where no word adds to the logit.
    """
    texts = [row.text for row in examples]
    whole = encode(encoder, texts)
    words = [_words(text) for text in texts]
    weights = [word_weights(spans, tokens) for spans, tokens in zip(words, whole.tokens, strict=True)]
    measured = [place for place, own in enumerate(weights) if len(own) >= _FEWEST and own.max() > 0]
    shortened = []
    for place in measured:
        leading = _leading(weights[place])
        drawn = _random(texts[place], len(words[place]), len(leading), seed)
        shortened += [_without(texts[place], words[place], taken) for taken in (leading, *drawn)]
    if not measured:
        return [{"measured": False} for _ in examples]
    drops = np.repeat(whole.anger[measured], DRAWS + 1) - encode(encoder, shortened).anger
    found = dict(zip(measured, drops.reshape(len(measured), DRAWS + 1).astype(np.float64), strict=True))
    return [_compared(found.get(place)) for place in range(len(examples))]


def _compared(drops: NDArray[np.float64] | None) -> Answer:
    if drops is None:
        return {"measured": False}
    by_evidence, by_chance = float(drops[0]), float(drops[1:].mean())
    return {
        "measured": True,
        "evidence_drop": by_evidence,
        "random_drop": by_chance,
        "drop_gap": by_evidence - by_chance,
        "evidence_drops_more": by_evidence > by_chance,
    }


def occlusion_answers(encoder: Encoder, examples: Sequence[Example]) -> list[Answer]:
    """Correlate each word's contribution to the anger logit with what the logit loses when that word is taken out."""
    from scipy.stats import pearsonr, spearmanr  # noqa: PLC0415 - slow to import

    texts = [row.text for row in examples]
    whole = encode(encoder, texts)
    answers: list[Answer] = []
    for place, text in enumerate(texts):
        spans = _words(text)
        weights = word_weights(spans, whole.tokens[place])
        if len(spans) < _FEWEST or np.ptp(weights) == 0:
            answers.append({"measured": False})
            continue
        without = encode(encoder, [_without(text, spans, [taken]) for taken in range(len(spans))])
        lost = float(_logit(whole.anger[place : place + 1])[0]) - _logit(without.anger)
        if np.ptp(lost) == 0:
            answers.append({"measured": False})
            continue
        answers.append(
            {
                "measured": True,
                "spearman": float(spearmanr(weights, lost)[0]),
                "pearson": float(pearsonr(weights, lost)[0]),
            }
        )
    return answers


def word_weights(spans: Spans, tokens: Iterable[TokenWeight]) -> NDArray[np.float64]:
    """Sum the contributions to the anger logit of the tokens that begin in each word [words]."""
    own = tuple(tokens)
    sums = [sum(token.anger for token in own if start <= token.start < end) for start, end in spans]
    return np.array(sums, dtype=np.float64)


def _words(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _WORD.finditer(text)]


def _leading(weights: NDArray[np.float64]) -> list[int]:
    """Return the words that add most; one that speaks against anger is no evidence of it."""
    first = np.argsort(-weights, kind="stable")[: max(1, round(SHARE * len(weights)))]
    return [int(place) for place in first if weights[place] > 0]


def _random(text: str, words: int, count: int, seed: int) -> list[list[int]]:
    """Draw words, by the seed and the text itself: what stands beside it in a sample does not matter."""
    own = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    rng = np.random.default_rng([seed, own])
    return [rng.permutation(words)[:count].tolist() for _ in range(DRAWS)]


def _without(text: str, words: Spans, taken: Iterable[int]) -> str:
    gone = {int(place) for place in taken}
    return " ".join(text[start:end] for place, (start, end) in enumerate(words) if place not in gone)


def _logit(p: NDArray[np.float32]) -> NDArray[np.float64]:
    clipped = np.clip(p.astype(np.float64), _EDGE, 1 - _EDGE)
    return np.asarray(np.log(clipped) - np.log1p(-clipped))
