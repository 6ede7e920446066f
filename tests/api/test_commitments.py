"""The ledger as the Copilot, the command line and the running service use it."""

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.cli import main
from api.copilot import Copilot
from api.ledger import Ledger
from api.ledger.keeper import sweeping
from api.settings import Settings
from inference.types import Commitment, CommitmentKind, Feedback, Grievance, Message, Verdict
from retrieval.store import database_url, open_database
from tests.api.conftest import open_fake

pytestmark = pytest.mark.databases("sqlite", "postgres")
ARRIVAL = "My new card has not arrived yet"
CALL = Commitment(text="We will call you back within 2 days.", kind=CommitmentKind.CALLBACK, owner="Huda")
WEEK = timedelta(days=7)


async def promise(copilot: Copilot, conversation: str | None = "c-1") -> str:
    """Accept a reply that promises a call; return the commitment's id."""
    stored = await copilot.propose(Message(text=ARRIVAL, conversation=conversation))
    promising = stored.draft.model_copy(update={"commitments": (CALL,)})
    (again,) = await copilot.drafts.add([stored.model_copy(update={"draft": promising})], tenant=copilot.tenant)
    await copilot.give_feedback(again.id, Feedback(verdict=Verdict.ACCEPTED))
    return (await copilot.ledger.list(tenant=copilot.tenant)).items[-1].id


def later(copilot: Copilot, wait: timedelta) -> None:
    copilot.ledger.now = lambda: datetime.now(UTC) + wait


async def test_an_overdue_promise_makes_the_next_message_urgent_and_enters_its_plan(copilot: Copilot) -> None:
    await promise(copilot)
    before = await copilot.propose(Message(text=ARRIVAL, conversation="c-1"))
    assert (before.urgent, [item.owed for item in before.message.commitments]) == (False, [False])
    later(copilot, WEEK)
    after = await copilot.propose(Message(text=ARRIVAL, conversation="c-1"))
    elsewhere = await copilot.propose(Message(text=ARRIVAL, conversation="c-2"))
    assert (after.urgent, elsewhere.urgent) == (True, False)
    assert after.draft.plan is not None
    assert after.draft.plan.named == (Grievance.PROMISE,)
    assert [note for note in after.draft.notes if "call you back" in note and "(Huda)" in note]
    assert (await copilot.drafts.get(after.id, tenant=copilot.tenant)).urgent

    await copilot.give_feedback(after.id, Feedback(verdict=Verdict.ACCEPTED))
    again = await copilot.propose(Message(text=ARRIVAL, conversation="c-1"))
    assert again.draft.plan is not None
    assert again.draft.plan.named == ()  # it was named once


async def test_what_a_caller_says_of_our_promises_does_not_count(copilot: Copilot) -> None:
    await promise(copilot)
    later(copilot, WEEK)
    owed = await copilot.ledger.past("c-1", tenant=copilot.tenant)
    (plain,) = await copilot.draft([Message(text=ARRIVAL)])
    (claimed,) = await copilot.draft([Message(text=ARRIVAL, commitments=owed)])
    assert claimed == plain


async def test_the_service_sweeps_at_its_start_and_then_by_itself(settings: Settings) -> None:
    async with open_fake(settings) as copilot:
        await promise(copilot)
    database = await open_database(settings.database_url or database_url(settings.data))
    ledger = Ledger(database, now=lambda: datetime.now(UTC) + WEEK)
    async with sweeping(ledger):
        for _ in range(500):
            if await ledger.notices(tenant=settings.tenant):
                break
            await asyncio.sleep(0.01)
    assert [item.text for item in await ledger.notices(tenant=settings.tenant)] == [CALL.text]
    await database.close()


async def test_a_sweep_that_fails_is_tried_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_fake(settings) as copilot:
        await promise(copilot)
    database = await open_database(settings.database_url or database_url(settings.data))
    ledger = Ledger(database, now=lambda: datetime.now(UTC) + WEEK)
    real, failures = ledger.sweep, [OSError("disk full")]
    done = asyncio.Event()

    async def sweep(*, tenant: str) -> object:
        if failures:
            raise failures.pop()
        found = await real(tenant=tenant)
        done.set()
        return found

    monkeypatch.setattr(ledger, "sweep", sweep)
    monkeypatch.setattr("api.ledger.keeper.INTERVAL", 0.01)
    async with sweeping(ledger):
        await asyncio.wait_for(done.wait(), 10)
    assert len(await ledger.notices(tenant=settings.tenant)) == 1
    await database.close()


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["rifq", "commitments", *words])
    try:
        main()
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    written = capsys.readouterr()
    return code, written.out, written.err


@pytest.mark.databases("sqlite")
def test_the_command_line(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    async def prepare() -> list[str]:
        async with open_fake(settings) as copilot:
            copilot.ledger.now = lambda: datetime.now(UTC) - timedelta(days=3)
            return [await promise(copilot, str(number)) for number in range(3)]

    ids = asyncio.run(prepare())
    store = ("--store", str(settings.data))

    code, out, _ = run(monkeypatch, capsys, "list", "--state", "overdue", *store)
    assert (code, sorted(line.split("\t")[0] for line in out.splitlines())) == (0, sorted(ids))
    assert {tuple(line.split("\t")[1:2] + line.split("\t")[3:]) for line in out.splitlines()} == {
        ("overdue", "callback", "Huda", CALL.text)
    }
    code, out, _ = run(monkeypatch, capsys, "sweep", *store)
    notices = [json.loads(line) for line in out.splitlines()]
    assert (code, [item["sequence"] for item in notices]) == (0, [1, 2, 3])
    assert run(monkeypatch, capsys, "sweep", *store)[1] == ""
    assert len(run(monkeypatch, capsys, "sweep", "--after", "1", *store)[1].splitlines()) == 2

    assert run(monkeypatch, capsys, "keep", ids[0], "--by", "Huda", *store)[2] == f"{ids[0]} is late.\n"
    assert run(monkeypatch, capsys, "withdraw", ids[1], "--by", "هدى", "--reason", "ألغاه العميل", *store)[0] == 0
    assert run(monkeypatch, capsys, "break", ids[2], "--by", "Huda", *store)[0] == 0
    code, out, err = run(monkeypatch, capsys, "keep", ids[2], "--by", "Sara", *store)
    assert (code, out) == (2, "")
    assert err.startswith("rifq: This commitment is broken already")
    assert run(monkeypatch, capsys, "keep", ids[2], "--by", "", *store)[0] == 2
    assert run(monkeypatch, capsys, "list", "--state", "lost", *store)[0] == 2
    rows = run(monkeypatch, capsys, "figures", *store)[1].splitlines()
    assert rows[0].split() == ["kind", "open", "overdue", "kept", "late", "broken", "withdrawn"]
    assert [row.split() for row in rows[1:]] == [
        ["callback", "0", "0", "0", "1", "1", "1"],
        ["all", "0", "0", "0", "1", "1", "1"],
    ]
