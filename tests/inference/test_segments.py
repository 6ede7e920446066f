import pytest

from inference.segments import segments


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ب" * 70, 1),
        ("ب" * 71, 2),
        ("ب" * 134, 2),
        ("ب" * 135, 3),
        ("a" * 70 + "ب", 2),  # one Arabic letter makes all of it long
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("😡" * 35, 1),
        ("😡" * 36, 2),
    ],
)
def test_parts_of_a_text_message(text: str, count: int) -> None:
    assert segments(text) == count
