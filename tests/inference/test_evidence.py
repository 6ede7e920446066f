import re

import pytest

from inference.evidence import leading_words, word_evidence
from models.encoder import TokenWeight


def tokens(text: str, weights: list[float], sentiment: float = 0.0) -> list[TokenWeight]:
    """Two tokens a word, the second without weight."""
    words = [match.span() for match in re.finditer(r"\S+", text)]
    made = []
    for (start, end), weight in zip(words, weights, strict=True):
        made += [TokenWeight(start, start + 1, weight, sentiment), TokenWeight(start + 1, end, 0.0, 0.0)]
    return made


def leading(text: str, weights: list[float]) -> list[str]:
    cut = tokens(text, weights)
    spans = leading_words(text, cut, [token.anger for token in cut])
    assert all(text[span.start : span.end] == span.text for span in spans)
    return [span.text for span in spans]


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([0, 0, 3, 0, 0, 0, 0, 0], ["you"]),
        ([0, 2, 3, 0, 0, 0, 2, 0], ["will you", "card"]),
        ([0, 3, 0, 0.7, 0, 0, 0, 0.8], ["will", "now?"]),
        ([0, -9, 3, 0, 0, 0, 0, 0], ["you"]),
        ([0, 0, 0, 0, 0, 0, 0, 0], []),
        ([-1, -2, -3, -1, -1, -1, -1, -1], []),
    ],
)
def test_the_words_that_raise_a_logit_most(weights: list[float], expected: list[str]) -> None:
    assert leading("when will you send me my card now?", weights) == expected


def test_at_most_five_words_the_heaviest_in_reading_order() -> None:
    text = "aa . bb . cc . dd . ee . ff . gg"
    weights = [4.0, 0, 5, 0, 2, 0, 7, 0, 6, 0, 3, 0, 1.9]
    assert leading(text, weights) == ["aa", "bb", "dd", "ee", "ff"]


def test_the_tokens_of_a_word_add_up() -> None:
    text = "thieves all"
    parts = [TokenWeight(0, 4, 2.0, 0.0), TokenWeight(4, 7, 2.0, 0.0), TokenWeight(8, 11, 3.0, 0.0)]
    (first, *_) = word_evidence(text, parts, anger=True)
    assert (first.span.text, first.weight) == ("thieves", 4.0)


def test_a_text_without_words_has_no_evidence() -> None:
    assert leading_words("", [], []) == ()
    assert word_evidence("  ", [], anger=True) == ()


def test_sentiment_is_shown_either_way_and_anger_only_where_there_is_some() -> None:
    text = "good bad plain"
    cut = [TokenWeight(0, 4, -2.0, 3.0), TokenWeight(5, 8, 2.0, -3.0), TokenWeight(9, 14, 0.1, 0.1)]
    calm = word_evidence(text, cut, anger=False)
    assert [(item.head, item.span.text, item.weight) for item in calm] == [
        ("sentiment", "good", 3.0),
        ("sentiment", "bad", -3.0),
    ]
    angry = word_evidence(text, cut, anger=True)
    assert [(item.head, item.span.text) for item in angry if item.head == "anger"] == [("anger", "bad")]
