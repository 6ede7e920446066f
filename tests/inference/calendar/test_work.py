from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from inference.calendar import WorkCalendar, hijri_date
from models.errors import ConfigurationError, InputError

RIYADH, CAIRO, BERLIN = ZoneInfo("Asia/Riyadh"), ZoneInfo("Africa/Cairo"), ZoneInfo("Europe/Berlin")


def calendar(**values: Any) -> WorkCalendar:
    return WorkCalendar.model_validate({"timezone": "Asia/Riyadh", "hours": ["09:00-17:00"], **values})


CALENDARS = (
    calendar(),
    calendar(ramadan_hours=["10:00-15:00", "21:00-01:00"], holidays=[{"hijri": "10-01", "days": 4}]),
    calendar(timezone="Africa/Cairo", hours=["20:00-04:00", "05:00-12:00"], weekend=["friday"], hijri_offset=-1),
    calendar(timezone="Europe/Berlin", hours=["00:00-24:00"], weekend=["saturday", "sunday"]),
    calendar(
        timezone="America/New_York",
        hours=["01:30-03:30", "08:00-12:00"],
        weekday_hours={"thursday": ["22:00-21:00"]},
        holidays=[{"yearly": "12-25"}, {"date": "2026-12-30", "until": "2027-01-03"}],
    ),
)
any_calendar = st.sampled_from(CALENDARS)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
some_hours = st.floats(min_value=0.01, max_value=60)


@given(any_calendar, moments, some_hours)
def test_a_deadline_in_hours_is_open_or_the_moment_of_closing(
    work: WorkCalendar, start: datetime, hours: float
) -> None:
    due = work.due(start, hours=hours)
    assert work.is_open(due) or work.is_open(due - timedelta(microseconds=1))


@given(any_calendar, moments, st.integers(0, 12))
def test_a_deadline_in_days_closes_a_working_day(work: WorkCalendar, start: datetime, days: int) -> None:
    due = work.due(start, days=days)
    assert work.is_open(due - timedelta(microseconds=1))
    begun = (due - timedelta(microseconds=1)).date()
    # Night hours end on the day after the one that they belong to.
    assert work.is_working_day(begun) or work.is_working_day(begun - timedelta(days=1))


@given(any_calendar, st.lists(moments, min_size=2, max_size=5), some_hours, st.integers(0, 6))
def test_later_starts_never_fall_due_earlier(
    work: WorkCalendar, starts: list[datetime], hours: float, days: int
) -> None:
    for former, latter in pairwise(sorted(starts)):
        assert work.due(former, hours=hours) <= work.due(latter, hours=hours)
        assert work.due(former, days=days) <= work.due(latter, days=days)


@given(any_calendar, moments, some_hours, some_hours)
def test_more_hours_fall_due_later_and_hours_add_up(
    work: WorkCalendar, start: datetime, first: float, second: float
) -> None:
    apart = work.due(work.due(start, hours=first), hours=second)
    together = work.due(start, hours=first + second)
    assert abs(apart - together) < timedelta(milliseconds=1)
    assert start + timedelta(hours=first) <= work.due(start, hours=first) + timedelta(microseconds=1)


@given(any_calendar, moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(work: WorkCalendar, at: datetime) -> None:
    opening = work.next_opening(at)
    assert work.is_open(opening)
    assert (opening == at) == work.is_open(at)
    assert opening == at or not work.is_open(at + (opening - at) / 2)


@given(st.dates(date(2024, 1, 1), date(2028, 1, 1)), st.integers(0, 20))
def test_each_working_day_counts_once(day: date, days: int) -> None:
    work = calendar(holidays=[{"yearly": "09-23"}, {"hijri": "12-09", "days": 4}])
    start = datetime(day.year, day.month, day.day, 12, tzinfo=RIYADH)
    due = work.due(start, days=days)
    between = [day + timedelta(days=n) for n in range((due.date() - day).days + 1)]
    assert sum(work.is_working_day(each) for each in between) == days + 1
    assert (due.hour, due.minute) == (17, 0)


def test_hours_stop_over_night_and_weekend() -> None:
    thursday = datetime(2026, 11, 12, 16, 0, tzinfo=RIYADH)
    assert calendar().due(thursday, hours=1) == datetime(2026, 11, 12, 17, 0, tzinfo=RIYADH)
    assert calendar().due(thursday, hours=2) == datetime(2026, 11, 15, 10, 0, tzinfo=RIYADH)


def test_days_count_from_the_next_working_day_when_promised_after_closing() -> None:
    work = calendar()
    assert work.due(datetime(2026, 11, 12, 16, 0, tzinfo=RIYADH), days=1).date() == date(2026, 11, 15)
    assert work.due(datetime(2026, 11, 12, 18, 0, tzinfo=RIYADH), days=1).date() == date(2026, 11, 16)
    assert work.due(datetime(2026, 11, 13, 9, 0, tzinfo=RIYADH), days=0).date() == date(2026, 11, 15)


def test_night_hours_belong_to_the_day_on_which_they_opened() -> None:
    work = calendar(hours=["20:00-02:00"])
    assert work.is_open(datetime(2026, 11, 13, 1, 59, tzinfo=RIYADH))  # Friday, of Thursday's hours
    assert not work.is_open(datetime(2026, 11, 13, 2, 0, tzinfo=RIYADH))
    assert not work.is_open(datetime(2026, 11, 15, 1, 0, tzinfo=RIYADH))  # Sunday, of Saturday's
    assert work.due(datetime(2026, 11, 12, 21, 0, tzinfo=RIYADH), days=0) == datetime(2026, 11, 13, 2, tzinfo=RIYADH)


def test_ramadan_has_its_own_hours_and_the_offset_moves_them() -> None:
    first = date(2027, 2, 8)
    assert hijri_date(first) == (1448, 9, 1)
    at = datetime(2027, 2, 8, 16, 0, tzinfo=RIYADH)
    assert calendar().is_open(at)
    assert not calendar(ramadan_hours=["10:00-15:00"]).is_open(at)
    assert calendar(ramadan_hours=["10:00-15:00"], hijri_offset=-1).is_open(at)


def test_eid_follows_the_moon() -> None:
    work = calendar(holidays=[{"name": "عيد الفطر", "hijri": "10-01", "days": 3}])
    for day in (date(2027, 3, 9), date(2027, 3, 11), date(2026, 3, 22)):
        assert not work.is_working_day(day)
    assert work.is_working_day(date(2027, 3, 8))
    assert work.is_working_day(date(2026, 3, 23))


def test_a_change_of_clocks_costs_or_gives_an_hour() -> None:
    work = calendar(timezone="Europe/Berlin", hours=["00:00-24:00"], weekend=[])
    assert work.due(datetime(2026, 3, 28, 12, tzinfo=BERLIN), hours=24) == datetime(2026, 3, 29, 13, tzinfo=BERLIN)
    assert work.due(datetime(2026, 10, 24, 12, tzinfo=BERLIN), hours=24) == datetime(2026, 10, 25, 11, tzinfo=BERLIN)
    # Egypt's clocks skip the hour after midnight: hours that lie in it open late and still count right.
    cairo = calendar(timezone="Africa/Cairo", hours=["00:30-02:30"], weekend=[])
    assert cairo.due(datetime(2026, 4, 23, 12, tzinfo=CAIRO), hours=1) == datetime(2026, 4, 24, 2, 30, tzinfo=CAIRO)


def test_other_hours_for_a_weekday() -> None:
    work = calendar(weekday_hours={"thursday": ["09:00-13:00"]})
    assert not work.is_open(datetime(2026, 11, 12, 14, tzinfo=RIYADH))
    assert work.is_open(datetime(2026, 11, 11, 14, tzinfo=RIYADH))


@pytest.mark.parametrize(
    "values",
    [
        {"timezone": "Mars/Base"},
        {"timezone": "../etc"},
        {"hours": ["9-17"]},
        {"hours": ["25:00-26:00"]},
        {"hours": []},
        {"weekend": ["friday"], "weekday_hours": {"friday": ["09:00-12:00"]}},
        {"weekend": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]},
        {"holidays": [{"name": "nothing"}]},
        {"holidays": [{"date": "2026-01-02", "until": "2026-01-01"}]},
        {"holidays": [{"yearly": "02-30"}]},
        {"holidays": [{"hijri": "13-01"}]},
        {"holidays": [{"hijri": "eid"}]},
        {"hijri_offset": 5},
        {"unknown": 1},
    ],
)
def test_a_calendar_that_cannot_be_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        calendar(**values)


def test_what_cannot_be_answered_says_what_to_do() -> None:
    at = datetime(2026, 11, 12, 9, tzinfo=RIYADH)
    with pytest.raises(InputError, match="time zone"):
        calendar().due(at.replace(tzinfo=None), hours=1)
    for values in ({}, {"hours": 1, "days": 1}, {"hours": 0}, {"hours": float("nan")}, {"days": -1}):
        with pytest.raises(InputError):
            calendar().due(at, **values)
    never = calendar(holidays=[{"date": "2026-01-01", "until": "2030-01-01"}])
    with pytest.raises(ConfigurationError, match="no opening"):
        never.next_opening(at)


def test_a_calendar_is_the_same_after_a_round_trip_and_has_a_schema() -> None:
    work = CALENDARS[4]
    assert WorkCalendar.model_validate_json(work.model_dump_json()) == work
    assert WorkCalendar.model_json_schema()["properties"]["hours"]["type"] == "array"
