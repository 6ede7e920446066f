"""Rules one by one: addresses written out, known names, words of relation and role, lines of their own, verbs."""

import gzip
from pathlib import Path

import pytest

from inference.personal import Kind, find
from inference.personal.frequent import frequent
from inference.personal.names import names
from inference.personal.ordinary import is_formed, is_prefixed
from inference.text import fold


def reasons(text: str) -> list[tuple[str, str]]:
    return [(item.reason, text[item.start : item.end]) for item in find(text)]


@pytest.mark.parametrize(
    ("text", "reason", "value"),
    [
        ("عنواني: حي النخيل، عمارة 12، شقة 4", "address_label", "حي النخيل، عمارة 12، شقة 4"),
        ("address: Villa 12, Al Wasl Road, Jumeirah", "address_label", "Villa 12, Al Wasl Road, Jumeirah"),
        ("تعالوا عند بناية 7، طابق 3، حي السلام", "address_parts", "بناية 7، طابق 3، حي السلام"),
        ("post it to P.O. Box 12345", "address_box", "P.O. Box 12345"),
        ("ارسلوها على ص.ب 4567", "address_box", "ص.ب 4567"),
    ],
)
def test_an_address_is_taken_whole(text: str, reason: str, value: str) -> None:
    assert (reason, value) in reasons(text)


@pytest.mark.parametrize("text", ["عنواني الجديد مسجل عندكم", "عندنا بناية كبيرة، وطابق فاضي", "the address is wrong"])
def test_address_words_without_a_number_are_no_address(text: str) -> None:
    assert reasons(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("الطلب استلمته يوستينا أمس", "يوستينا"),
        ("yesterday Khaled shouted at us", "Khaled"),
        ("yesterday Khalyd shouted at us", "Khalyd"),
        ("سلمته لأحمد امس", "أحمد"),
    ],
)
def test_a_known_name_needs_nothing_before_it(text: str, value: str) -> None:
    assert reasons(text) == [("name_known", value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("بنتي زمزوم ما وصلها شي", "زمزوم"),
        ("المندوب شهاوز ما جاني", "شهاوز"),
        ("my driver Okonjo never came", "Okonjo"),
        ("I spoke to Brunhild about it", "Brunhild"),
        ("the parcel belongs to Thandeka", "Thandeka"),
    ],
)
def test_a_word_of_relation_or_role_announces_a_name(text: str, value: str) -> None:
    assert reasons(text) == [("name_relation", value)]


def test_a_name_on_a_line_of_its_own_is_one_in_lower_case_too() -> None:
    assert reasons("please cancel it today\nahmed saleh\n") == [("name_known", "ahmed saleh")]
    assert list(names(fold("please cancel it today ahmed saleh is what it says"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "رجعوا لي حسابي وأنا برتاح وبكتب تقييم",
        "غيرتوا الباقة وانا مطلبتهاش",
        "الوالدة عملو ليها عملية",
        "والدكتورة تبيها باجر",
        "الموظفة دتلعب بالموبايل",
        "عليه اسمها وصورتها",
        "اسمي عالطرد ورقمي عالطرد",
        "ده اسمه بلطجة",
        "وده اسمه ايه",
        "ضيعوا وقتي يا سلام",
        "40 دقيقة ديال الكدوب",
        "والدي رحمه الله كان يحب البحر",
        "ولد عمرو سبع سنين",
        "تردوهم ليا بالفرنك",
        "تلفوني محلول ديما",
        "ana ndour 3la les depots",
        "Dear Sirs, thank you",
    ],
)
def test_verbs_clitics_and_idioms_after_a_cue_are_no_names(text: str) -> None:
    assert reasons(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ابني عمرو تعبان", "عمرو"),
        ("أنا برهان من حلب", "برهان"),
        ("اسمي آية من طنطا", "آية"),
        ("الدكتور مصعب، ما رد", "مصعب"),
        ("هذا الولد اسمه رامي", "رامي"),
    ],
)
def test_names_that_look_like_those_stay_names(text: str, value: str) -> None:
    assert [found for _, found in reasons(text)] == [value]


def test_the_shapes_of_words_are_told() -> None:
    assert all(is_prefixed(fold(word).text) for word in ("وصورتها", "عالطرد", "فالقائمة", "بمرور"))
    assert not any(is_prefixed(fold(word).text) for word in ("صورة", "برهام", "وليد", "الطرد"))
    assert all(is_formed(fold(word).text) for word in ("برتاح", "مطلبتهاش", "عملو", "دتلعب", "مقعدة"))
    assert not any(is_formed(fold(word).text) for word in ("طلال", "قصي", "khalid", "شهاوز"))


def test_a_frequency_list_is_read_in_its_order(tmp_path: Path) -> None:
    long = "كلمةطويلةجداجداجدا"
    size = len(long.encode())
    header = b"\x82\xa6format\xa2cB\xa7version\x01"
    body = b"\x90\x92\xa2of\xa3the\xdc\x00\x01\xd9" + bytes([size]) + long.encode() + b"\x91\xa1a"
    path = tmp_path / "list.msgpack.gz"
    path.write_bytes(gzip.compress(b"\x94" + header + body))
    assert list(frequent(path, 3)) == ["of", "the", long]
    assert list(frequent(path, 9)) == ["of", "the", long, "a"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("login: sara99 / pass: Qw3rty!8", "Qw3rty!8"),
        ("el pin bta3i 4455", "4455"),
        ("secret answer is Fluffy2", "Fluffy2"),
        ("my puk 12345678", "12345678"),
    ],
)
def test_secrets_have_many_words(text: str, value: str) -> None:
    assert [(item.kind, text[item.start : item.end]) for item in find(text)] == [(Kind.SECRET, value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("قطعة 4 شارع 12 منزل 33 السالمية", "قطعة 4 شارع 12 منزل 33 السالمية"),
        ("House 4 Road 12 Block 338 Adliya Bahrain", "House 4 Road 12 Block 338 Adliya Bahrain"),
        ("قطعة 4 شارع 12 والمندوب ضايع", "قطعة 4 شارع 12"),
    ],
)
def test_parts_with_numbers_are_an_address_without_commas(text: str, value: str) -> None:
    assert [(item.kind, text[item.start : item.end]) for item in find(text)] == [(Kind.ADDRESS, value)]


def test_numbered_parts_without_a_way_are_no_address() -> None:
    assert not find("office 3 door 2 was closed")
