from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.drafts import DraftStore, Found, Proposal
from api.ledger import CommitmentHistory, Ledger, NewEvent, StoredCommitment
from inference.calendar import WorkCalendar
from inference.types import (
    AngerLevel,
    Commitment,
    CommitmentKind,
    Draft,
    Feedback,
    Grievance,
    Message,
    PastCommitment,
    Status,
    TonePlan,
    Verdict,
)
from retrieval.store import Database
from tests.inference.builders import POLICY, analysis

MONDAY = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)  # 10:00 in Cairo
CALENDAR = WorkCalendar.model_validate({"timezone": "Africa/Cairo", "hours": ["09:00-17:00"]})
TENANT = "t"
CALL = Commitment(text="We will call you back within 2 working days.", kind=CommitmentKind.CALLBACK, owner="Huda")
REFUND = Commitment(text="سيصلكم المبلغ خلال 5 أيام عمل.", kind=CommitmentKind.OUTCOME, source="refund.ar")
DUE = datetime(2026, 11, 4, 15, 0, tzinfo=UTC)  # the close of Wednesday, 17:00 in Cairo


class Desk:
    """A ledger with its drafts, at a clock that a test sets."""

    def __init__(self, database: Database) -> None:
        self.time = MONDAY
        self.ledger = Ledger(database, now=lambda: self.time)
        policy = POLICY.model_copy(update={"calendar": CALENDAR})
        self.drafts = DraftStore(database, policy=policy, today=MONDAY.date, ledger=self.ledger)

    def wait(self, hours: float) -> None:
        self.time += timedelta(hours=hours)

    async def propose(
        self, *promises: Commitment, conversation: str | None = "c", past: tuple[PastCommitment, ...] = ()
    ) -> str:
        """Store a draft with promises, the words of each in its text; with ``past`` its plan names what was owed."""
        plan = TonePlan(
            steps=(),
            language="en",
            level=AngerLevel.CALM,
            max_characters=1_000,
            numbered=False,
            named=(Grievance.PROMISE,) if past else (),
        )
        draft = Draft(
            status=Status.READY,
            text=" ".join(item.text for item in promises),
            language="en",
            direction="ltr",
            plan=plan,
            commitments=promises,
            model="m",
            model_revision="0",
            index_generation="0",
            policy_revision="0",
        )
        message = Message(text="Where is my card?", conversation=conversation, commitments=past)
        found = Found(relevance=0.9, answerable=True)
        proposal = Proposal(message=message, analysis=analysis(message.text), found=found, draft=draft)
        return (await self.drafts.add([proposal], tenant=TENANT))[0].id

    async def judge(self, draft: str, verdict: Verdict = Verdict.ACCEPTED, text: str | None = None) -> None:
        await self.drafts.add_feedback(draft, Feedback(verdict=verdict, final_text=text), tenant=TENANT)

    async def send(self, *promises: Commitment, **more: Any) -> str:
        draft = await self.propose(*promises, **more)
        await self.judge(draft)
        return draft

    async def all(self) -> list[StoredCommitment]:
        return list((await self.ledger.list(tenant=TENANT)).items)

    async def only(self) -> StoredCommitment:
        (item,) = await self.all()
        return item

    async def states(self) -> list[str]:
        return [item.state.value for item in await self.all()]


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


async def tell(desk: Desk, event: str = "kept", **more: Any) -> CommitmentHistory:
    reason = {"reason": "They cancelled."} if event == "withdrawn" else {}
    told = NewEvent.model_validate({"event": event, "by": "Huda"} | reason | more)
    item = (await desk.all())[0]
    return await desk.ledger.tell(item.id, told, tenant=TENANT)


async def notices(desk: Desk) -> list[int]:
    return [item.sequence for item in await desk.ledger.notices(tenant=TENANT)]
