from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from models.backends.base import Ids, Outputs
from models.encoder import Encoded, Encoder, batches
from models.outputs import (
    ANGER,
    COLUMNS,
    DIALECT,
    DIALECTS,
    LEVEL,
    SENTIMENT,
    SIGNAL_NAMES,
    SIGNALS,
    TARGET,
    TARGETS,
    TECHNICAL,
    TECHNICAL_LEVELS,
)
from models.space import SearchSpace

MESSAGES = (
    "وين بطاقتي؟ صارلي أسبوعين أستنى",
    "Where is my card? I ordered it two weeks ago.",
    "😡😡😡",
    "",
    "أنتم نصابون! رجعوا فلوسي حالاً 😡",
    "thank you so much, all sorted ❤️",
    "wen el flos bta3ty ya gama3a?",
    "لم يصل المبلغ " * 40,
    "a",
    "شكرا",
    "I'm furious. Third time I ask, and nobody answers!",
)


def probabilities(encoded: Encoded) -> np.ndarray:
    single = [encoded.anger[:, None], encoded.intensity[:, None]]
    several = [encoded.sentiment, encoded.level, encoded.target, encoded.signals, encoded.dialect, encoded.technical]
    return np.concatenate([*single, *several], axis=1)


def test_shapes_and_ranges(encoder: Encoder) -> None:
    made = encoder.encode(MESSAGES)
    count = len(MESSAGES)
    assert made.vectors.shape == (count, encoder.dimension)
    np.testing.assert_allclose(np.linalg.norm(made.vectors, axis=1), 1, atol=1e-4)
    assert made.signals.shape == (count, len(SIGNAL_NAMES))
    classes = ((made.sentiment, 3), (made.level, 4), (made.target, 3), (made.dialect, 7), (made.technical, 3))
    for chances, width in classes:
        assert chances.shape == (count, width)
        np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-4)
    assert set(made.called.tolist()) <= {0, 1, 2, 3}
    assert (made.margin >= 0).all()
    values = probabilities(made)
    assert values.min() >= 0
    assert values.max() <= 1
    assert len(made.tokens) == count


def test_no_texts(encoder: Encoder) -> None:
    made = encoder.encode([])
    assert made.vectors.shape == (0, encoder.dimension)
    assert made.sentiment.shape == (0, 3)
    assert made.level.shape == (0, 4)
    assert made.called.shape == made.margin.shape == (0,)
    assert made.tokens == ()
    assert encoder.bare([])[1].shape == (0, COLUMNS)


def test_an_answer_does_not_depend_on_its_batch(encoder: Encoder) -> None:
    texts = [f"{MESSAGES[index % len(MESSAGES)]} {index}" for index in range(32)]
    together = encoder.encode(texts)
    alone = [encoder.encode([text]) for text in texts]
    difference = np.abs(probabilities(together) - np.concatenate([probabilities(made) for made in alone]))
    assert difference.max() <= 0.01
    cosines = (together.vectors * np.concatenate([made.vectors for made in alone])).sum(axis=1)
    assert cosines.min() > 0.9999


def test_order_is_kept(encoder: Encoder) -> None:
    forward = encoder.encode(MESSAGES)
    backward = encoder.encode(MESSAGES[::-1])
    np.testing.assert_allclose(forward.vectors, backward.vectors[::-1], atol=1e-4)
    assert forward.tokens[0][0].start == backward.tokens[-1][0].start


def test_token_spans_point_into_the_original(encoder: Encoder) -> None:
    text = "\u202bوَيْنَ بطاقـــتي 😡 where?\u202c"
    spans = encoder.encode([text]).tokens[0]
    assert spans
    assert all(0 <= token.start < token.end <= len(text) for token in spans)
    assert [token.start for token in spans] == sorted(token.start for token in spans)
    assert "😡" in [text[token.start : token.end].strip() for token in spans]
    assert encoder.encode([""]).tokens[0] == ()


def test_contributions_explain_the_anger_logit(encoder: Encoder) -> None:
    calm, angry = encoder.encode(["thanks, all fine now", "this is a disgrace, you thieves 😡"]).tokens
    assert sum(token.anger for token in angry) > sum(token.anger for token in calm)


def test_control_tokens_in_a_message_are_only_text(encoder: Encoder) -> None:
    ids = encoder.ids(["</s> <s> <pad> hi"])[0]
    assert ids[0] == 0
    assert ids[-1] == 2
    assert not {0, 1, 2} & set(ids[1:-1])


@pytest.mark.parametrize("text", ["\ud83d", "\x00", " \n ", "\u200f\u202e", "😀" * 2000, "x" * 20000, "👩🏽‍🚀"])
def test_awkward_texts_have_an_answer(encoder: Encoder, text: str) -> None:
    made = encoder.encode([text])
    assert np.isfinite(made.vectors).all()
    assert np.isfinite(probabilities(made)).all()
    assert all(token.end <= len(text) for token in made.tokens[0])


def test_long_text_is_cut(encoder: Encoder) -> None:
    assert len(encoder.ids(["word " * 3000])[0]) == encoder.max_tokens


def test_what_any_agent_would_agree_on(encoder: Encoder) -> None:
    made = encoder.encode(
        [
            "كيف أغير الرقم السري؟",
            "How do I change my PIN?",
            "خدمة زبالة! سرقتوا فلوسي وما حد يرد، والله لأفضحكم 😡😡",
            "Worst bank ever! You stole my money and nobody answers. I'm absolutely furious!!!",
            "شكرا جزيلا، خدمة رائعة ❤️",
        ]
    )
    assert (made.called[[0, 1, 4]] == 0).all()
    assert (made.called[2:4] >= 2).all()
    assert (made.anger[2:4] > 0.5).all()
    assert (made.anger[[0, 1, 4]] < 0.5).all()
    assert (made.sentiment.argmax(axis=1)[2:] == [0, 0, 2]).all()


def test_batches_stay_within_the_budget() -> None:
    lengths = [5, 100, 7, 600, 5, 30, 31, 32]
    groups = list(batches(lengths, budget=128))
    assert sorted(index for group in groups for index in group) == list(range(len(lengths)))
    assert all(len(group) == 1 or len(group) * max(lengths[index] for index in group) <= 128 for group in groups)


class ScriptedBackend:
    """Gives every text the same logits; each token adds the number of the column to it."""

    name = "scripted"

    def __init__(self, logits: Mapping[int, float]) -> None:
        self.logits = np.zeros((1, COLUMNS), np.float32)
        self.logits[0, list(logits)] = list(logits.values())

    def run(self, ids: Ids, mask: Ids) -> Outputs:
        assert ids.shape == mask.shape
        rows, tokens = ids.shape
        terms = np.tile(np.arange(COLUMNS, dtype=np.float32), (rows, tokens, 1))
        vectors = np.full((rows, 4), 0.5, np.float32)
        return Outputs(vectors, vectors, self.logits.repeat(rows, axis=0), terms)


def scripted(logits: Mapping[int, float], cuts: Sequence[float] = (0.25, 0.5, 0.75)) -> Encoder:
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "query": 1, ":": 2}, unk_token="[UNK]"))  # noqa: S106 - no password
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return Encoder(
        ScriptedBackend(logits),
        tokenizer,
        name="scripted",
        revision="0",
        dimension=4,
        max_tokens=16,
        thresholds=(0.0, 1.0, 2.0),
        cuts=cuts,
        space=SearchSpace({}),
    )


@pytest.mark.parametrize(("score", "called"), [(-2.0, 0), (-1.0, 1), (0.5, 1), (1.5, 2), (3.0, 2), (3.5, 3)])
def test_a_level_is_called_from_its_cut_on(score: float, called: int) -> None:
    made = scripted({LEVEL: score}).encode(["where is it"])
    assert made.called.tolist() == [called]


def test_no_level_is_called_above_one_that_is_not_reached() -> None:
    assert scripted({LEVEL: 1.0}, cuts=(0.9, 0.1, 0.1)).encode(["a"]).called.tolist() == [0]


@pytest.mark.parametrize(("score", "margin"), [(-1.0, np.log(3) - 1), (0.8, 0.2), (1.5, 0.5), (3.1, 2.1)])
def test_the_margin_is_to_the_nearer_of_the_first_two_cuts(score: float, margin: float) -> None:
    assert scripted({LEVEL: score}).encode(["a"]).margin[0] == pytest.approx(margin, abs=1e-5)


def test_every_task_reads_its_own_columns() -> None:
    columns = range(COLUMNS)
    for place in range(len(TARGETS)):
        assert scripted({columns[TARGET][place]: 5.0}).encode(["a"]).target.argmax() == place
    for place in range(len(SIGNAL_NAMES)):
        signals = scripted({columns[SIGNALS][place]: 2.0}).encode(["a"]).signals[0]
        np.testing.assert_allclose(signals, [0.880797 if other == place else 0.5 for other in range(13)], atol=1e-5)
    for place in range(len(DIALECTS)):
        assert scripted({columns[DIALECT][place]: 5.0}).encode(["a"]).dialect.argmax() == place
    for place in range(len(TECHNICAL_LEVELS)):
        assert scripted({columns[TECHNICAL][place]: 5.0}).encode(["a"]).technical.argmax() == place


def test_a_token_carries_the_terms_of_its_own_columns() -> None:
    first, second = scripted({}).encode(["two words"]).tokens[0]
    assert [(token.start, token.end) for token in (first, second)] == [(0, 3), (4, 9)]
    assert first.anger == ANGER
    assert first.sentiment == SENTIMENT.stop - 1
    assert first.signals == tuple(range(SIGNALS.start, SIGNALS.stop))


@pytest.mark.parametrize("text", ["", "  ", "\u200f"])
def test_where_nothing_is_said_nothing_is_found(text: str) -> None:
    furious = scripted({ANGER: 9.0, LEVEL: 9.0, 0: 9.0, **dict.fromkeys(range(SIGNALS.start, SIGNALS.stop), 9.0)})
    made = furious.encode([text])
    assert made.called.tolist() == [0]
    assert made.sentiment.argmax() == 1
    assert max(made.anger[0], made.intensity[0], made.signals.max()) < 0.05
    assert furious.encode([f"{text} now"]).called.tolist() == [3]


def test_bare_logits_are_those_of_the_graph() -> None:
    made = scripted({0: 0.25, COLUMNS - 1: -3.0}).bare(["a", "b c"])[1]
    assert made.shape == (2, COLUMNS)
    assert (made[:, [0, 1, COLUMNS - 1]] == [0.25, 0.0, -3.0]).all()
