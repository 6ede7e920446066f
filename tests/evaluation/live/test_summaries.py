"""Figures of drafts and of the team."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from evaluation.live import By, Rating, draft_slices, rating_of, support_figures
from evaluation.live.figures import LiveFigure
from evaluation.live.worktime import open_seconds
from inference.calendar import OpeningHours, Weekday, WorkCalendar
from inference.types import ChangeKind, FeedbackReason, Status, Verdict
from tests.evaluation.live.made import START, case, conversation, draft

CAIRO = WorkCalendar(
    timezone="Africa/Cairo",
    hours=(OpeningHours.model_validate("09:00-13:00"), OpeningHours.model_validate("14:00-18:00")),
)


def figure(figures: tuple[LiveFigure, ...], name: str) -> LiveFigure:
    return next(item for item in figures if item.name == name)


def test_shares_of_verdicts_count_drafts_that_have_one() -> None:
    verdicts = [Verdict.ACCEPTED] * 40 + [Verdict.EDITED] * 30 + [Verdict.REJECTED] * 10 + [Verdict.UNUSED] * 20
    drafts = [draft(number, verdict=verdict, inferred=number % 2 == 0) for number, verdict in enumerate(verdicts)]
    drafts += [draft(number, status=Status.NO_SAFE_DRAFT) for number in range(100, 125)]
    (whole,) = draft_slices(drafts, None, UTC)
    assert whole.drafts == 125
    points = {name: figure(whole.figures, name).point for name in ("accepted", "edited", "rejected", "unused")}
    assert points == {"accepted": 0.4, "edited": 0.3, "rejected": 0.1, "unused": 0.2}
    assert figure(whole.figures, "no_safe_draft").point == 0.2
    assert figure(whole.figures, "verdict_inferred").point == 0.5


def test_edits_reasons_and_times() -> None:
    drafts = [
        draft(
            number,
            verdict=Verdict.EDITED if number % 2 else Verdict.ACCEPTED,
            tokens=0.2 if number % 2 else 0.0,
            characters=0.1 if number % 2 else 0.0,
            changes=frozenset({ChangeKind.PROMISE, ChangeKind.TONE} if number % 4 == 1 else {ChangeKind.TONE}),
            reasons=(FeedbackReason.WRONG_TONE,) if number % 2 else (),
            blocked=number % 10 == 0,
            sent_at=START + timedelta(minutes=number + (20 if number % 2 else 5)),
        )
        for number in range(120)
    ]
    (whole,) = draft_slices(drafts, None, UTC)
    assert figure(whole.figures, "words_edited").point == pytest.approx(0.1)
    assert figure(whole.figures, "characters_edited").point == pytest.approx(0.05)
    assert figure(whole.figures, "changed.tone").point == 1.0
    assert figure(whole.figures, "changed.promise").point == 0.5
    assert figure(whole.figures, "changed.fact").point == 0.0
    assert figure(whole.figures, "reason.wrong_tone").n == 60
    assert figure(whole.figures, "sent_against_policy").point == 0.1
    assert figure(whole.figures, "message_to_draft.median").point == 2.0
    assert figure(whole.figures, "draft_to_reply.accepted.median").point == 300.0
    assert figure(whole.figures, "draft_to_reply.edited.median").point == 1_200.0
    assert figure(whole.figures, "draft_to_reply.unused.median").note == "too few"


def test_drafts_are_parted_by_value_and_by_local_time() -> None:
    late = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
    drafts = [draft(number, case=case(language="ar" if number < 40 else "en"), made_at=late) for number in range(70)]
    parts = draft_slices(drafts, By.LANGUAGE, UTC)
    assert [(item.value, item.drafts) for item in parts] == [(None, 70), ("ar", 40), ("en", 30)]
    assert [item.value for item in draft_slices(drafts, By.DAY, ZoneInfo("Africa/Cairo"))] == [None, "2026-03-02"]
    assert [item.value for item in draft_slices(drafts, By.WEEK, ZoneInfo("Africa/Cairo"))] == [None, "2026-W10"]
    assert [item.value for item in draft_slices(drafts, By.MONTH, UTC)] == [None, "2026-03"]
    many = [draft(number, index=str(number // 2)) for number in range(300)]
    assert len(draft_slices(many, By.INDEX, UTC)) == 51
    for column in By:
        draft_slices(drafts, column, UTC)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-02T07:00Z", "2026-03-02T08:00Z", 1.0),
        ("2026-03-02T10:00Z", "2026-03-02T13:00Z", 2.0),
        ("2026-03-02T15:30Z", "2026-03-03T07:30Z", 1.0),
        ("2026-03-05T15:00Z", "2026-03-08T08:00Z", 2.0),
        ("2026-03-06T08:00Z", "2026-03-07T15:00Z", 0.0),
        ("2026-03-02T08:00Z", "2026-03-02T08:00Z", 0.0),
        ("2026-03-03T08:00Z", "2026-03-02T08:00Z", 0.0),
        ("2026-03-01T00:00Z", "2026-03-15T00:00Z", 80.0),
    ],
)
def test_open_time_leaves_out_nights_breaks_and_weekends(start: str, end: str, hours: float) -> None:
    assert open_seconds(CAIRO, datetime.fromisoformat(start), datetime.fromisoformat(end)) == hours * 3_600


def test_hours_that_run_past_midnight_are_counted_once() -> None:
    nights = CAIRO.model_copy(update={"hours": (OpeningHours.model_validate("20:00-02:00"),)})
    start, end = datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert open_seconds(nights, start, end) == 12 * 3_600
    whole = CAIRO.model_copy(update={"hours": (OpeningHours.model_validate("00:00-24:00"),), "weekend": ()})
    assert open_seconds(whole, start, end) == 48 * 3_600
    assert open_seconds(whole, start, start + timedelta(days=300)) == 62 * 86_400


def test_the_five_figures() -> None:
    conversations = [
        conversation(
            number,
            agent="ab"[number % 2] if number < 90 else None,
            opened_at=START + timedelta(days=number % 3, minutes=number),
            first_response_at=START + timedelta(days=number % 3, minutes=number + 10),
            satisfaction=(0.0, 0.5, 1.0)[number % 3],
            reopened=number % 2,
            handling_seconds=120.0,
        )
        for number in range(120)
    ]
    found = support_figures(conversations, CAIRO)
    assert (found.conversations, found.agents, found.per_agent, found.per_agent_day) == (120, 2, 45.0, 15.0)
    assert figure(found.figures, "response.median").point == 600.0
    assert figure(found.figures, "open_response.p90").point == 600.0
    assert [round(figure(found.figures, f"satisfaction.{name}").point or 0, 2) for name in Rating] == [0.33, 0.33, 0.33]
    assert figure(found.figures, "reopened").point == 0.5
    assert [cell.weekday for cell in found.responses] == [Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY]
    assert {(cell.first_hour, cell.last_hour) for cell in found.responses} == {(8, 11)}, "08:00 UTC is 10:00 in Cairo"
    nothing = support_figures([], None)
    assert (nothing.per_agent, nothing.responses) == (None, ())


def test_stars_are_good_ok_and_bad() -> None:
    stars = [rating_of((number - 1) / 4) for number in range(1, 6)]
    assert stars == [Rating.BAD, Rating.BAD, Rating.OK, Rating.GOOD, Rating.GOOD]
