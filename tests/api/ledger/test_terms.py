from datetime import UTC, datetime, timedelta

import pytest

from api.ledger.terms import terms_of, working_time
from inference.calendar import WorkCalendar
from inference.policy import LedgerRules
from inference.types import Commitment
from tests.api.ledger.conftest import CALENDAR, MONDAY

RULES = LedgerRules(undated_hours=24, broken_after_hours=16)
VAGUE = Commitment(text="We'll look into it.")


def test_without_a_calendar_a_week_has_forty_working_hours() -> None:
    terms = terms_of(VAGUE, MONDAY, None, RULES)
    assert (terms.due - MONDAY, terms.assumed) == (timedelta(hours=RULES.undated_hours * 168 / 40), True)
    assert terms.lapses_at - terms.due == timedelta(hours=RULES.broken_after_hours * 168 / 40)


def test_a_calendar_that_never_opens_does_not_keep_a_promise_out() -> None:
    closed = {"name": "closed", "date": "2026-11-01", "until": "2029-01-01"}
    calendar = WorkCalendar.model_validate({"timezone": "Africa/Cairo", "hours": ["09:00-17:00"], "holidays": [closed]})
    assert terms_of(VAGUE, MONDAY, calendar, RULES) == terms_of(VAGUE, MONDAY, None, RULES)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        # Cairo's clock goes forward in the night before Friday, 24 April 2026, and back before Friday, 30 October.
        (datetime(2026, 4, 23, 13, 0, tzinfo=UTC), 2, datetime(2026, 4, 23, 15, 0, tzinfo=UTC)),
        (datetime(2026, 4, 23, 13, 0, tzinfo=UTC), 3, datetime(2026, 4, 26, 7, 0, tzinfo=UTC)),
        (datetime(2026, 10, 29, 13, 0, tzinfo=UTC), 1, datetime(2026, 10, 29, 14, 0, tzinfo=UTC)),
        (datetime(2026, 10, 29, 13, 0, tzinfo=UTC), 2, datetime(2026, 11, 1, 8, 0, tzinfo=UTC)),
    ],
)
def test_the_clock_on_the_wall_decides_when_work_begins(start: datetime, hours: float, due: datetime) -> None:
    assert working_time(start, hours, CALENDAR) == due


def test_the_times_are_utc() -> None:
    terms = terms_of(
        VAGUE.model_copy(update={"due": datetime.fromisoformat("2026-11-04T17:00+02:00")}), MONDAY, CALENDAR, RULES
    )
    assert (terms.due.tzinfo, terms.due.hour, terms.lapses_at.tzinfo) == (UTC, 15, UTC)
