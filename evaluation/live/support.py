"""The five figures that support teams are asked for, and how conversations ended.

Conversations, per agent, per agent and day, response times by weekday and hour, and satisfaction. They describe the
team; figures of single agents stand in ``evaluation.live.casemix``, beside what their cases would lead one to expect.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from statistics import fmean

from pydantic import Field

from evaluation.live.figures import LiveFigure, mean, quantile, share
from evaluation.live.records import Conversation, Rating, rating_of
from evaluation.live.worktime import open_seconds
from inference.calendar import Weekday, WorkCalendar
from inference.types import Record

_HOURS = 4
"""Hours of the day that are one cell of the table of response times."""


class ResponseCell(Record):
    """Response times of conversations that began on a weekday within some hours, in the tenant's time zone."""

    weekday: Weekday
    first_hour: int = Field(ge=0, le=23)
    last_hour: int = Field(ge=0, le=23)
    figures: tuple[LiveFigure, ...]


class SupportFigures(Record):
    """The team's figures of a period."""

    conversations: int
    agents: int = Field(description="How many different agents answered.")
    per_agent: float | None = Field(description="Conversations with a known agent, by agents; null without agents.")
    per_agent_day: float | None = Field(description="The same by days on which an agent answered anything.")
    figures: tuple[LiveFigure, ...]
    responses: tuple[ResponseCell, ...] = Field(description="By weekday and hour of the first message; none are empty.")


def support_figures(conversations: Sequence[Conversation], calendar: WorkCalendar | None) -> SupportFigures:
    """Return the team's figures.

    Args:
        conversations: that began in the period.
        calendar: of the tenant: its time zone parts days and hours, its opening hours give ``open_response``. None:
            UTC, and clock time alone.
    """
    answered = [item for item in conversations if item.agent is not None]
    per_agent = Counter(item.agent for item in answered)
    days = Counter(
        (item.agent, (item.first_response_at or item.opened_at).astimezone(_zone(calendar)).date()) for item in answered
    )
    return SupportFigures(
        conversations=len(conversations),
        agents=len(per_agent),
        per_agent=round(fmean(per_agent.values()), 2) if per_agent else None,
        per_agent_day=round(fmean(days.values()), 2) if days else None,
        figures=(*_responses(conversations, calendar), *_outcomes(conversations)),
        responses=tuple(_cells(conversations, calendar)),
    )


def _responses(conversations: Sequence[Conversation], calendar: WorkCalendar | None) -> Iterator[LiveFigure]:
    """Yield median and 90th percentile of the time to the first response, by the clock and in opening hours."""
    clock, open_ = list[float](), list[float]()
    for item in conversations:
        if item.first_response_at is None or item.first_response_at < item.opened_at:
            continue
        clock.append((item.first_response_at - item.opened_at).total_seconds())
        if calendar is not None:
            open_.append(open_seconds(calendar, item.opened_at, item.first_response_at))
    yield quantile("response.median", clock, 0.5, unit="seconds")
    yield quantile("response.p90", clock, 0.9, unit="seconds")
    if calendar is not None:
        yield quantile("open_response.median", open_, 0.5, unit="seconds")
        yield quantile("open_response.p90", open_, 0.9, unit="seconds")


def _outcomes(conversations: Sequence[Conversation]) -> Iterator[LiveFigure]:
    ratings = [rating_of(item.satisfaction) for item in conversations if item.satisfaction is not None]
    yield share("rated", [item.satisfaction is not None for item in conversations])
    for rating in Rating:
        yield share(f"satisfaction.{rating.value}", [item is rating for item in ratings])
    told = [item.reopened for item in conversations if item.reopened is not None]
    yield share("reopened", [count > 0 for count in told])
    handled = [item.handling_seconds for item in conversations if item.handling_seconds is not None]
    yield quantile("handling.median", handled, 0.5, unit="seconds")
    yield mean("handling.mean", handled, unit="seconds")


def _cells(conversations: Sequence[Conversation], calendar: WorkCalendar | None) -> Iterator[ResponseCell]:
    cells: dict[tuple[int, int], list[Conversation]] = {}
    for item in conversations:
        if item.first_response_at is not None:
            local = item.opened_at.astimezone(_zone(calendar))
            cells.setdefault((local.weekday(), local.hour // _HOURS * _HOURS), []).append(item)
    for (day, hour), inside in sorted(cells.items()):
        figures = tuple(_responses(inside, calendar))
        yield ResponseCell(weekday=tuple(Weekday)[day], first_hour=hour, last_hour=hour + _HOURS - 1, figures=figures)


def _zone(calendar: WorkCalendar | None) -> tzinfo:
    return UTC if calendar is None else calendar.zone
