from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.clauses import told_anger
from inference.salience import BUCKETS, _models, buckets, salience
from models.errors import ArtifactError

PROBLEMS = ["my card was swallowed by the atm", "the transfer never arrived", "الصراف بلع بطاقتي", "الحواله ما وصلت"]
ANGER = ["how do you people sleep at night", "you lot are useless liars", "هيك بتعاملوا العالم", "انتم ما تستحون"]


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("anger", ANGER)
def test_problem_and_anger_are_told_apart(problem: str, anger: str) -> None:
    told, felt = salience(problem.split()), salience(anger.split())
    assert told.problem > felt.problem
    assert told.anger < felt.anger


@given(st.lists(st.text(min_size=1, max_size=12), max_size=20))
def test_salience_is_finite_and_blind_to_order(words: list[str]) -> None:
    there, back = salience(words), salience(words[::-1])
    assert np.isfinite(there).all()
    assert there == pytest.approx(back)


@given(st.text(max_size=40))
def test_buckets_are_places_in_the_table(word: str) -> None:
    found = buckets(word)
    assert all(0 <= place < BUCKETS for place in found)
    assert bool(found) or not word


def test_anger_told_is_the_mean_over_clauses() -> None:
    calm, angry = "My card has not arrived yet.", "You lot are useless liars!"
    assert told_anger(calm) < told_anger(f"{calm} {angry}") < told_anger(angry)
    assert told_anger("?!") == 0.0


@pytest.mark.parametrize("content", [None, b"", b"no table"])
def test_a_file_that_is_absent_or_broken_says_what_to_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "salience.npz").write_bytes(content)
    monkeypatch.setattr("inference.salience.resources.files", lambda _: tmp_path)
    with pytest.raises(ArtifactError, match=r"inference\.calibrate_salience"):
        _models.__wrapped__()


def test_a_table_of_another_size_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    np.savez(tmp_path / "salience.npz", weights=np.zeros((2, 8), np.int8), scale=np.ones(2), constant=np.zeros(2))
    monkeypatch.setattr("inference.salience.resources.files", lambda _: tmp_path)
    with pytest.raises(ArtifactError, match=r"inference\.calibrate_salience"):
        _models.__wrapped__()
