"""Outcomes as they are told: by calls, by lines, by helpdesks' own events."""

import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

import pytest
from pydantic import ValidationError

from api.helpdesks.adapter import ConversationState
from api.helpdesks.events import take_in
from api.helpdesks.rows import Place
from api.quality.lines import read_outcomes
from api.quality.outcomes import OutcomeStore
from api.quality.records import NewOutcome
from models.errors import InputError
from retrieval.store import Database

if TYPE_CHECKING:
    from api.helpdesks.connections import Connection

AT = datetime(2026, 6, 14, 9, 0, tzinfo=UTC)
NO_CONNECTION = cast("Connection", None)
"""Events of a conversation's state need no settings of it."""
both = pytest.mark.databases("sqlite", "postgres")


class Clock:
    def __init__(self) -> None:
        self.now = AT

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database: Database, clock: Clock) -> OutcomeStore:
    return OutcomeStore(database, now=clock)


@both
async def test_what_is_told_adds_up(store: OutcomeStore, clock: Clock) -> None:
    await store.tell([NewOutcome(conversation="desk:1", agent="سارة", satisfaction=0.25)], tenant="default")
    clock.now += timedelta(hours=1)
    (known,) = await store.tell([NewOutcome(conversation="desk:1", reopened=2, opened_at=AT)], tenant="default")
    assert (known.agent, known.satisfaction, known.reopened, known.opened_at) == ("سارة", 0.25, 2, AT)
    assert known.told_at == AT + timedelta(hours=1)
    assert (known.closed_at, known.handling_seconds) == (None, None)


@both
async def test_told_again_nothing_changes(store: OutcomeStore, clock: Clock) -> None:
    told = [NewOutcome(conversation="desk:1", handling_seconds=420.5, closed_at=AT)]
    first = await store.tell(told, tenant="default")
    clock.now += timedelta(days=1)
    assert await store.tell(told, tenant="default") == first


@both
async def test_pages_follow_one_another_within_the_tenant(store: OutcomeStore, clock: Clock) -> None:
    for number in range(5):
        clock.now += timedelta(minutes=1)
        await store.tell([NewOutcome(conversation=f"desk:{number}", reopened=0)], tenant="default")
    await store.tell([NewOutcome(conversation="desk:9", reopened=0)], tenant="other")
    seen, after = list[str](), None
    while True:
        page = await store.list(tenant="default", after=after, limit=2)
        seen += [item.conversation for item in page.items]
        after = page.next
        if after is None:
            break
    assert seen == [f"desk:{number}" for number in (4, 3, 2, 1, 0)]
    with pytest.raises(InputError, match="cursor"):
        await store.list(tenant="other", after="desk:1")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"satisfaction": 1.2},
        {"satisfaction": -0.1},
        {"reopened": -1},
        {"handling_seconds": 0},
        {"handling_seconds": float("nan")},
        {"agent": ""},
        {"opened_at": "2026-06-14T09:00:00"},
        {"closed_at": "1999-12-31T00:00:00Z"},
        {"opened_at": "2026-06-14T09:00:00Z", "first_response_at": "2026-06-14T08:59:00Z"},
        {"stars": 4},
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        NewOutcome.model_validate({"conversation": "desk:1", **given})


def test_lines_are_read_and_bad_ones_told() -> None:
    lines = (
        b'{"conversation": "desk:1", "reopened": 1}\n\n'
        b'{"conversation": "desk:2"}\n'
        b"not json\n"
        b'{"conversation": "desk:3", "satisfaction": 2}\n'
        b'{"conversation": "desk:4", "agent": "a\\u0000b"}\n'
        b"[1]\n"
        b'{"conversation": "desk:5", "satisfaction": 0.75}'
    )
    (batch,) = read_outcomes(io.BytesIO(lines))
    assert [item.conversation for item in batch.outcomes] == ["desk:1", "desk:5"]
    assert [number for number, _ in batch.faults] == [3, 4, 5, 6, 7]
    assert "satisfaction" in batch.faults[2][1]
    many = b'{"conversation": "c", "reopened": 0}\n' * 450
    assert [len(batch.outcomes) for batch in read_outcomes(io.BytesIO(many))] == [200, 200, 50]


def event(number: int, *, closed: bool | None = None, satisfaction: float | None = None) -> ConversationState:
    return ConversationState("77", f"e{number}", AT + timedelta(hours=number), closed=closed, satisfaction=satisfaction)


@both
async def test_a_helpdesks_own_events_are_outcomes(store: OutcomeStore, database: Database) -> None:
    place = Place("default", "desk", "")
    events = [
        event(1, closed=True),
        event(2, closed=False),
        event(3, closed=False),
        event(4, closed=True),
        event(5, satisfaction=0.25),
        event(6, closed=False),
        event(7, closed=True, satisfaction=0.75),
    ]
    for number, item in enumerate(events):
        async with database.writing("default") as session:
            await take_in(session, item, place=place, connection=NO_CONNECTION, now=AT + timedelta(hours=number + 1))
    (known,) = (await store.list(tenant="default")).items
    assert (known.conversation, known.reopened, known.satisfaction) == ("desk:77", 2, 0.75)
    assert known.closed_at == AT + timedelta(hours=7)


@both
async def test_a_rating_alone_says_nothing_of_reopenings(store: OutcomeStore, database: Database) -> None:
    place = Place("default", "desk", "")
    for number in (1, 1):
        async with database.writing("default") as session:
            item = event(number, satisfaction=1.0)
            await take_in(session, item, place=place, connection=NO_CONNECTION, now=AT)
    (known,) = (await store.list(tenant="default")).items
    assert (known.reopened, known.closed_at, known.satisfaction) == (None, None, 1.0)
