import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.guarded import Guarded, Lines, loosened
from inference.untrusted.orders import _patterns

PATTERNS = [
    r"(?<!\w)(?:cat|dog)(?!\w)",
    r"(?<!\w)[وف]?(?:قل|اكتب)(?:وا)? \S+",
    r"you now (?!(?:\w+ing|on)\b)\w+",
    r"[^\]\s(]{2,4}\b[.!?]",
    r"\W*(?:yes|نعم)\D{0,3}",
    r"(?<!\w)cat[^\W\d_]*[^\w\s]",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@given(text=st.text(alphabet="catdog قلاكتبوايesyounwig.!?(]3٣é ", max_size=60))
def test_what_the_exact_pattern_finds_the_loose_one_lets_through(pattern: str, text: str) -> None:
    found = re.search(pattern, text)
    guarded = Guarded([pattern]).search(text)
    assert (guarded and guarded.span()) == (found and found.span())


def test_all_alternatives_are_searched_and_each_is_told_apart() -> None:
    assert [match.group() for match in Guarded(["cat", r"d\w+"]).finditer("a dog, a cat")] == ["dog", "cat"]
    assert list(Lines(["cat", r"d\w+", "cow"]).among("a dog, a cat")) == [0, 1]
    assert not Lines(["cat"]).among("a dog")


def test_lookaround_and_borders_are_loosened() -> None:
    assert loosened(r"(?<!\w)a\b(?![)(])b") == "ab"


def test_a_group_that_is_never_closed_is_refused() -> None:
    with pytest.raises(ValueError, match="not closed"):
        loosened("(?=a")


def test_the_lexicons_patterns_compile() -> None:
    assert all(pattern.search("") is None for _, _, pattern in _patterns())
