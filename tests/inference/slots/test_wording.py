import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.slots import Slot, SlotName, amount_words, counted, digits_like, find_slots, period_words
from inference.types import Message
from models.errors import InputError

INDIC = "خصمتوا ٢٥٠ ريال"
BACK = str.maketrans("٠١٢٣٤٥٦٧٨٩٫٬٪", "0123456789.,%")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("تصل خلال 5 إلى 7 أيام عمل", "تصل خلال ٥ إلى ٧ أيام عمل"),
        ("مبلغ 1,250.50 ريالًا ورسوم 5%", "مبلغ ١٬٢٥٠٫٥٠ ريالًا ورسوم ٥٪"),
        ("1. افتحوا التطبيق\n2. اختاروا «البطاقات 2»", "١. افتحوا التطبيق\n٢. اختاروا «البطاقات 2»"),
        ("اتصلوا على 920001234 أو +966 55 123 4567", "اتصلوا على 920001234 أو +966 55 123 4567"),
        ("الطلب EG-77120 على https://x.example/9?id=5", "الطلب EG-77120 على https://x.example/9?id=5"),
        ("إلى a1@x.example أو www.x.example/2", "إلى a1@x.example أو www.x.example/2"),
        ("الإصدار 2.4.1 على iPhone 15 الساعة 9:30", "الإصدار 2.4.1 على iPhone 15 الساعة ٩:٣٠"),
        ("الخميس 12 نوفمبر 2026", "الخميس ١٢ نوفمبر ٢٠٢٦"),
    ],
)  # fmt: skip
def test_digits_follow_the_customer(text: str, expected: str) -> None:
    assert digits_like(text, INDIC) == expected
    assert expected.translate(BACK) == text


@pytest.mark.parametrize("customer", ["", "خصمتوا 250 ريال", "٢٥٠ أو 250", "no digits"])
def test_digits_stay_for_any_other_customer(customer: str) -> None:
    assert digits_like("خلال 5 أيام", customer) == "خلال 5 أيام"


def test_codes_of_the_customer_say_nothing_of_their_digits() -> None:
    assert digits_like("خلال 5 أيام", "طلبي EG-77120 من ٣ أيام") == "خلال ٥ أيام"


def test_english_replies_keep_their_digits() -> None:
    assert digits_like("within 5 days", INDIC) == "within 5 days"


@given(st.text(alphabet="0123456789 .,%-:«»/ABabييوم\n+"))
def test_digits_come_back_whatever_the_text(text: str) -> None:
    assert digits_like(text, INDIC).translate(BACK) == text


@pytest.mark.parametrize(
    ("number", "noun", "expected"),
    [
        (1, "يوم", "يوم واحد"),
        (2, "يوم", "يومان"),
        (3, "يوم", "3 أيام"),
        (10, "ساعة", "10 ساعات"),
        (11, "يوم", "11 يومًا"),
        (99, "أسبوع", "99 أسبوعًا"),
        (100, "يوم", "100 يوم"),
        (103, "شهر", "103 أشهر"),
        (111, "مرة", "111 مرة"),
        (1000, "دقيقة", "1,000 دقيقة"),
        (2, "يوم عمل", "يوما عمل"),
        (14, "يوم عمل", "14 يوم عمل"),
        (250, "ريال", "250 ريالًا"),
        (1, "day", "1 day"),
        (2, "day", "2 days"),
        (2, "query", "2 queries"),
        (3, "branch", "3 branches"),
        (0, "hour", "0 hours"),
    ],
)
def test_nouns_agree_with_their_number(number: int, noun: str, expected: str) -> None:
    assert counted(number, noun) == expected


def test_a_dual_has_its_case() -> None:
    assert counted(2, "ساعة", oblique=True) == "ساعتين"
    assert counted(2, "يوم عمل", oblique=True) == "يومي عمل"


def test_unknown_nouns_and_negative_numbers_are_refused() -> None:
    with pytest.raises(InputError, match="يوم"):
        counted(3, "قط")
    with pytest.raises(InputError):
        counted(-1, "day")


@pytest.mark.parametrize(
    ("value", "arabic", "english"),
    [
        ("P2W", "أسبوعين", "2 weeks"),
        ("P1W", "أسبوع", "a week"),
        ("PT1H", "ساعة", "an hour"),
        ("P10D", "10 أيام", "10 days"),
        ("PT45M", "45 دقيقة", "45 minutes"),
        ("P3M", "3 أشهر", "3 months"),
    ],
)
def test_periods_are_written(value: str, arabic: str, english: str) -> None:
    assert period_words(value, "ar") == arabic
    assert period_words(value, "en") == english


@pytest.mark.parametrize("value", ["", "P", "2W", "PT2W", "P1DT2H", "PT3D"])
def test_other_durations_are_refused(value: str) -> None:
    with pytest.raises(InputError):
        period_words(value, "ar")


def _amount(text: str) -> Slot:
    return next(slot for slot in find_slots(Message(text=text)) if slot.name is SlotName.AMOUNT)


@pytest.mark.parametrize(
    ("text", "arabic", "english"),
    [
        ("خصمتوا ٢٥٠ ريالًا سعوديًّا", "٢٥٠ ريالًا سعوديًّا", "SAR 250"),
        ("you took SAR 250", "SAR 250", "SAR 250"),
        ("you took $1,200", "$1,200", "$1,200"),
        ("you took 1,200 dollars", "1,200 دولار", "1,200 dollars"),
        ("you took 3 US dollars", "3 دولارات", "3 US dollars"),
        ("you took 12.5 saudi riyals", "12.5 ريال", "12.5 saudi riyals"),
        ("5asamto 85 geneh", None, "85 geneh"),
        ("خصمتوا ٢٥٠ ريال", "٢٥٠ ريال", None),
        ("مبلغ ٢٥٠ زيادة", "٢٥٠", "250"),
    ],
)
def test_amounts_are_kept_or_said_in_the_replys_script(text: str, arabic: str | None, english: str | None) -> None:
    assert amount_words(_amount(text), "ar") == arabic
    assert amount_words(_amount(text), "en") == english
    assert english is None or not re.search("[٠-٩]", english)


def test_only_amounts_are_written_as_amounts() -> None:
    (slot,) = find_slots(Message(text="order 48213"))
    with pytest.raises(InputError):
        amount_words(slot, "en")
