"""The one forward pass: texts in, vectors and head outputs out, each independent of its batch-mates."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.normalise import Normalised, normalise
from models.outputs import ANGER, COLUMNS, DIALECT, INTENSITY, LEVEL, SENTIMENT, SIGNALS, TARGET, TECHNICAL
from models.signal_head import SignalHead
from models.space import SearchSpace

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

    from models.backends.base import Backend, VectorModel

SecondReading = Callable[[str], str | None]
"""Returns another spelling of a text that says the same, where it has one."""

PREFIX = "query: "
"""e5's convention for symmetric tasks; it stands before every text, customers' messages and resolutions alike."""

BATCH_TOKENS = 512
"""Most tokens of one run, padding included; a longer single text runs alone."""

_TINY = 1e-12
_SILENCE = np.array([-4, 4, -4, -6, -6, -9, *[0] * 3, *[-9] * 13, *[0] * 10], np.float32)
"""Logits of a text that has no token of its own: nothing was said, so it is neutral, calm and without signals."""


@dataclass(frozen=True, slots=True)
class TokenWeight:
    """What one token added to the logits.

    Attributes:
        start: First code point in the original text.
        end: One past the last code point in the original text.
        anger: Exact term of the anger logit; positive means angrier.
        sentiment: Exact term of the positive minus the negative logit.
        signals: Exact terms of the signals' logits, in the order of ``models.outputs.SIGNAL_NAMES``.
    """

    start: int
    end: int
    anger: float
    sentiment: float
    signals: tuple[float, ...] = ()


@dataclass(frozen=True)
class Encoded:
    """The encoder's answer for n texts, in their order.

    Attributes:
        vectors: L2-normalised embeddings [n, hidden] of the states that the heads read too.
        search: L2-normalised embeddings [n, dimension] for search: one matter, one place, however it is told.
        sentiment: Calibrated probabilities of negative, neutral, positive [n, 3].
        anger: Calibrated probability that anger is present [n].
        intensity: Anger intensity in [0, 1] [n].
        level: Probabilities of calm, irritated, angry, furious [n, 4], for an inbox in which most are calm.
        called: The level to call it, by the card's cuts [n]: an angry customer taken for calm costs more than the other
            way about, so these lie below one half.
        margin: How far P(level >= k) lies from its cut, on the logit scale, for the nearer of the first two cuts [n].
        target: Probabilities that anger is aimed at us, a third party, oneself [n, 3]; read them where there is anger.
        signals: Probability of each of ``models.outputs.SIGNAL_NAMES`` [n, 13].
        dialect: Probabilities of ``models.outputs.DIALECTS`` [n, 7]; read them where the text is Arabic.
        technical: Probabilities of ``models.outputs.TECHNICAL_LEVELS`` [n, 3].
        tokens: For each text, its tokens' contributions. A logit is their sum plus a share of the text as a whole
            (its end marker and the constant), so small weights everywhere mean that no single word decided.
    """

    vectors: NDArray[np.float32]
    search: NDArray[np.float32]
    sentiment: NDArray[np.float32]
    anger: NDArray[np.float32]
    intensity: NDArray[np.float32]
    level: NDArray[np.float32]
    called: NDArray[np.int64]
    margin: NDArray[np.float32]
    target: NDArray[np.float32]
    signals: NDArray[np.float32]
    dialect: NDArray[np.float32]
    technical: NDArray[np.float32]
    tokens: tuple[tuple[TokenWeight, ...], ...]


class Encoder:
    """A loaded artefact; make one with ``models.registry.load_encoder``. One caller at a time.

    Attributes:
        name: The artefact's name.
        revision: Short hash of its files.
        hidden: Width of ``Encoded.vectors``.
        dimension: Width of ``Encoded.search``.
        max_tokens: Longer texts are cut to this many tokens.
        cuts: P(level >= k) from which a message is called irritated, angry, furious.
        backend: What runs the graph, for timing it bare.
        space: Maps ``Encoded.search`` to the space that resolutions are searched in.

    ``second`` reads some texts a second way, as ``inference.transliteration`` does with Arabizi; ``ids``, ``pieces``
    and ``bare`` know the first alone.
    """

    def __init__(
        self,
        backend: "Backend",
        tokenizer: "Tokenizer",
        *,
        name: str,
        revision: str,
        dimension: int,
        max_tokens: int,
        thresholds: Sequence[float],
        cuts: Sequence[float],
        space: SearchSpace,
        signal_head: SignalHead | None = None,
        vector_model: "VectorModel | None" = None,
        second: SecondReading | None = None,
    ) -> None:
        self.name = name
        self.revision = revision
        self.hidden = dimension
        self.dimension = vector_model.dimension if vector_model else dimension
        self.max_tokens = max_tokens
        self.space = space
        self.backend = backend
        self._vector_model = vector_model
        self._signal_head = signal_head
        self._second = second
        self._tokenizer = tokenizer
        self._tokenizer.enable_truncation(max_tokens)
        self._tokenizer.no_padding()
        # A customer who writes "</s>" has written four characters, not a control token.
        self._tokenizer.encode_special_tokens = True
        self._thresholds = np.asarray(thresholds, np.float32)
        self.cuts = np.asarray(cuts, np.float32)

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

        A text that can be read a second way is answered by the mean of both readings, its tokens by the first.

        Args:
            texts: Any strings, the empty one included; over-long ones are cut to ``max_tokens``.

        Returns:
            The answers in the order of ``texts``.
        """
        count, also = len(texts), self._read_again(texts)
        read = [*texts, *also.values()]
        vectors, search, logits, tokens = self._run(read)
        signals = self._signals(read, vectors, logits)
        for row, index in enumerate(also, start=count):
            for made in (vectors, search, logits, signals):
                made[index] = (made[index] + made[row]) / 2
            for made in (vectors, search):
                made[index] /= max(float(np.linalg.norm(made[index])), _TINY)
        vectors, search, logits, signals = (made[:count] for made in (vectors, search, logits, signals))
        level = _levels(logits[:, LEVEL], self._thresholds)
        return Encoded(
            vectors=vectors,
            search=search,
            sentiment=_softmax(logits[:, SENTIMENT]),
            anger=_sigmoid(logits[:, ANGER]),
            intensity=_sigmoid(logits[:, INTENSITY]),
            level=level,
            called=_called(level, self.cuts),
            margin=_margin(logits[:, LEVEL], self._thresholds, self.cuts),
            target=_softmax(logits[:, TARGET]),
            signals=signals,
            dialect=_softmax(logits[:, DIALECT]),
            technical=_softmax(logits[:, TECHNICAL]),
            tokens=tokens[:count],
        )

    def _read_again(self, texts: Sequence[str]) -> dict[int, str]:
        """Return the second readings of the texts that have one, by their place."""
        if self._second is None:
            return {}
        readings = ((place, self._second(text)) for place, text in enumerate(texts))
        return {place: reading for place, reading in readings if reading is not None}

    def _signals(
        self, texts: Sequence[str], vectors: NDArray[np.float32], logits: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        if self._signal_head is None or not texts:
            return _sigmoid(logits[:, SIGNALS])
        return self._signal_head(texts, vectors, logits)

    def bare(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return vectors [n, hidden] and the graph's logits [n, columns], on which calibration is fitted."""
        vectors, _, logits, _ = self._run(texts)
        return vectors, logits

    def _run(
        self, texts: Sequence[str]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], tuple[tuple[TokenWeight, ...], ...]]:
        cleaned = [normalise(text) for text in texts]
        encodings = self._encodings(cleaned)
        own = self._vector_model
        vectors = np.zeros((len(texts), self.hidden), np.float32)
        search: NDArray[np.float32] = (
            np.zeros((len(texts), self.dimension), np.float32)
            if own is None
            else own.encode([clean.text for clean in cleaned])
        )
        logits = np.zeros((len(texts), COLUMNS), np.float32)
        tokens: list[tuple[TokenWeight, ...]] = [()] * len(texts)
        for batch in batches([len(encoding.ids) for encoding in encodings]):
            made = self.backend.run(**feed([encodings[index].ids for index in batch]))
            vectors[batch], logits[batch] = made.vector, made.logits
            if own is None:
                search[batch] = made.search
            for row, index in enumerate(batch):
                tokens[index] = _weights(cleaned[index], encodings[index], made.contributions[row])
                if not tokens[index]:
                    logits[index] = _SILENCE
        return vectors, search, logits, tuple(tokens)


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
    anger = terms[:, ANGER].tolist()
    sentiment = (terms[:, 2] - terms[:, 0]).tolist()
    signals = terms[:, SIGNALS].tolist()
    skip = len(PREFIX)
    return tuple(
        TokenWeight(
            *clean.span(start - skip, end - skip), anger[position], sentiment[position], tuple(signals[position])
        )
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


def _called(level: NDArray[np.float32], cuts: NDArray[np.float32]) -> NDArray[np.int64]:
    # P(level >= k) against its cut; a level counts only where all below it are reached too.
    above = 1 - np.cumsum(level, axis=1)[:, :-1] >= cuts[None, :]
    out: NDArray[np.int64] = np.cumprod(above, axis=1).sum(axis=1)
    return out


def _margin(
    scores: NDArray[np.float32], thresholds: NDArray[np.float32], cuts: NDArray[np.float32]
) -> NDArray[np.float32]:
    places = thresholds + np.log(cuts / (1 - cuts))
    out: NDArray[np.float32] = np.abs(scores[:, None] - places[None, :2]).min(axis=1).astype(np.float32)
    return out
