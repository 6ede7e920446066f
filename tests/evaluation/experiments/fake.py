"""An encoder whose answers are known: a word's anger is in a table, and a text's logit is the sum of its words'."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.encoder import Encoded, TokenWeight
from models.space import SearchSpace

WORDS = {"awful": 3.0, "never": 1.5, "again": 1.0, "thanks": -2.0}
BIAS = -1.0


class FakeEncoder:
    name, revision, space, dimension = "fake", "1", SearchSpace({}), 16

    def __init__(self, leak: float = 0.0) -> None:
        self.leak = leak
        """Added to every logit of a text that is not alone."""

    def encode(self, texts: Sequence[str]) -> Encoded:
        n = len(texts)
        tokens = tuple(tuple(self._tokens(text)) for text in texts)
        logit = np.array([BIAS + sum(token.anger for token in own) for own in tokens]) + self.leak * (n > 1)
        anger = (1 / (1 + np.exp(-logit))).astype(np.float32)
        level = np.stack([1 - anger, anger / 2, anger / 4, anger / 4], axis=1)
        ones = np.ones((n, 1), np.float32)
        vectors = np.stack([self._vector(text) for text in texts])
        return Encoded(
            vectors=vectors,
            search=vectors,
            sentiment=np.stack([anger, (1 - anger) / 2, (1 - anger) / 2], axis=1),
            anger=anger,
            intensity=anger,
            level=level,
            called=np.asarray(level.argmax(axis=1), np.int64),
            margin=np.abs(anger - 0.5),
            target=ones * np.array([0.6, 0.3, 0.1], np.float32),
            signals=ones * np.linspace(0, 1, 13, dtype=np.float32),
            dialect=ones * np.full(7, 1 / 7, np.float32),
            technical=ones * np.array([0.2, 0.7, 0.1], np.float32),
            tokens=tokens,
        )

    def _tokens(self, text: str) -> list[TokenWeight]:
        found = re.finditer(r"\S+", text)
        return [TokenWeight(*each.span(), WORDS.get(each.group(), 0.0), 0.0) for each in found]

    def _vector(self, text: str) -> NDArray[np.float32]:
        made = np.array([text.count(char) for char in "abcdefghijklmnop"], np.float32) + 0.01
        return made / np.linalg.norm(made)
