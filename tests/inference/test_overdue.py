from datetime import UTC, date, datetime

import pytest

from inference.calendar import WorkCalendar
from inference.overdue import overdue
from inference.types import Author, Message, Turn

SAID = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)  # a Monday
CALENDAR = WorkCalendar.model_validate({"timezone": "Asia/Riyadh", "hours": ["08:00-16:00"]})


def _message(said: str, received: datetime | None, author: Author = Author.AGENT) -> Message:
    turn = Turn(author=author, text=said, at=SAID)
    return Message(text="any news?", history=(turn,), received_at=received)


@pytest.mark.parametrize(
    ("said", "days", "due"),
    [
        ("Hello. We will reply within 48 hours.", 3, date(2026, 11, 4)),
        ("We will reply within 48 hours.", 1, None),
        ("سنعود إليكم خلال يومين.", 3, date(2026, 11, 4)),
        ("سنعود إليكم خلال ٣ أيام إن لزم الأمر.", 2, None),
        ("We'll refund you in 5 to 7 days.", 6, None),
        ("We'll refund you in 5 to 7 days.", 8, date(2026, 11, 9)),
        ("The app keeps statements for 2 days.", 9, None),  # no promise
        ("We will look into it.", 99, None),  # no time
    ],
)
def test_a_promise_is_overdue_once_its_longest_time_has_passed(said: str, days: int, due: date | None) -> None:
    found = overdue(_message(said, SAID.replace(day=2 + days) if days < 28 else SAID.replace(year=2027)))
    assert [item.due for item in found] == ([due] if due else [])


def test_working_days_are_the_calendar_s() -> None:
    message = _message("سنرد عليكم خلال 4 أيام عمل.", SAID.replace(day=8))
    assert overdue(message, CALENDAR) == ()  # Friday and Saturday do not count
    assert [
        item.due for item in overdue(message.model_copy(update={"received_at": SAID.replace(day=9)}), CALENDAR)
    ] == [date(2026, 11, 8)]


def test_customers_promise_nothing_and_without_times_nothing_is_known() -> None:
    assert overdue(_message("I will pay within 2 days.", SAID.replace(day=20), Author.CUSTOMER)) == ()
    assert overdue(_message("We will reply within 2 days.", None)) == ()


def test_a_time_without_a_zone_is_taken_for_utc() -> None:
    found = overdue(_message("We will reply within 2 days.", datetime(2026, 11, 20, 9, 0)))  # noqa: DTZ001
    assert [item.promise for item in found] == ["We will reply within 2 days"]
