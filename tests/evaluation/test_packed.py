import pytest

from evaluation.packed import packed, unpacked


def test_a_text_comes_back_and_makes_the_same_bytes() -> None:
    text = '{"what": "درجة الغضب"}\n' * 50
    assert unpacked(packed(text)) == text
    assert packed(text) == packed(text)
    assert len(packed(text)) < len(text)


@pytest.mark.parametrize("place", [0, 10, 14, -6])
def test_what_is_damaged_is_told_as_the_file_s_fault(place: int) -> None:
    content = bytearray(packed("text that was kept " * 20))
    content[place] ^= 0xFF
    with pytest.raises(OSError):  # noqa: PT011 - whatever the fault is called, the file is at fault
        unpacked(bytes(content))
