"""What vectors find, what words find, and what both together do: the same questions, one index."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from evaluation.data import Example
from evaluation.experiments.encoding import Answer, encode
from evaluation.suite import Value
from inference.types import Hit
from models.encoder import Encoder
from models.errors import ConfigurationError
from retrieval.knowledge import KnowledgeBase
from retrieval.sample import intent_of
from retrieval.search import Weights

DEPTH = 10
_NEITHER = Weights(dense=0.0, lexical=0.0, language=0.0, unverified=0.0, expired=0.0, outcome=0.0)
CHOICES = {
    "hybrid": Weights(),
    "dense": replace(_NEITHER, dense=1.0),
    "lexical": replace(_NEITHER, lexical=1.0),
}


def part_answers(
    knowledge: KnowledgeBase,
    encoder: Encoder,
    examples: Sequence[Example],
    *,
    sizes: Mapping[str, int],
    today: date,
) -> list[Answer]:
    """Search for each text by vectors alone, by words alone and by both, and judge the hits by their intents.

    Args:
        knowledge: the index; its weights are set for each search.
        encoder: the served one.
        examples: rows with an intent.
        sizes: how many resolutions each intent has in the index.
        today: the day at which freshness is judged.

    Raises:
        ConfigurationError: a row has no intent.
    """
    if any(row.columns.get("true_intent") is None for row in examples):
        raise ConfigurationError("The parts of a search are judged by intents: its rows need them.")
    vectors = encode(encoder, [row.text for row in examples]).search
    answers: list[Answer] = []
    for row, vector in zip(examples, vectors, strict=True):
        intent = str(row.columns["true_intent"])
        found: dict[str, Value | None] = {}
        for name, weights in CHOICES.items():
            knowledge.weights = weights
            text = row.text if weights.lexical else None
            hits = knowledge.search(vector, text=text, k=DEPTH, today=today).hits
            found |= _judged(name, hits, intent, sizes.get(intent, 0))
        answers.append(found)
    return answers


def _judged(name: str, hits: Sequence[Hit], intent: str, relevant: int) -> dict[str, Value | None]:
    # By words alone, what shares none with the question has not been found: it only filled the list.
    right = [intent_of(hit.resolution.id) == intent and hit.score > 0 for hit in hits]
    return {f"{name}_hit_1": any(right[:1]), f"{name}_ndcg_10": ndcg(right, relevant)}


def ndcg(right: Sequence[bool], relevant: int) -> float:
    """Return nDCG@10 of a ranking whose hits are right or wrong, where ``relevant`` right ones exist.

    Järvelin and Kekäläinen (2002), by scikit-learn: what was not found stands behind all that was.
    """
    from sklearn.metrics import ndcg_score  # noqa: PLC0415 - slow to import

    shown = list(right[:DEPTH]) + [False] * (DEPTH - len(right))
    missed = min(relevant - sum(shown), DEPTH)
    gains = [*shown, *[True] * missed]
    return float(ndcg_score([gains], [range(len(gains), 0, -1)], k=DEPTH))
