"""A tiny encoder and a tiny knowledge base: no artefact, no data sets, answers in microseconds."""

from collections.abc import Sequence
from datetime import date
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from inference.signals import rule_signals
from inference.types import Resolution
from models.encoder import Encoded, Encoder, TokenWeight
from models.outputs import DIALECTS, SIGNAL_NAMES
from models.space import SearchSpace

TODAY = date(2025, 6, 15)
DIMENSION = 64
_ANGRY = ("ridiculous", "disgrace", "furious", "سيئة", "زفت")


class FakeEncoder(Encoder):
    """Hashed character trigrams for vectors; a word list for anger; signals as the rules see them."""

    def __init__(self, revision: str = "fake-1") -> None:
        self.name = "fake"
        self.revision = revision
        self.dimension = DIMENSION
        self.space = SearchSpace({})
        self.calls: list[int] = []

    def encode(self, texts: Sequence[str]) -> Encoded:
        count = len(texts)
        self.calls.append(count)
        angry = np.array([any(word in text for word in _ANGRY) for text in texts], np.bool_)

        def rows(if_angry: Sequence[float], if_calm: Sequence[float]) -> NDArray[np.float32]:
            return np.where(angry[:, None], np.array(if_angry, np.float32), np.array(if_calm, np.float32))

        anger = np.where(angry, np.float32(0.9), np.float32(0.1))
        vectors = np.stack([_vector(text) for text in texts]) if count else np.zeros((0, DIMENSION), np.float32)
        return Encoded(
            vectors=vectors,
            search=vectors,
            sentiment=rows([0.8, 0.1, 0.1], [0.1, 0.8, 0.1]),
            anger=anger,
            intensity=anger,
            level=rows([0.05, 0.05, 0.8, 0.1], [0.9, 0.05, 0.03, 0.02]),
            called=np.where(angry, 2, 0).astype(np.int64),
            margin=np.full(count, 5.0, np.float32),
            target=np.tile(np.array([0.8, 0.1, 0.1], np.float32), (count, 1)),
            signals=np.array([_signals(text) for text in texts], np.float32).reshape(count, len(SIGNAL_NAMES)),
            dialect=np.full((count, len(DIALECTS)), 1 / len(DIALECTS), np.float32),
            technical=np.tile(np.array([0.8, 0.1, 0.1], np.float32), (count, 1)),
            tokens=tuple(_tokens(text) for text in texts),
        )


def _signals(text: str) -> list[float]:
    # Sure wherever a rule is: what a fused signal says must not hang on the fitted weights.
    names = {signal.name.value for signal in rule_signals(text)}
    return [0.99 if name in names else 0.001 for name in SIGNAL_NAMES]


def _vector(text: str) -> NDArray[np.float32]:
    vector = np.full(DIMENSION, 1e-3, np.float32)
    padded = f"  {text.lower()} "
    for start in range(len(padded) - 2):
        vector[crc32(padded[start : start + 3].encode("utf-8", "replace")) % DIMENSION] += 1.0
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def _tokens(text: str) -> tuple[TokenWeight, ...]:
    found = []
    for word in _ANGRY:
        start = text.find(word)
        if start >= 0:
            found.append(TokenWeight(start, start + len(word), 2.0, -1.0, (0.0,) * len(SIGNAL_NAMES)))
    return tuple(found)


def resolution(name: str, problem: str, answer: str, language: str, *, verified: bool = True) -> Resolution:
    return Resolution(
        id=name,
        problem=problem,
        answer=answer,
        steps=("Open the app.", "Tap Cards.") if language == "en" else ("افتحوا التطبيق.", "اختاروا «البطاقات»."),
        restatement="that your card has not arrived" if language == "en" else "أن بطاقتكم لم تصل",
        language=language,
        owner="Cards team",
        verified_by="Cards team" if verified else None,
        verified_at=date(2025, 6, 1) if verified else None,
        review_by=date(2099, 6, 1) if verified else None,
    )


KNOWLEDGE = (
    resolution("card.en", "My new card has not arrived yet", "Cards arrive within 5 to 7 working days.", "en"),
    resolution("card.ar", "بطاقتي الجديدة لم تصل بعد", "تصل البطاقة خلال 5 إلى 7 أيام عمل.", "ar"),
    resolution("fee.en", "Why was I charged a fee abroad", "Withdrawals abroad cost 20 riyals.", "en"),
    resolution("fee.ar", "لماذا خصمتم رسوم السحب في الخارج", "السحب في الخارج رسومه 20 ريالًا.", "ar"),
    resolution("draft.en", "How do I close my account for good", "Write to us from the app.", "en", verified=False),
)
