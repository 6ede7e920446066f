import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.live.distance import edit_distance, edited_shares


def by_table(first: str, second: str) -> int:
    """Wagner and Fischer's table (1974), slow and plain."""
    row = list(range(len(second) + 1))
    for place, symbol in enumerate(first, 1):
        new = [place]
        for column, other in enumerate(second, 1):
            new.append(min(row[column] + 1, new[-1] + 1, row[column - 1] + (symbol != other)))
        row = new
    return row[-1]


@given(st.text("abكتب", max_size=80), st.text("abكتبx", max_size=80))
def test_it_is_the_distance_of_the_table(first: str, second: str) -> None:
    assert edit_distance(first, second) == by_table(first, second)


@given(st.text(max_size=60), st.text(max_size=60))
def test_shares_are_symmetric_and_within_bounds(first: str, second: str) -> None:
    shares = edited_shares(first, second)
    assert all(0.0 <= value <= 1.0 for value in shares)
    assert shares == edited_shares(second, first)
    assert edited_shares(first, first) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("draft", "sent", "words"),
    [
        ("أهلًا سارة، بطاقتكم في الطريق.", "اهلا ساره، بطاقتكم في الطريق", 0.0),
        ("سنتصل بكم خلال ٣ أيام", "سنتصل بكم خلال 3 أيام", 0.0),
        ("سنتصل بكم خلال ٣ أيام", "سنتصل بكم خلال 5 أيام", 0.2),
        ("وش أسوي الحين؟", "وش أسوي الحين يا غالي؟", 0.4),
        ("ممكن حضرتك تبعت الصورة", "ابعت الصورة", 0.75),
        ("We will call you today.", "We will  call you\ntoday", 0.0),
        ("We will call you today.", "We will call you tomorrow.", 0.2),
        ("7adretak momken teb3at el sora", "7adretak momken teb3at el fatora", 0.2),
        ("طلبكم order A-12 وصل", "طلبكم order A-12 وصل 😊", 0.0),
        ("", "كلمتان هنا", 1.0),
    ],
)
def test_what_is_an_edited_word(draft: str, sent: str, words: float) -> None:
    assert edited_shares(draft, sent)[0] == pytest.approx(words)
