from datetime import UTC, date, datetime

import pytest

from inference.calendar import WorkCalendar
from inference.due import due_of
from inference.overdue import overdue
from inference.types import Author, CommitmentKind, CommitmentState, Message, PastCommitment, Turn

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


def _past(text: str, *, owed: bool, state: CommitmentState = CommitmentState.OPEN) -> PastCommitment:
    due = datetime(2026, 11, 4, 22, 30, tzinfo=UTC)
    kind = CommitmentKind.CALLBACK
    return PastCommitment(id="1", text=text, kind=kind, owner="Huda", due=due, state=state, owed=owed)


def test_what_the_ledger_has_as_owed_is_told_with_its_owner_and_the_teams_day() -> None:
    message = Message(text="hi", commitments=(_past("We will call you back.", owed=True), _past("No.", owed=False)))
    (found,) = overdue(message, CALENDAR)
    assert (found.promise, found.when) == ("We will call you back", "2026-11-05 (Huda)")
    assert overdue(message)[0].when == "2026-11-04 (Huda)"


@pytest.mark.parametrize("kept", ["We will reply within 48 hours.", "Hello. We will reply within 48 hours, we promise"])
def test_what_the_ledger_knows_is_not_guessed_from_the_turns(kept: str) -> None:
    said = _message("Hello. We will reply within 48 hours.", SAID.replace(day=20))
    assert len(overdue(said)) == 1
    settled = (_past(kept, owed=False, state=CommitmentState.KEPT),)
    assert overdue(said.model_copy(update={"commitments": settled})) == ()
    other = (_past("We will refund you.", owed=False),)
    assert len(overdue(said.model_copy(update={"commitments": other}))) == 1


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("We will reply within 2 to 3 days.", SAID.replace(day=5)),
        ("راح نتصل فيك خلال ٤٨ ساعة", SAID.replace(day=4)),
        ("سنرد عليكم خلال يومي عمل.", datetime(2026, 11, 4, 13, 0, tzinfo=UTC)),
        ("We'll look into it.", None),
    ],
)
def test_a_promise_is_due_when_its_longest_period_ends(text: str, due: datetime | None) -> None:
    assert due_of(text, SAID, CALENDAR) == due
