from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.arabizi import _model, arabizi
from inference.calibrate_arabizi import Example, _romanised, fit, foreign, loans, own, pieces
from inference.salience import BUCKETS, buckets
from models.errors import ArtifactError

ARABIZI = ["kif bghayer el pin", "wen el order", "3ayez floosy", "sift likom 3 emails w walo", "intouma el sebab"]
OTHERS = ["where is my refund", "no me llega el pin", "la carta non funziona", "mera paisa kahan hai", "param gelmedi"]


def repeatable() -> Random:
    return Random(0)  # noqa: S311 - no secret


@pytest.mark.parametrize("text", ARABIZI)
def test_arabizi_is_told_by_its_letters(text: str) -> None:
    assert arabizi(text.split()) > 0


@pytest.mark.parametrize("text", OTHERS)
def test_other_languages_are_not_arabizi(text: str) -> None:
    assert arabizi(text.split()) < 0


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=20))
def test_odds_are_finite_and_blind_to_order(words: list[str]) -> None:
    assert np.isfinite(arabizi(words))
    assert arabizi(words) == pytest.approx(arabizi(words[::-1]))


@pytest.mark.parametrize("content", [None, b"", b"no table"])
def test_a_file_that_is_absent_or_broken_says_what_to_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "arabizi.npz").write_bytes(content)
    monkeypatch.setattr("inference.arabizi.resources.files", lambda _: tmp_path)
    with pytest.raises(ArtifactError, match=r"inference\.calibrate_arabizi"):
        _model.__wrapped__()


def test_a_table_of_another_size_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    np.savez(tmp_path / "arabizi.npz", weights=np.zeros(8, np.int8), scale=1.0, constant=0.0)
    monkeypatch.setattr("inference.arabizi.resources.files", lambda _: tmp_path)
    with pytest.raises(ArtifactError, match=r"inference\.calibrate_arabizi"):
        _model.__wrapped__()


def test_a_piece_of_arabizi_without_an_arabic_word_teaches_nothing() -> None:
    english = frozenset({"please", "refund", "my", "order"})
    text = Example(["please", "refund", "my", "order"] * 20, arabizi=True)
    assert list(pieces([text], english, repeatable())) == []
    cut = list(pieces([text._replace(arabizi=False)], english, repeatable()))
    assert [word for piece in cut for word in piece.words] == text.words
    assert {len(piece.words) for piece in cut} <= {1, 2, 3, 4, 5}


def test_a_loan_is_arabizi_alone_and_english_beside_english() -> None:
    alone, *beside = loans(["yalla"], [["refund", "my", "order"]], repeatable())
    assert (alone.words, alone.arabizi) == (["yalla"], True)
    assert all(not text.arabizi and text.words[0] == "yalla" and len(text.words) > 1 for text in beside)


def test_foreign_words_are_learnt_with_accents_and_without() -> None:
    words = {word for text in foreign(["Pedido", "teléfono", "está"], 40, repeatable()) for word in text.words}
    assert words == {"pedido", "teléfono", "telefono", "está", "esta"}


def test_hindi_is_written_as_it_is_typed() -> None:
    assert _romanised(["कार्ड", "मेरा", "नहीं", "छोड़", "abc"]) == ["kaard", "mera", "nahin", "chhod"]


def test_own_messages_are_those_in_latin_letters() -> None:
    dev = own("dev")
    assert {text.arabizi for text in dev} == {True, False}
    assert all(
        word.isascii() or not any("\u0600" <= char <= "\u06ff" for char in word) for t in dev for word in t.words
    )


def test_the_fit_learns_the_letters_of_words_that_it_has_not_seen() -> None:
    texts = [Example([f"{start}7{end}"], arabizi=True) for start in "bdkms" for end in ("ab", "el", "oo")]
    texts += [Example([f"{start}i{end}"], arabizi=False) for start in "bdkms" for end in ("ab", "el", "oo")]
    weights, constant = fit([*texts, Example([], arabizi=True)])
    assert weights.shape == (BUCKETS,)
    unseen = [constant + weights[list(buckets(word))].sum() / len(buckets(word)) ** 0.5 for word in ("r7ab", "riab")]
    assert unseen[0] > 0 > unseen[1]
