from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.calendar import WorkCalendar
from inference.due import due_of

MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)  # 13:00 in Riyadh
CALENDAR = WorkCalendar.model_validate({"timezone": "Asia/Riyadh", "hours": ["08:00-16:00"]})


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("by Tuesday at 5 pm", "2026-11-03T17:00"),
        ("before 2 pm on Wednesday", "2026-11-04T14:00"),
        ("by noon tomorrow", "2026-11-03T12:00"),
        ("tomorrow", "2026-11-03T16:00"),
        ("today", "2026-11-02T16:00"),
        ("on Monday", "2026-11-09T16:00"),
        ("before Sunday", "2026-11-08T00:00"),
        ("by the end of the week", "2026-11-05T16:00"),
        ("within two working days", "2026-11-04T16:00"),
        ("by 20 November", "2026-11-20T23:59"),
        ("غدًا", "2026-11-03T16:00"),
        ("قبل الثلاثاء الساعة الخامسة مساءً", "2026-11-03T17:00"),
        ("قبل الثلاثاء الساعة ٥", "2026-11-03T17:00"),
        ("قبل نهاية دوام الأربعاء", "2026-11-04T16:00"),
        ("قبل يوم الأحد الساعة 11 صباحًا", "2026-11-08T11:00"),
        ("خلال يومي عمل", "2026-11-04T16:00"),
        ("بعد غد", "2026-11-04T16:00"),
        ("within 3 working days from today", "2026-11-05T16:00"),
        ("خلال 3 أيام عمل من اليوم", "2026-11-05T16:00"),
        ("Your refund from 3 March will be in your account within 10 working days", "2026-11-16T16:00"),
        ("We sent it on 20 October 2026 and it will arrive within 5 working days", "2026-11-09T16:00"),
        ("by 20 January 2027", "2027-01-20T16:00"),
        ("call you within 2 working days (Sunday to Thursday)", "2026-11-04T16:00"),
        ("خلال يومي عمل من الأحد إلى الخميس", "2026-11-04T16:00"),
        ("خلال يوم الأربعاء", "2026-11-04T16:00"),
        ("by 9 tonight", "2026-11-02T21:00"),
        ("before 6 this evening", "2026-11-02T18:00"),
        ("اليوم قبل 5 العصر", "2026-11-02T17:00"),
        ("tonight", "2026-11-02T23:59"),
        ("قبل نهاية اليوم", "2026-11-02T16:00"),
        ("before the end of the day", "2026-11-02T16:00"),
        ("بكرا", "2026-11-03T16:00"),
        ("قريبًا", None),
        ("as soon as possible", None),
    ],
)
def test_a_promise_is_due_on_the_day_and_at_the_hour_that_it_names(text: str, due: str | None) -> None:
    found = due_of(text, MONDAY, CALENDAR)
    assert (found.astimezone(CALENDAR.zone).strftime("%Y-%m-%dT%H:%M") if found else None) == due


@pytest.mark.parametrize(
    "text",
    [
        "We'll call you today",
        "by the end of the day",
        "tonight",
        "today at 5 pm",
        "سنتصل بكم اليوم",
        "الليلة",
        "هذا المساء",
    ],
)
def test_what_is_promised_after_closing_is_due_when_the_day_ends(text: str) -> None:
    found = due_of(text, MONDAY.replace(hour=18), CALENDAR)  # 21:00 in Riyadh
    assert found is not None
    assert found.astimezone(CALENDAR.zone).strftime("%Y-%m-%dT%H:%M") == "2026-11-02T23:59"


def test_the_end_of_a_week_whose_last_day_has_closed_is_that_day_at_midnight() -> None:
    found = due_of("by the end of the week", datetime(2026, 11, 5, 18, 0, tzinfo=UTC), CALENDAR)
    assert found is not None
    assert found.astimezone(CALENDAR.zone).strftime("%Y-%m-%dT%H:%M") == "2026-11-05T23:59"


def test_without_a_calendar_a_day_ends_at_midnight() -> None:
    found = due_of("by tomorrow", MONDAY)
    assert found is not None
    assert found.isoformat() == "2026-11-03T23:59:00+00:00"


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    found = due_of(text, MONDAY, CALENDAR)
    assert found is None or found.tzinfo is not None
