import numpy as np
import pytest

from models.encoder import Encoded, Encoder, batches

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
    return np.concatenate(
        [encoded.sentiment, encoded.anger[:, None], encoded.intensity[:, None], encoded.level], axis=1
    )


def test_shapes_and_ranges(encoder: Encoder) -> None:
    made = encoder.encode(MESSAGES)
    count = len(MESSAGES)
    assert made.vectors.shape == (count, encoder.dimension)
    np.testing.assert_allclose(np.linalg.norm(made.vectors, axis=1), 1, atol=1e-4)
    assert made.sentiment.shape == (count, 3)
    assert made.level.shape == (count, 4)
    np.testing.assert_allclose(made.sentiment.sum(axis=1), 1, atol=1e-4)
    np.testing.assert_allclose(made.level.sum(axis=1), 1, atol=1e-4)
    values = probabilities(made)
    assert values.min() >= 0
    assert values.max() <= 1
    assert len(made.tokens) == count


def test_no_texts(encoder: Encoder) -> None:
    made = encoder.encode([])
    assert made.vectors.shape == (0, encoder.dimension)
    assert made.sentiment.shape == (0, 3)
    assert made.level.shape == (0, 4)
    assert made.tokens == ()


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


def test_means_are_vectors_of_the_languages(encoder: Encoder) -> None:
    assert {"ar", "en"} <= encoder.space.means.keys()
    assert all(mean.shape == (encoder.dimension,) for mean in encoder.space.means.values())


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
    assert (made.level.argmax(axis=1)[:2] == 0).all()
    assert (made.level.argmax(axis=1)[2:4] >= 2).all()
    assert (made.anger[2:4] > 0.5).all()
    assert (made.anger[[0, 1, 4]] < 0.5).all()
    assert (made.sentiment.argmax(axis=1)[2:] == [0, 0, 2]).all()


def test_batches_stay_within_the_budget() -> None:
    lengths = [5, 100, 7, 600, 5, 30, 31, 32]
    groups = list(batches(lengths, budget=128))
    assert sorted(index for group in groups for index in group) == list(range(len(lengths)))
    assert all(len(group) == 1 or len(group) * max(lengths[index] for index in group) <= 128 for group in groups)
