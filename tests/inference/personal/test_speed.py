"""Hostile texts of 100,000 characters: the work must grow with the length, not faster."""

import time

import pytest

from inference.personal import IdPattern, Settings, find

_SIZE = 100_000


@pytest.mark.parametrize(
    "unit",
    [
        "1", "1 ", "05 55 12 34 56 ", "1-", "0555123456,", "[", "[PHONE_1", "a@", "a.a.", "@", "sa03 8000 ", "12/",
        "1.1.1.", ":1", "my name is ", "Ahmed ", "أنا ", "بن ", "رقمي ", "password ", "otp 1", "شارع ", "http://a/",
        "x", "أ", "ـ", "٠", "DOB ", "لوحة ا ", "van ", "Abu ",
    ],
)  # fmt: skip
def test_a_hostile_text_takes_time_in_proportion(unit: str) -> None:
    settings = Settings(ids=(IdPattern(name="order", pattern=r"(a|b|\d)+-\d+"),))
    half, whole = (unit * (size // len(unit)) for size in (_SIZE // 2, _SIZE))
    find("a", settings)
    started = time.process_time()
    find(half, settings)
    middle = time.process_time()
    find(whole, settings)
    ended = time.process_time()
    # Generous, for a busy machine; quadratic work would take minutes.
    assert ended - middle < max(4.0, 4 * (middle - started))
