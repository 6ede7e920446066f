import numpy as np
import pytest

from models.training.convert import build_tokenizer
from models.training.vocabulary import choose_pieces, count_pieces, script_of, trim
from tests.models.training import tiny

pytestmark = pytest.mark.torch
pytest.importorskip("sentencepiece")

TEXTS = ["where is my card!", "وين بطاقتي؟ 😡", "thanks thanks", "شكرا my card", "wherever"]


@pytest.mark.parametrize(
    ("piece", "script"),
    [
        ("▁بطاق", "arabic"),
        ("٣", "common"),
        ("3", "common"),
        ("😡", "common"),
        ("é", "latin"),
        ("слово", "other"),
        ("卡", "other"),
    ],
)
def test_script(piece: str, script: str) -> None:
    assert script_of(piece) == script


def test_trimming_keeps_the_segmentation() -> None:
    whole = tiny.checkpoint()
    tokenizer = build_tokenizer(whole.pieces)
    kept = choose_pieces(whole.pieces, count_pieces(tokenizer, TEXTS), budget=0)
    assert len(kept) < len(whole.pieces)
    small = trim(whole, kept)
    trimmed = build_tokenizer(small.pieces)
    for text in TEXTS:
        before, after = tokenizer.encode(text), trimmed.encode(text)
        assert before.tokens == after.tokens
        name = "embeddings.word_embeddings.weight"
        np.testing.assert_array_equal(whole.weights[name][before.ids], small.weights[name][after.ids])


def test_the_budget_is_filled_with_the_best_latin_pieces() -> None:
    pieces = tiny.pieces()
    few, more = choose_pieces(pieces, {}, budget=0), choose_pieces(pieces, {}, budget=len(pieces))
    assert set(few) < set(more)
    assert not any(script_of(pieces[index][0]) == "other" for index in more)
    added = [pieces[index] for index in choose_pieces(pieces, {}, budget=len(few) + 1) if index not in few]
    assert [score for _, score in added] == [-3.0]
