from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.calendar import hijri_date, written, written_hour
from models.errors import InputError

DAY = date(2026, 11, 12)


def test_a_day_is_written_with_its_weekday() -> None:
    assert written(DAY, "ar") == "الخميس 12 نوفمبر 2026"
    assert written(DAY, "en") == "Thursday 12 November 2026"
    assert written(datetime(2026, 11, 12, 23, 59), "en") == "Thursday 12 November 2026"  # noqa: DTZ001 - wall time


def test_a_hijri_date_stands_beside_the_gregorian_one() -> None:
    assert written(DAY, "ar", hijri=True) == "الخميس 2 جمادى الآخرة 1448 هـ (12 نوفمبر 2026)"
    assert written(DAY, "en", hijri=True) == "Thursday 12 November 2026 (2 Jumada al-Akhirah 1448 AH)"


def test_arabic_months_go_by_country() -> None:
    assert written(date(2027, 1, 3), "ar", months="levant") == "الأحد 3 كانون الثاني 2027"
    assert written(date(2027, 1, 3), "ar", months="maghreb") == "الأحد 3 جانفي 2027"


def test_a_day_outside_the_hijri_tables_is_refused() -> None:
    with pytest.raises(InputError, match="2077"):
        written(date(2090, 1, 1), "ar", hijri=True)
    assert written(date(2090, 1, 1), "ar").endswith("2090")


@given(st.dates(date(1925, 1, 1), date(2077, 1, 1)))
def test_hijri_days_follow_one_another(day: date) -> None:
    today, tomorrow = hijri_date(day), hijri_date(day + timedelta(days=1))
    assert tomorrow > today
    assert tomorrow.day in {1, today.day + 1}
    assert hijri_date(day, 1) == tomorrow


@pytest.mark.parametrize(
    ("at", "arabic", "english"),
    [
        (time(0, 30), "12:30 ليلًا", "12:30 am"),
        (time(9, 5), "9:05 صباحًا", "9:05 am"),
        (time(12, 0), "12:00 ظهرًا", "12:00 pm"),
        (time(15, 30), "3:30 عصرًا", "3:30 pm"),
        (time(17, 0), "5:00 مساءً", "5:00 pm"),
    ],
)
def test_hours_are_written_with_their_part_of_the_day(at: time, arabic: str, english: str) -> None:
    assert written_hour(at, "ar") == arabic
    assert written_hour(at, "en") == english
