from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from models.encoder import PREFIX
from models.training.augment import augment

TEXT = "My card, where is it?"


class Letters:
    """A tokenizer whose tokens are code points."""

    encode_special_tokens = False

    def enable_truncation(self, longest: int) -> None:
        self.longest = longest

    def encode_batch(self, texts: Sequence[str]) -> list[SimpleNamespace]:
        return [SimpleNamespace(ids=[ord(letter) for letter in text][: self.longest]) for text in texts]


def changed(text: str, seed: int) -> str | None:
    """The text after augmenting, None when it was left alone."""
    tokenizer: Any = Letters()
    made = augment([7], text, tokenizer, 64, np.random.default_rng(seed))
    return None if made == [7] else "".join(map(chr, made)).removeprefix(PREFIX)


def test_now_and_then_marks_or_capitals_change_but_never_words() -> None:
    copies = [changed(TEXT, seed) for seed in range(600)]
    made = [copy for copy in copies if copy is not None]
    assert 0.1 < len(made) / len(copies) < 0.2
    for copy in made:
        assert "".join(filter(str.isalpha, copy)).lower() == "mycardwhereisit"
    assert any(copy.isupper() for copy in made)
    assert any(copy.islower() for copy in made)
    assert any("," not in copy for copy in made)
    assert {copy[-1] for copy in made} >= {"t", "!", "."}


@pytest.mark.parametrize("text", ["!!!", "؟", "..."])
def test_a_text_of_marks_alone_is_never_emptied(text: str) -> None:
    assert all(copy is None or copy.strip() for copy in (changed(text, seed) for seed in range(300)))


def test_the_same_draw_gives_the_same_copy() -> None:
    assert [changed(TEXT, seed) for seed in range(50)] == [changed(TEXT, seed) for seed in range(50)]
