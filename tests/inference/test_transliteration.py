"""Arabizi read in Arabic letters: for the encoder alone, so what counts is that the words are the meant ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.calibrate_transliteration import banded, frequencies
from inference.encoder import open_encoder
from inference.transliteration import in_arabic_letters, skeleton


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("7awalt flous men 7sabi w ma waslet", ("حولت", "فلوس", "من", "حسابي", "وما", "وصلت")),
        ("feen el bta2a bta3ti?", ("فين", "البطاقه", "بتاعتي")),
        ("el ra9eed ma t7arak", ("الرصيد", "ما", "تحرك")),
        ("3ayez a8ayar el ra2m el serry", ("عايز", "الرقم", "السري")),
        ("shlon a6la3 floosi mn el makina", ("شلون", "اطلع", "فلوسي", "من")),
        ("kifach nbeddel lcode dyal lcarte", ("كيفاش", "نبدل", "ديال", "الكارت")),
    ],
)
def test_arabizi_becomes_the_words_that_are_meant(text: str, words: tuple[str, ...]) -> None:
    read = in_arabic_letters(text)
    assert read is not None
    assert set(words) <= set(read.replace("?", "").split())


@pytest.mark.parametrize(
    "text",
    [
        "my card has not arrived",
        "وين بطاقتي؟",
        "Ma carte n'est pas encore arrivée",
        "",
        "😡😡",
        "IBAN SA4420000001234567891234",
    ],
)
def test_what_is_no_arabizi_has_no_second_reading(text: str) -> None:
    assert in_arabic_letters(text) is None


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz235679' -", max_size=80))
def test_any_letters_are_survived(letters: str) -> None:
    in_arabic_letters(f"ana 3ayez a3raf el floos {letters}")


def test_consonants_are_what_is_left_of_a_word() -> None:
    assert skeleton("بطاقه") == skeleton("بطاقات").removesuffix("ت") == "بطق"
    assert skeleton("حوّلت".replace("ّ", "")) == "حلت"


def test_words_of_our_own_texts_count_beside_those_at_large() -> None:
    found = frequencies(["من", "وزير", "card"], ["بطاقتي وين", "بطاقتي", "وين بطاقتي", "من"])
    assert found["بطاقتي"] > found["وين"] > found["وزير"]
    assert "card" not in found
    lines = list(banded(found))
    assert float(lines[0].split()[0]) > float(lines[-1].split()[0])
    assert {word for line in lines for word in line.split()[1:]} == set(found)


def test_a_message_in_arabizi_is_near_its_twin_in_arabic_letters() -> None:
    encoder = open_encoder()
    arabizi, twin, other = encoder.encode(
        [
            "feen el bta2a bta3ti? ba2aly osbo3en mestany",
            "فين البطاقة بتاعتي؟ بقالي اسبوعين مستني",
            "كم سعر الدولار اليوم؟",
        ]
    ).search
    assert float(arabizi @ twin) > float(arabizi @ other) + 0.2
    assert float(arabizi @ arabizi) == pytest.approx(1.0, abs=1e-5)
