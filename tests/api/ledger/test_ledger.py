import asyncio
from datetime import datetime, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from api.ledger import EventName, Listing, NewEvent
from api.ledger.entries import LAPSED
from api.tables import CommitmentEventRow, CommitmentNoticeRow
from inference.types import Commitment, CommitmentKind, Verdict
from models.errors import ConflictError, InputError, NotFoundError, StorageError
from tests.api.ledger.conftest import CALL, DUE, MONDAY, REFUND, TENANT, Desk, notices, tell

pytestmark = pytest.mark.databases("sqlite", "postgres")


@pytest.mark.parametrize(
    ("event", "waited", "at", "state"),
    [
        ("kept", 5, None, "kept"),
        ("kept", 55, None, "kept"),  # the very moment at which it is due
        ("kept", 56, None, "late"),
        ("kept", 60, MONDAY + timedelta(hours=55), "kept"),  # told late, kept in time
        ("kept", 60, MONDAY + timedelta(hours=56), "late"),
        ("broken", 5, None, "broken"),
        ("withdrawn", 60, None, "withdrawn"),
    ],
)
async def test_an_event_is_final(desk: Desk, event: str, waited: float, at: datetime | None, state: str) -> None:
    await desk.send(CALL)
    desk.wait(waited)
    more = {} if at is None else {"at": at}
    found = await tell(desk, event, **more)
    assert (found.state.value, found.overdue) == (state, False)
    assert [item.event.value for item in found.events] == ["made", event]
    desk.wait(1)
    for other in ("kept", "broken", "withdrawn"):
        with pytest.raises(ConflictError, match=f"is {state} already"):
            await tell(desk, other, by="Someone else")
    assert (await desk.only()).state.value == state


async def test_the_same_event_delivered_again_changes_nothing(desk: Desk) -> None:
    await desk.send(CALL)
    first = await tell(desk, delivery="e-1")
    desk.wait(1)
    assert (await tell(desk, delivery="e-1")).events == first.events
    with pytest.raises(ConflictError):
        await tell(desk, delivery="e-2")
    with pytest.raises(ConflictError):
        await tell(desk, "broken", delivery="e-1")


async def test_what_nobody_confirms_in_time_is_broken_whether_or_not_a_sweep_ran(desk: Desk) -> None:
    await desk.send(CALL)
    desk.time = (await desk.only()).lapses_at
    assert [item.overdue for item in await desk.all()] == [True]
    desk.wait(0.01)
    with pytest.raises(ConflictError, match="is broken already"):
        await tell(desk)
    found = await desk.ledger.get((await desk.only()).id, tenant=TENANT)
    assert (found.state.value, found.events[-1].reason) == ("broken", LAPSED)
    assert await notices(desk) == [1]


async def test_each_overdue_commitment_is_noticed_once_whatever_the_clock_does(desk: Desk) -> None:
    await desk.send(CALL, REFUND)
    assert await desk.ledger.sweep(tenant=TENANT) == ()
    desk.time = DUE + timedelta(minutes=1)
    (notice,) = await desk.ledger.sweep(tenant=TENANT)
    assert (notice.sequence, notice.text, notice.overdue, notice.noticed_at) == (1, CALL.text, True, desk.time)
    assert await desk.ledger.sweep(tenant=TENANT) == ()
    desk.wait(-48)
    assert await desk.ledger.sweep(tenant=TENANT) == ()
    desk.time = DUE + timedelta(days=40)
    assert [item.text for item in await desk.ledger.sweep(tenant=TENANT)] == [REFUND.text]
    assert await desk.states() == ["broken", "broken"]
    desk.time = MONDAY
    assert await desk.ledger.sweep(tenant=TENANT) == ()
    assert await notices(desk) == [1, 2]
    assert [item.sequence for item in await desk.ledger.notices(tenant=TENANT, after=1)] == [2]


async def test_two_sweeps_at_once_write_each_notice_once(desk: Desk) -> None:
    for number in range(30):
        await desk.send(CALL, conversation=str(number))
    desk.time = DUE + timedelta(minutes=1)
    found = await asyncio.gather(*(desk.ledger.sweep(tenant=TENANT) for _ in range(4)))
    assert sorted(item.sequence for part in found for item in part) == list(range(1, 31))


async def test_more_than_one_batch_is_swept_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.ledger.ledger._BATCH", 2)
    for number in range(4):
        await desk.send(CALL, conversation=str(number))
    desk.time = DUE + timedelta(days=30)
    assert len(await desk.ledger.sweep(tenant=TENANT)) == 4
    assert await desk.states() == ["broken"] * 4


async def test_lists_are_narrowed_and_paged(desk: Desk) -> None:
    for number in range(5):
        await desk.send(CALL, conversation=f"c{number}")
        desk.wait(24)
    listed = desk.ledger.list
    overdue = (await listed(tenant=TENANT, only=Listing.OVERDUE)).items
    assert [item.conversation for item in overdue] == ["c0", "c1"]  # from Friday on nothing falls due until Sunday
    assert len((await listed(tenant=TENANT, only=Listing.OPEN)).items) == 5
    assert (await listed(tenant=TENANT, only=Listing.KEPT)).items == ()
    assert [item.conversation for item in (await listed(tenant=TENANT, conversation="c3")).items] == ["c3"]
    seen, after = [], None
    while True:
        page = await listed(tenant=TENANT, after=after, limit=2)
        seen += [item.id for item in page.items]
        after = page.next
        if after is None:
            break
    assert seen == [item.id for item in await desk.all()]
    with pytest.raises(InputError, match="cursor"):
        await listed(tenant=TENANT, after="nothing")


async def test_figures_count_by_kind(desk: Desk) -> None:
    await desk.send(CALL, REFUND)
    await tell(desk)
    await desk.send(CALL, conversation="x")
    desk.time = DUE + timedelta(hours=1)
    found = await desk.ledger.figures(tenant=TENANT)
    assert found.kinds[CommitmentKind.CALLBACK].model_dump(exclude_defaults=True) == {
        "open": 1,
        "overdue": 1,
        "kept": 1,
    }
    assert found.all.model_dump(exclude_defaults=True) == {"open": 2, "overdue": 1, "kept": 1}
    assert CommitmentKind.ACTION not in found.kinds


async def test_a_tenant_sees_and_changes_its_own_only(desk: Desk) -> None:
    await desk.send(CALL)
    item, ledger = await desk.only(), desk.ledger
    desk.time = DUE + timedelta(days=30)
    assert (await ledger.list(tenant="other")).items == ()
    assert await ledger.sweep(tenant="other") == ()
    assert await ledger.past("c", tenant="other") == ()
    assert (await ledger.figures(tenant="other")).all.open == 0
    for call in (ledger.get(item.id, tenant="other"), ledger.tell(item.id, _KEPT, tenant="other")):
        with pytest.raises(NotFoundError):
            await call
    assert (await desk.only()).state.value == "open"


_KEPT = NewEvent(event=EventName.KEPT, by="Huda")


async def test_what_is_owed_is_spoken_of_once(desk: Desk) -> None:
    await desk.send(CALL, Commitment(text="We'll look into it."))
    assert [item.owed for item in await desk.ledger.past("c", tenant=TENANT)] == [False, False]
    desk.time = DUE + timedelta(days=2)
    past = await desk.ledger.past("c", tenant=TENANT)
    assert {(item.text, item.owed, item.speak) for item in past} == {
        (CALL.text, True, True),
        ("We'll look into it.", False, False),  # no customer was told that time
    }
    draft = await desk.propose(REFUND, past=past)
    await desk.judge(draft, Verdict.REJECTED)
    assert any(item.speak for item in await desk.ledger.past("c", tenant=TENANT))
    await desk.judge(draft)
    owed = {item.text: (item.owed, item.speak) for item in await desk.ledger.past("c", tenant=TENANT)}
    assert owed[CALL.text] == (True, False)  # still open: still urgent, but not named again
    desk.wait(24 * 30)
    await desk.ledger.sweep(tenant=TENANT)
    owed = {item.text: (item.owed, item.speak) for item in await desk.ledger.past("c", tenant=TENANT)}
    assert owed[CALL.text] == (False, False)


async def test_what_an_agent_calls_broken_is_spoken_of_though_no_time_was_told(desk: Desk) -> None:
    await desk.send(Commitment(text="We'll look into it."))
    await tell(desk, "broken")
    (past,) = await desk.ledger.past("c", tenant=TENANT)
    assert (past.owed, past.speak) == (True, True)


async def test_what_is_promised_anew_is_no_longer_owed(desk: Desk) -> None:
    await desk.send(CALL)
    desk.time = DUE + timedelta(hours=1)
    await desk.send(CALL)
    assert [(item.state.value, item.owed) for item in await desk.ledger.past("c", tenant=TENANT)] == [
        ("broken", False),
        ("open", False),
    ]


async def test_a_time_in_the_future_is_refused_but_for_a_clock_that_is_a_little_ahead(desk: Desk) -> None:
    await desk.send(CALL)
    with pytest.raises(InputError, match="future"):
        await tell(desk, at=desk.time + timedelta(minutes=6))
    assert (await tell(desk, at=desk.time + timedelta(minutes=4))).state.value == "kept"


@pytest.mark.parametrize(
    "body",
    [
        {"event": "withdrawn", "by": "Huda"},
        {"event": "broken", "by": "Huda", "at": "2026-11-02T10:00:00Z"},
        {"event": "kept", "by": "Huda", "at": "2026-11-02T10:00:00"},
        {"event": "kept", "by": ""},
        {"event": "late", "by": "Huda"},
        {"event": "made", "by": "Huda"},
    ],
)
def test_an_event_that_does_not_fit_is_refused(body: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        NewEvent.model_validate(body)


async def test_the_database_itself_holds_two_events_at_most_and_one_notice(desk: Desk) -> None:
    await desk.send(CALL)
    item = await desk.only()
    desk.time = DUE + timedelta(days=30)
    await desk.ledger.sweep(tenant=TENANT)
    async with desk.ledger.database.reading() as session:
        query = select(CommitmentEventRow.number).where(CommitmentEventRow.commitment_id == item.id)
        assert sorted(await session.scalars(query)) == [1, 2]
    values = {"tenant": TENANT, "commitment_id": item.id, "at": desk.time}
    third = CommitmentEventRow(number=3, event="kept", by="x", **values)
    for row in (third, CommitmentNoticeRow(sequence=9, **values)):
        with pytest.raises(StorageError, match="constraint failed"):
            async with desk.ledger.database.writing() as session:
                session.add(row)
