"""The one forward pass: texts in, vectors and head outputs out, each independent of its batch-mates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.normalise import Normalised, normalise
from models.space import SearchSpace

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

PREFIX = "query: "
"""e5's convention for symmetric tasks; it stands before every text, customers' messages and resolutions alike."""

BATCH_TOKENS = 512
"""Most tokens of one run, padding included; a longer single text runs alone."""

_OUTPUTS = ["vector", "logits", "contributions"]
_ANGER, _INTENSITY, _LEVEL = 3, 4, 5
_SILENCE = np.array([-4, 4, -4, -6, -6, -9], np.float32)
"""Logits of a text that has no token of its own: nothing was said, so it is neutral and calm."""


@dataclass(frozen=True, slots=True)
class TokenWeight:
    """What one token added to the logits.

    Attributes:
        start: First code point in the original text.
        end: One past the last code point in the original text.
        anger: Exact term of the anger logit; positive means angrier.
        sentiment: Exact term of the positive minus the negative logit.
    """

    start: int
    end: int
    anger: float
    sentiment: float


@dataclass(frozen=True)
class Encoded:
    """The encoder's answer for n texts, in their order.

    Attributes:
        vectors: L2-normalised embeddings [n, dimension].
        sentiment: Calibrated probabilities of negative, neutral, positive [n, 3].
        anger: Calibrated probability that anger is present [n].
        intensity: Anger intensity in [0, 1] [n].
        level: Probabilities of calm, irritated, angry, furious [n, 4].
        tokens: For each text, its tokens' contributions. A logit is their sum plus a share of the text as a whole
            (its end marker and the constant), so small weights everywhere mean that no single word decided.
    """

    vectors: NDArray[np.float32]
    sentiment: NDArray[np.float32]
    anger: NDArray[np.float32]
    intensity: NDArray[np.float32]
    level: NDArray[np.float32]
    tokens: tuple[tuple[TokenWeight, ...], ...]


class Encoder:
    """A loaded artefact; make one with ``models.registry.load_encoder``. One caller at a time.

    Attributes:
        name: The artefact's name.
        revision: Short hash of its files.
        dimension: Width of ``Encoded.vectors``.
        max_tokens: Longer texts are cut to this many tokens.
        session: The ONNX Runtime session, for timing the bare graph.
        space: Maps ``Encoded.vectors`` to the space that resolutions are searched in.
    """

    def __init__(
        self,
        session: "InferenceSession",
        tokenizer: "Tokenizer",
        *,
        name: str,
        revision: str,
        dimension: int,
        max_tokens: int,
        thresholds: Sequence[float],
        space: SearchSpace,
    ) -> None:
        self.name = name
        self.revision = revision
        self.dimension = dimension
        self.max_tokens = max_tokens
        self.space = space
        self.session = session
        self._tokenizer = tokenizer
        self._tokenizer.enable_truncation(max_tokens)
        self._tokenizer.no_padding()
        # A customer who writes "</s>" has written four characters, not a control token.
        self._tokenizer.encode_special_tokens = True
        self._thresholds = np.asarray(thresholds, np.float32)

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return each text's token ids, markers and prefix included, cut to ``max_tokens``."""
        return [encoding.ids for encoding in self._encodings([normalise(text) for text in texts])]

    def pieces(self, texts: Sequence[str]) -> list[list[str]]:
        """Return each text's tokens as pieces of text, markers and prefix included."""
        return [encoding.tokens for encoding in self._encodings([normalise(text) for text in texts])]

    def _encodings(self, cleaned: Sequence[Normalised]) -> "list[Encoding]":
        texts = [PREFIX + clean.text for clean in cleaned]
        if len(texts) == 1:
            # Waking the tokenizer's thread pool takes longer than one text does.
            return [self._tokenizer.encode(texts[0])]
        made: list[Encoding] = self._tokenizer.encode_batch(texts)
        return made

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Encode texts in one sorted, padded sweep.

        Args:
            texts: Any strings, the empty one included; over-long ones are cut to ``max_tokens``.

        Returns:
            The answers in the order of ``texts``.
        """
        cleaned = [normalise(text) for text in texts]
        encodings = self._encodings(cleaned)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        logits = np.zeros((len(texts), 6), np.float32)
        tokens: list[tuple[TokenWeight, ...]] = [()] * len(texts)
        for batch in batches([len(encoding.ids) for encoding in encodings]):
            made = self.session.run(_OUTPUTS, feed([encodings[index].ids for index in batch]))
            vectors[batch], logits[batch] = made[0], made[1]
            for row, index in enumerate(batch):
                tokens[index] = _weights(cleaned[index], encodings[index], made[2][row])
                if not tokens[index]:
                    logits[index] = _SILENCE
        return Encoded(
            vectors=vectors,
            sentiment=_softmax(logits[:, :3]),
            anger=_sigmoid(logits[:, _ANGER]),
            intensity=_sigmoid(logits[:, _INTENSITY]),
            level=_levels(logits[:, _LEVEL], self._thresholds),
            tokens=tuple(tokens),
        )


def batches(lengths: Sequence[int], budget: int = BATCH_TOKENS) -> Iterator[list[int]]:
    """Group indices by length, so that each group, padded to its longest, stays within ``budget`` tokens."""
    group: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda item: lengths[item]):
        if group and lengths[index] * (len(group) + 1) > budget:
            yield group
            group = []
        group.append(index)
    if group:
        yield group


def feed(ids: Sequence[Sequence[int]]) -> dict[str, NDArray[np.int32]]:
    """Pad token ids to one rectangle: ``ids`` and ``mask`` int32 [batch, tokens]."""
    longest = max(len(row) for row in ids)
    padded = np.ones((len(ids), longest), np.int32)
    mask = np.zeros((len(ids), longest), np.int32)
    for row, values in enumerate(ids):
        padded[row, : len(values)] = values
        mask[row, : len(values)] = 1
    return {"ids": padded, "mask": mask}


def _weights(clean: Normalised, encoding: "Encoding", terms: NDArray[np.float32]) -> tuple[TokenWeight, ...]:
    anger = terms[:, _ANGER].tolist()
    sentiment = (terms[:, 2] - terms[:, 0]).tolist()
    skip = len(PREFIX)
    return tuple(
        TokenWeight(*clean.span(start - skip, end - skip), anger[position], sentiment[position])
        for position, (start, end) in enumerate(encoding.offsets)
        if skip <= start < end
    )


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    out: NDArray[np.float32] = (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)
    return out


def _sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    # The hyperbolic form never overflows.
    out: NDArray[np.float32] = (0.5 * (1 + np.tanh(0.5 * logits))).astype(np.float32)
    return out


def _levels(scores: NDArray[np.float32], thresholds: NDArray[np.float32]) -> NDArray[np.float32]:
    # A cumulative-link (ordinal) head: P(level >= k) = sigmoid(score - threshold_k), thresholds ascending.
    above = _sigmoid(scores[:, None] - thresholds[None, :])
    edges = np.concatenate([np.ones_like(above[:, :1]), above, np.zeros_like(above[:, :1])], axis=1)
    out: NDArray[np.float32] = edges[:, :-1] - edges[:, 1:]
    return out
